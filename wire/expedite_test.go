package wire

import (
	"fmt"
	"testing"
	"time"

	"gm/wire/datagram"
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

// TestExpeditedIsRepeatedAfterLoss checks number and times of the repetitions. They are
// within 30 ms, and each pause is three times as long as the one before. The last one comes when
// an answer is missing: SRTT, twice RTTVAR of 50 ms, and a grace of 10 ms later.
func TestExpeditedIsRepeatedAfterLoss(t *testing.T) {
	for _, c := range []struct {
		lost int
		want string
	}{
		{1, `
			1000: 1>2 ack 1 from 1 ">a"
			1002: 1>2 ack 1 from 1 ">a"
			1212: 1>2 ack 1 from 1 ">a"`},
		{5, `
			1000: 1>2 ack 1 from 1 ">a"
			1002: 1>2 ack 1 from 1 ">a"
			1008: 1>2 ack 1 from 1 ">a"
			1218: 1>2 ack 1 from 1 ">a"`},
		{20, `
			1000: 1>2 ack 1 from 1 ">a"
			1002: 1>2 ack 1 from 1 ">a"
			1008: 1>2 ack 1 from 1 ">a"
			1026: 1>2 ack 1 from 1 ">a"
			1236: 1>2 ack 1 from 1 ">a"`},
	} {
		t.Run(fmt.Sprintf("%d lost", c.lost), func(t *testing.T) {
			s := hello(t)
			*s.tr.conn.Loss() = lossAfter(t, c.lost)
			s.typed(1000, "a")
			s.wantRun(1390, c.want)
		})
	}
}

// TestNothingIsRepeatedOnAFullPath loses as many datagrams while the round trip is 50 to
// 80 ms above its minimum.
func TestNothingIsRepeatedOnAFullPath(t *testing.T) {
	s := hello(t)
	*s.tr.conn.Loss() = lossAfter(t, 20)
	for n := range 20 {
		s.tr.conn.RTT().Add(time.Duration(150+n%2*30) * ms)
	}
	s.typed(1000, "a")
	s.wantRun(1200, `1000: 1>2 ack 1 from 1 ">a"`)
}

// TestRetryAfterAcknowledgement sends an acknowledgement between the repetitions and the
// retry, which carries the change, too.
func TestRetryAfterAcknowledgement(t *testing.T) {
	s := lossy(t)
	s.typed(1000, "a")
	s.wantRun(1050, `
		1000: 1>2 ack 1 from 1 ">a"
		1002: 1>2 ack 1 from 1 ">a"`)
	s.mustAnswer(1050, instruction{oldNum: 1, newNum: 2, ackNum: 1, diff: []byte(">x")})
	s.wantRun(1220, `
		1150: 1>2 ack 2 from 1 ">a"
		1212: 1>2 ack 2 from 1 ">a"`)
}

// TestNoRetryOfAcknowledged checks that neither a retry nor a repetition of a change that
// the peer has brings a later change forward.
func TestNoRetryOfAcknowledged(t *testing.T) {
	s := lossy(t)
	s.typed(1000, "a")
	s.wantRun(1050, `
		1000: 1>2 ack 1 from 1 ">a"
		1002: 1>2 ack 1 from 1 ">a"`)
	s.mustAnswer(1110, instruction{newNum: 1, ackNum: 2})
	s.set(1210, "ab")
	s.wantRun(1300, `1218: 2>3 ack 1 from 2 "a>ab"`)
}

// TestServerDoesNotRetry checks that an end whose peer acknowledges after a delay does not
// expect an answer at once.
func TestServerDoesNotRetry(t *testing.T) {
	s := lossy(t)
	s.tr.client = false
	s.typed(1000, "a")
	s.wantRun(1390, `
		1000: 1>2 ack 1 from 1 ">a"
		1002: 1>2 ack 1 from 1 ">a"`)
}

// TestLateRepetitionIsLeftOut uses up the budget of repetitions, which is then not
// spent on an instruction that is old.
func TestLateRepetitionIsLeftOut(t *testing.T) {
	s := lossy(t)
	b := &s.tr.expedite.repeatBudget
	for range repeatBurst {
		b.take(at(1000), repeatPeriod(50*ms))
	}
	s.typed(1004, "a") // the next token is there at 1040, 36 ms later
	s.wantRun(1200, `1004: 1>2 ack 1 from 1 ">a"`)
	s = lossy(t)
	b = &s.tr.expedite.repeatBudget
	for range repeatBurst {
		b.take(at(1000), repeatPeriod(50*ms))
	}
	s.typed(1010, "a")
	s.wantRun(1200, `
		1010: 1>2 ack 1 from 1 ">a"
		1040: 1>2 ack 1 from 1 ">a"`)
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
	s.mustAnswer(1001, instruction{newNum: 1, ackNum: 2})
	if again := s.tick(1002); len(again) != 0 {
		t.Errorf("what was acknowledged is sent again: %+v", again)
	}
}

// TestRepetitionsAreBounded expedites a change every 20 ms while loss is heavy, over round
// trips of 0 to 1 s.
func TestRepetitionsAreBounded(t *testing.T) {
	for _, c := range []struct {
		roundTrip time.Duration
		period    int // ms between repetitions
	}{{0, 40}, {100 * ms, 40}, {150 * ms, 60}, {300 * ms, 120}, {500 * ms, 160}, {1000 * ms, 160}} {
		t.Run(c.roundTrip.String(), func(t *testing.T) {
			s, heavy := hello(t), lossAfter(t, 20)
			*s.tr.conn.RTT() = datagram.RTT{}
			s.tr.conn.RTT().Add(c.roundTrip)
			sent, interval := 0, int(s.tr.SendInterval()/ms)
			for now := 1000; now < 8000; now++ {
				if now%20 == 0 {
					s.typed(now, word(string(rune('a'+now/20%20))))
				}
				*s.tr.conn.Loss() = heavy
				sent += len(s.tick(now))
			}
			most := min(7000/20, expeditedBurst+7000*expeditedShare/interval)
			if most += repeatBurst + 7000/c.period; sent < most*9/10 || sent > most {
				t.Errorf("%d datagrams in 7 s, want about %d at most", sent, most)
			}
		})
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
