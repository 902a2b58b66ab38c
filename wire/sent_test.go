package wire

import (
	"slices"
	"testing"
	"time"
)

func sentNums[L any](list []sentState[L]) (n []uint64) {
	for _, s := range list {
		n = append(n, s.num)
	}
	return n
}

func TestSetMarksTheFirstChange(t *testing.T) {
	s := newSentStates[word]("a")
	for i, step := range []struct {
		ms      int
		state   word
		changed time.Time
	}{
		{10, "a", time.Time{}},
		{20, "b", at(20)},
		{30, "c", at(20)},
		{40, "a", time.Time{}}, // taken back before it was sent
		{50, "b", at(50)},
	} {
		s.set(at(step.ms), step.state)
		if s.changed != step.changed || s.current != step.state {
			t.Errorf("step %d: changed at %v, want %v", i, s.changed, step.changed)
		}
	}
	s.add(at(60), 1)
	if !s.changed.IsZero() || s.last().revision != s.revision || s.last().state != "b" {
		t.Errorf("after sending: changed %v, last %+v", s.changed, *s.last())
	}
}

// TestReturnToAnOldStateIsAChange checks that a state equal to the first one does
// not count as known if another was sent in between, which the peer may show.
func TestReturnToAnOldStateIsAChange(t *testing.T) {
	s := newSentStates[word]("a")
	s.set(at(0), "b")
	s.add(at(0), 1)
	s.set(at(1), "a")
	if s.changed.IsZero() || s.revision == s.first().revision {
		t.Error("going back to the known state is not a change")
	}
}

func TestAssumedState(t *testing.T) {
	const timeout = 100 * ms
	s := newSentStates[word]("")
	for i, ms := range []int{0, 50, 80} {
		s.set(at(ms), word(rune('a'+i)))
		s.add(at(ms), uint64(i+1))
	}
	for ms, want := range map[int]uint64{80: 3, 99: 3, 100: 0, 140: 0, 500: 0} {
		if got := s.assumed(at(ms), timeout).num; got != want {
			t.Errorf("after %d ms state %d is assumed, want %d", ms, got, want)
		}
	}
	// With the first acknowledged, the others count anew.
	s.acknowledge(1)
	for ms, want := range map[int]uint64{100: 3, 149: 3, 150: 1} {
		if got := s.assumed(at(ms), timeout).num; got != want {
			t.Errorf("acknowledged, after %d ms state %d is assumed, want %d", ms, got, want)
		}
	}
	// One that was sent in time does not count behind one that was not.
	s.list[1].at = at(0)
	if got := s.assumed(at(120), timeout).num; got != 1 {
		t.Errorf("behind a late one state %d is assumed, want 1", got)
	}
}

// TestAssumedUntil sends the current state as 2 and again as 3. The times of the
// states up to 2 count, and that of 3 does not.
func TestAssumedUntil(t *testing.T) {
	const timeout = 100 * ms
	s := newSentStates[word]("")
	if got := s.assumedUntil(at(0), timeout); !got.IsZero() || !s.currentKnown() {
		t.Errorf("state 0 is assumed until %v, known %v", got, s.currentKnown())
	}
	s.set(at(0), "a")
	s.add(at(0), 1)
	s.set(at(50), "b")
	if got := s.assumedUntil(at(50), timeout); !got.IsZero() {
		t.Errorf("what was not sent is assumed until %v", got)
	}
	s.add(at(60), 2)
	s.add(at(90), 3)
	for ms, want := range map[int]time.Time{90: at(100), 99: at(100), 100: {}} {
		if got := s.assumedUntil(at(ms), timeout); got != want {
			t.Errorf("after %d ms: assumed until %v, want %v", ms, got, want)
		}
	}
	s.acknowledge(1)
	for ms, want := range map[int]time.Time{100: at(160), 159: at(160), 160: {}} {
		if got := s.assumedUntil(at(ms), timeout); got != want {
			t.Errorf("acknowledged, after %d ms: assumed until %v, want %v", ms, got, want)
		}
	}
	s.acknowledge(2)
	if !s.currentKnown() {
		t.Error("the acknowledged state is not known")
	}
}

