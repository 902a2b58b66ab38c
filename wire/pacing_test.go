package wire

import (
	"testing"
	"time"
)

func TestSendAt(t *testing.T) {
	base := sendTiming{
		now: at(1000), heard: at(990), lastSent: at(1000), known: true,
		minDelay: 8 * ms, interval: 50 * ms,
	}
	with := func(change func(*sendTiming)) sendTiming {
		s := base
		change(&s)
		return s
	}
	for name, c := range map[string]struct {
		s    sendTiming
		want time.Time
	}{
		"unchanged":                 {base, time.Time{}},
		"change after a pause":      {with(func(s *sendTiming) { s.changed = at(2000) }), at(2008)},
		"change soon after another": {with(func(s *sendTiming) { s.changed = at(1020) }), at(1050)},
		"change just before":        {with(func(s *sendTiming) { s.changed = at(1042) }), at(1050)},
		"change just after":         {with(func(s *sendTiming) { s.changed = at(1043) }), at(1051)},
		"change after long silence": {with(func(s *sendTiming) {
			s.changed, s.now, s.heard = at(2000), at(2000), at(-100_000)
		}), at(2008)},
		"expedited change soon after another": {with(func(s *sendTiming) {
			s.changed, s.expedited = at(1020), at(1021)
		}), at(1021)},
		"expedited beyond the budget": {with(func(s *sendTiming) {
			s.changed, s.expedited = at(1020), at(1090)
		}), at(1050)},
		"expedited without a change": {with(func(s *sendTiming) { s.expedited = at(1021) }), time.Time{}},
		"repeated":                   {with(func(s *sendTiming) { s.known, s.assumed, s.repeat = false, at(1400), at(1005) }), at(1005)},
		"repeated, with a change":    {with(func(s *sendTiming) { s.changed, s.repeat = at(1003), at(1005) }), at(1005)},
		"repeated, but confirmed":    {with(func(s *sendTiming) { s.repeat = at(1005) }), time.Time{}},
		"lost, it seems":             {with(func(s *sendTiming) { s.known = false }), at(1050)},
		"not confirmed":              {with(func(s *sendTiming) { s.known, s.assumed = false, at(1400) }), at(1400)},
		"not confirmed for long":     {with(func(s *sendTiming) { s.known, s.assumed = false, at(1049) }), at(1050)},
		"lost, due in time": {with(func(s *sendTiming) {
			s.known, s.heard = false, at(-8949)
		}), at(1050)},
		"lost, due after the silence": {with(func(s *sendTiming) {
			s.known, s.heard = false, at(-8950)
		}), time.Time{}},
		"lost, late": {with(func(s *sendTiming) {
			s.known, s.now = false, at(10_989)
		}), at(1050)},
		"lost, late after the silence": {with(func(s *sendTiming) {
			s.known, s.now = false, at(10_990)
		}), time.Time{}},
		"not confirmed, due after the silence": {with(func(s *sendTiming) {
			s.known, s.assumed, s.heard = false, at(1400), at(-8600)
		}), time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.s.sendAt(); got != c.want {
				t.Errorf("sendAt() = %v, want %v", got.Sub(epoch), c.want.Sub(epoch))
			}
		})
	}
}
