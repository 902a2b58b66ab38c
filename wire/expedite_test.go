package wire

import (
	"testing"
	"time"
)

// lossy returns the session of hello, after a datagram was lost.
func lossy(t *testing.T) *scriptedSession {
	t.Helper()
	s := hello(t)
	*s.tr.conn.Loss() = lossAfter(t, 1)
	return s
}

// typed changes the local state and expedites the change.
func (s *scriptedSession) typed(now int, state word) {
	s.set(now, state)
	s.tr.Expedite(at(now), 0)
}

// TestExpeditedIsSentAtOnce also makes a change that is not expedited, which waits.
func TestExpeditedIsSentAtOnce(t *testing.T) {
	s := hello(t)
	s.typed(1000, "a")
	s.wantRun(1005, `1000: 1>2 ack 1 from 1 ">a"`)
	s.typed(1010, "b")
	s.set(1010, "c")
	s.wantRun(1011, `1010: 1>3 ack 1 from 1 ">c"`)
	s.set(1020, "d")
	s.wantRun(1070, `1060: 1>4 ack 1 from 1 ">d"`)
}

// TestExpeditedSettles checks that an expedited change waits for settle, and for
// minDelay at most.
func TestExpeditedSettles(t *testing.T) {
	s := hello(t)
	s.set(1000, "a")
	s.wantRun(1010, `1008: 1>2 ack 1 from 1 ">a"`)
	s.set(1015, "b")
	s.tr.Expedite(at(1020), 3*ms)
	s.tr.Expedite(at(1022), 3*ms)
	s.wantRun(1030, `1025: 1>3 ack 1 from 1 ">b"`)
	s.set(1030, "c")
	for now := 1030; now < 1038; now++ {
		s.tr.Expedite(at(now), 3*ms)
	}
	s.wantRun(1045, `1038: 1>4 ack 1 from 1 ">c"`)
}

// TestExpeditedForNothing checks that a request without a change does not expedite
// the next change.
func TestExpeditedForNothing(t *testing.T) {
	s := hello(t)
	s.tr.Expedite(at(500), 3*ms)
	s.tr.Expedite(at(1000), 3*ms)
	s.set(1000, "a")
	s.wantRun(1010, `1003: 1>2 ack 1 from 1 ">a"`)
}

// TestExpeditedIsBounded expedites without pause. After a burst of six, three
// instructions are sent in each send_interval of 50 ms.
func TestExpeditedIsBounded(t *testing.T) {
	s := hello(t)
	sent := 0
	for now := 1000; now < 3000; now++ {
		s.typed(now, word(string(rune('a'+now%20))))
		sent += len(s.tick(now))
	}
	if want := 6 + 2000*expeditedShare/50; sent < want-expeditedShare || sent > want {
		t.Errorf("%d sendings in 2 s, want %d", sent, want)
	}
}

// TestExpeditedWaitsForBulk checks that a change is not expedited after an
// instruction of several datagrams.
func TestExpeditedWaitsForBulk(t *testing.T) {
	s := hello(t)
	s.typed(1000, word(noise(5000)))
	if len(s.tick(1000)) != 1 {
		t.Fatal("the first sending waits")
	}
	s.typed(1001, "b")
	if got := s.tr.Deadline(at(1001)); got != at(1050) {
		t.Errorf("the next sending is at %v, want 1050ms", got.Sub(epoch))
	}
}

func TestNothingIsRepeatedWithoutLoss(t *testing.T) {
	s := hello(t)
	s.typed(1000, "a")
	s.wantRun(1390, `1000: 1>2 ack 1 from 1 ">a"`)
}

func TestExpeditedIsRepeatedAfterLoss(t *testing.T) {
	s := lossy(t)
	s.typed(1000, "a")
	s.wantRun(1390, `
		1000: 1>2 ack 1 from 1 ">a"
		1005: 1>2 ack 1 from 1 ">a"`)
	s = lossy(t)
	*s.tr.conn.Loss() = lossAfter(t, 10)
	s.typed(1000, "a")
	s.wantRun(1390, `
		1000: 1>2 ack 1 from 1 ">a"
		1005: 1>2 ack 1 from 1 ">a"
		1015: 1>2 ack 1 from 1 ">a"`)
}

func TestNotRepeated(t *testing.T) {
	s := lossy(t)
	s.set(1000, "by itself")
	s.wantRun(1390, `1008: 1>2 ack 1 from 1 ">by itself"`)

	s = lossy(t)
	s.typed(1000, word(noise(smallDiff)))
	if sent, again := s.tick(1000), s.tick(1020); len(sent) != 1 || len(again) != 0 {
		t.Errorf("a large diff: %d sendings and %d repetitions", len(sent), len(again))
	}

	s = lossy(t)
	s.typed(1000, "acknowledged")
	s.tick(1000)
	s.mustAnswer(1004, instruction{newNum: 1, ackNum: 2})
	if again := s.tick(1005); len(again) != 0 {
		t.Errorf("what was acknowledged is sent again: %+v", again)
	}
}

// TestRepetitionsAreBounded expedites without pause while loss is heavy.
func TestRepetitionsAreBounded(t *testing.T) {
	s := lossy(t)
	repeated, heavy := 0, lossAfter(t, 10)
	for now := 1000; now < 8000; now++ {
		if now%20 == 0 {
			s.typed(now, word(string(rune('a'+now/20%20))))
		}
		before := s.tr.Sent()
		*s.tr.conn.Loss() = heavy
		if len(s.tick(now)) > 0 && s.tr.Sent() == before {
			repeated++
		}
	}
	if want := repeatBurst + 7000/65; repeated < want/2 || repeated > want {
		t.Errorf("%d repetitions in 7 s, want at most %d", repeated, want)
	}
}

func TestTokenBucket(t *testing.T) {
	var a tokenBucket
	const period, burst = 10 * ms, 3
	var spent []int
	for now := range 60 {
		if at := a.available(period, burst); !at.After(epoch.Add(time.Duration(now) * ms)) {
			a.take(epoch.Add(time.Duration(now)*ms), period)
			spent = append(spent, now)
		}
	}
	if want := []int{0, 1, 2, 10, 20, 30, 40, 50}; len(spent) != len(want) || spent[3] != 10 || spent[7] != 50 {
		t.Errorf("spent at %v, want %v", spent, want)
	}
}
