package predict

import (
	"testing"
	"time"

	"gm/vt"
)

func interval(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func TestTriggersBySendInterval(t *testing.T) {
	steps := []struct {
		interval      int
		pending       bool
		on, underline bool
	}{
		{20, false, false, false},
		{30, false, false, false},
		{31, false, true, false},
		{25, false, true, false},
		{20, true, true, false},
		{20, false, false, false},
		{80, false, true, false},
		{81, false, true, true},
		{60, false, true, true},
		{50, false, true, false},
	}
	var d showPolicy
	for i, s := range steps {
		d.update(ms(i), interval(s.interval), time.Time{}, s.pending)
		if d.show() != s.on || d.underline() != s.underline {
			t.Errorf("step %d, %+v: show %v, underline %v", i, s, d.show(), d.underline())
		}
	}
}

func TestGlitchEndsAfterConfirmations(t *testing.T) {
	var d showPolicy
	d.update(ms(249), 0, ms(0), true)
	if d.show() {
		t.Fatal("shown before the glitch")
	}
	d.update(ms(250), 0, ms(0), true)
	if !d.show() {
		t.Fatal("not shown during the glitch")
	}
	d.confirm(ms(800), ms(550)) // too slow to count
	now := 1000
	for i := range glitchConfirms {
		if !d.show() {
			t.Fatalf("over after %d confirmations, want %d", i, glitchConfirms)
		}
		d.confirm(ms(now), ms(now-20))
		d.confirm(ms(now+100), ms(now+80)) // too soon after the previous one
		now += 150
	}
	d.update(ms(now), 0, time.Time{}, false)
	if d.show() {
		t.Error("still shown after the glitch")
	}
}

func TestLongPendingIsUnderlined(t *testing.T) {
	var d showPolicy
	d.update(ms(4999), 0, ms(0), true)
	if d.underline() {
		t.Error("underlined before 5 s")
	}
	d.update(ms(5000), 0, ms(0), true)
	if !d.underline() {
		t.Error("not underlined after 5 s")
	}
	d.update(ms(5001), 0, time.Time{}, false)
	if d.underline() {
		t.Error("underlined without a pending prediction")
	}
}

func TestTriggerDeadline(t *testing.T) {
	var d showPolicy
	tests := []struct{ now, want int }{{0, 250}, {250, 5000}, {251, 5000}}
	for _, test := range tests {
		if got := d.deadline(ms(test.now), ms(0)); !got.Equal(ms(test.want)) {
			t.Errorf("at %d: %v, want %d", test.now, got.Sub(ms(0)), test.want)
		}
	}
	if got := d.deadline(ms(5000), ms(0)); !got.IsZero() {
		t.Errorf("after the last threshold: %v, want zero", got)
	}
	if got := d.deadline(ms(0), time.Time{}); !got.IsZero() {
		t.Errorf("without a pending prediction: %v, want zero", got)
	}
}

// On a fast link, predictions are shown only during a glitch.
func TestAdaptiveShowsAGlitch(t *testing.T) {
	y := newTypist(t, Adaptive)
	y.interval = interval(20)
	y.hostShows("$ ")
	y.typeRead("a")
	y.hostShows("$ a")
	y.hostAcks()
	y.typeRead("b")
	y.wantRow("$ a|")
	y.advance(interval(249))
	y.wantRow("$ a|")
	y.advance(interval(1))
	y.wantRow("$ ab|")
}

func TestUnderlineOnlyUnechoedText(t *testing.T) {
	y := confirmedTypist(t)
	y.interval = interval(100)
	y.typeRead("bc ")
	y.hostShows("$ ab")
	y.validate()
	s := y.Paint(y.now, y.host)
	want := []vt.Underline{vt.UnderlineNone, vt.UnderlineNone, vt.UnderlineNone, vt.UnderlineNone, vt.UnderlineSingle, vt.UnderlineNone}
	for x, u := range want {
		if got := s.Rendition(s.Cell(x, 0)).Underline; got != u {
			t.Errorf("column %d: underline %d, want %d", x, got, u)
		}
	}
}