func TestAcknowledge(t *testing.T) {
	s := newSentStates(tape{})
	for i := range 4 {
		s.set(at(i), s.current.with("ab"))
		s.add(at(i), uint64(i+1))
	}
	s.set(at(9), s.current.with("cd"))
	for i, step := range []struct {
		num  uint64
		ok   bool
		held []uint64
	}{
		{0, true, []uint64{0, 1, 2, 3, 4}},
		{7, false, []uint64{0, 1, 2, 3, 4}},
		{shutdownNum, false, []uint64{0, 1, 2, 3, 4}},
		{2, true, []uint64{2, 3, 4}},
		{1, false, []uint64{2, 3, 4}},
		{2, true, []uint64{2, 3, 4}},
	} {
		if ok := s.acknowledge(step.num); ok != step.ok {
			t.Errorf("step %d: acknowledged %v, want %v", i, ok, step.ok)
		}
		if got := sentNums(s.list); !slices.Equal(got, step.held) {
			t.Errorf("step %d: %v are held, want %v", i, got, step.held)
		}
	}
	if want := (tape{4, "ababcd"}); s.current != want || s.first().state != (tape{4, ""}) {
		t.Errorf("after subtracting: %+v and %+v", s.current, s.first().state)
	}
}

func TestSentStatesAreBounded(t *testing.T) {
	s := newSentStates[word]("")
	for i := range 100 {
		s.add(at(i), uint64(i+1))
		if len(s.list) > maxSent {
			t.Fatalf("%d states are remembered", len(s.list))
		}
	}
	got := sentNums(s.list)
	if len(got) != maxSent || got[0] != 0 || got[maxSent-1] != 100 || !slices.IsSorted(got) {
		t.Errorf("remembered are %v", got)
	}
}

func TestSendingAgainMovesTheTime(t *testing.T) {
	s := newSentStates[word]("")
	s.add(at(1), 1)
	s.add(at(9), 1)
	if len(s.list) != 2 || s.last().at != at(9) {
		t.Errorf("list is %+v", s.list)
	}
}

// TestSentStatesAreBoundedInBytes adds states of much memory. They are dropped before
// there are maxSent of them, but never the first and the last.
func TestSentStatesAreBoundedInBytes(t *testing.T) {
	s := newSentStates[heavy](0)
	for i := range 100 {
		s.set(at(i), heavy(maxSentSize/4+i))
		s.add(at(i), uint64(i+1))
		if n := len(s.list); s.middleSize() > maxSentSize || n > 6 {
			t.Fatalf("%d states of %d bytes", n, s.middleSize())
		}
		if s.first().num != 0 || s.last().num != uint64(i+1) {
			t.Fatalf("from %d to %d after %d", s.first().num, s.last().num, i+1)
		}
	}
	s = newSentStates[heavy](0)
	for i := range 5 {
		s.set(at(i), heavy(100*maxSentSize+i))
		s.add(at(i), uint64(i+1))
	}
	if got := sentNums(s.list); len(got) != 3 || got[0] != 0 || got[2] != 5 {
		t.Errorf("of larger states these are kept: %v", got)
	}
}

// TestOverdueStateSentAgain sends a state again every 30 ms, with one before it that the
// peer has not acknowledged either: each timeout of 100 ms counts as a loss of both once,
// then of the newest.
func TestOverdueStateSentAgain(t *testing.T) {
	const timeout = 100 * ms
	s := newSentStates[word]("")
	send := func(now int, num uint64) {
		s.add(at(now), num)
		s.recordSize(num, sentSize{1, 1200, 1200})
	}
	s.set(at(0), "a")
	send(0, 1)
	s.set(at(30), "b")
	send(30, 2)
	var lost []uint64
	for now := 60; now <= 360; now += 30 {
		if o := s.overdue(at(now), timeout); o != nil {
			o.lost = true
			lost = append(lost, o.num)
		}
		send(now, 2)
	}
	if want := []uint64{1, 2, 2}; !slices.Equal(lost, want) {
		t.Errorf("lost: %d, want %d", lost, want)
	}
	s.trustAfter = at(370) // another route
	send(390, 2)
	if o := s.overdue(at(480), timeout); o != nil {
		t.Errorf("state %d counts as lost on a route of 90 ms", o.num)
	}
}
