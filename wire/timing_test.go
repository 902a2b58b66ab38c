package wire

import (
	"fmt"
	"testing"
	"time"

	"gm/wire/datagram"
)

// hello returns a session whose ends have heard each other, at 100 ms with a round
// trip of 100 ms: RTO is 300 ms, assumedTimeout 410 ms and send_interval 50 ms.
func hello(t *testing.T) *scriptedSession {
	t.Helper()
	s := newScriptedSession(t)
	s.wantRun(50, `0: 0>1 ack 0 from 0 ""`)
	s.mustAnswer(100, instruction{newNum: 1, ackNum: 1})
	if got := s.tr.SRTT(); got != 100*ms {
		t.Fatalf("round trip %v, want 100ms", got)
	}
	return s
}

func TestFirstContact(t *testing.T) {
	s := newScriptedSession(t)
	s.set(0, "a")
	// At once; then again after RTO + ACK_DELAY, while it may be a loss, for
	// 10 s; then with each acknowledgement that is due.
	s.wantRun(20_000, `
		0: 0>1 ack 0 from 0 ">a"
		1110: 0>1 ack 0 from 0 ">a"
		2220: 0>1 ack 0 from 0 ">a"
		3330: 0>1 ack 0 from 0 ">a"
		4440: 0>1 ack 0 from 0 ">a"
		5550: 0>1 ack 0 from 0 ">a"
		6660: 0>1 ack 0 from 0 ">a"
		7770: 0>1 ack 0 from 0 ">a"
		8880: 0>1 ack 0 from 0 ">a"
		9990: 0>1 ack 0 from 0 ">a"
		13040: 0>1 ack 0 from 0 ">a"
		16090: 0>1 ack 0 from 0 ">a"
		19140: 0>1 ack 0 from 0 ">a"`)
}

func TestIdle(t *testing.T) {
	s := hello(t)
	s.wantRun(10_000, `
		3050: 1>2 ack 1 from 1 ""
		6100: 1>3 ack 1 from 1 ""
		9150: 1>4 ack 1 from 1 ""`)
}

// TestMinDelay checks that changes are gathered for minDelay.
func TestMinDelay(t *testing.T) {
	s := hello(t)
	s.set(1000, "a")
	s.set(1005, "ab")
	s.wantRun(1100, `1008: 1>2 ack 1 from 1 ">ab"`)
}

// TestSendInterval checks that successive changes are sent every send_interval.
func TestSendInterval(t *testing.T) {
	s := hello(t)
	s.set(1000, "a")
	s.wantRun(1020, `1008: 1>2 ack 1 from 1 ">a"`)
	s.set(1020, "b")
	// The diff from the known state 1 is as short as that from the assumed 2.
	s.wantRun(1060, `1058: 1>3 ack 1 from 1 ">b"`)
	s.set(1060, "c")
	s.wantRun(1120, `1108: 1>4 ack 1 from 1 ">c"`)
	s.set(1157, "d")
	s.wantRun(1170, `1165: 1>5 ack 1 from 1 ">d"`)
}

func TestAcknowledgedChangeIsQuiet(t *testing.T) {
	s := hello(t)
	s.set(1000, "a")
	s.wantRun(1050, `1008: 1>2 ack 1 from 1 ">a"`)
	s.mustAnswer(1108, instruction{newNum: 1, ackNum: 2})
	s.wantRun(4100, `4058: 2>3 ack 1 from 2 ""`)
	if num, when := s.tr.Acked(); num != 2 || when != at(1008) {
		t.Errorf("acknowledged is %d of %v, want 2 of 1008 ms", num, when)
	}
}

// TestRetransmission checks that a state that was not acknowledged in RTO, ACK_DELAY
// and a grace is sent again. That updates its time, so that the next
// retransmission waits as long.
func TestRetransmission(t *testing.T) {
	s := hello(t)
	s.set(1000, "a")
	s.wantRun(2300, `
		1008: 1>2 ack 1 from 1 ">a"
		1418: 1>2 ack 1 from 1 ">a"
		1828: 1>2 ack 1 from 1 ">a"
		2238: 1>2 ack 1 from 1 ">a"`)
}

// TestRetransmissionBehindALateState has a late state before the newest one. The
// newest does not count as assumed and is repeated every send_interval.
func TestRetransmissionBehindALateState(t *testing.T) {
	s := hello(t)
	s.set(1000, "a")
	s.wantRun(1200, `1008: 1>2 ack 1 from 1 ">a"`)
	s.set(1300, "b")
	s.wantRun(1520, `
		1308: 1>3 ack 1 from 1 ">b"
		1418: 1>3 ack 1 from 1 ">b"
		1468: 1>3 ack 1 from 1 ">b"
		1518: 1>3 ack 1 from 1 ">b"`)
}

// TestLateAcknowledgementIsNoLoss sends a state that only carries an
// acknowledgement. The peer does not acknowledge it soon, which does not count
// against the changes after it.
func TestLateAcknowledgementIsNoLoss(t *testing.T) {
	s := hello(t)
	s.wantRun(3100, `3050: 1>2 ack 1 from 1 ""`)
	s.set(3350, "a")
	s.wantRun(3900, `
		3358: 1>3 ack 1 from 1 ">a"
		3768: 1>3 ack 1 from 1 ">a"`)
	s = hello(t)
	s.wantRun(3100, `3050: 1>2 ack 1 from 1 ""`)
	s.set(3350, "a")
	s.runUntil(3500)
	if share := s.tr.Loss(); share != 0 {
		t.Errorf("a loss of %v is seen", share)
	}
}

func TestRetransmissionEndsWithSilence(t *testing.T) {
	s := hello(t) // heard at 100
	s.set(9650, "a")
	s.wantRun(9900, `9650: 1>2 ack 1 from 1 ">a"`)
	s.set(9950, "b")
	// State 2 is late in the last of the 10 s; then only acknowledgements.
	s.wantRun(16_500, `
		9958: 1>3 ack 1 from 1 ">b"
		10060: 1>3 ack 1 from 1 ">b"
		13110: 1>3 ack 1 from 1 ">b"
		16160: 1>3 ack 1 from 1 ">b"`)
}

func TestDataIsAcknowledgedSoon(t *testing.T) {
	s := hello(t)
	s.mustAnswer(1000, instruction{oldNum: 1, newNum: 2, ackNum: 1, diff: []byte(">x")})
	s.wantRun(4000, `1100: 1>2 ack 2 from 1 ""`)
}

// TestAcknowledgeNow acknowledges data without delay, and sends nothing if there is none.
func TestAcknowledgeNow(t *testing.T) {
	s := hello(t)
	s.tr.AcknowledgeNow(at(500))
	s.wantRun(900, "")
	s.mustAnswer(1000, instruction{oldNum: 1, newNum: 2, ackNum: 1, diff: []byte(">x")})
	s.tr.AcknowledgeNow(at(1000))
	s.wantRun(4000, `1000: 1>2 ack 2 from 1 ""`)
}

// TestAcknowledgementWaitsLongerNearby checks the wait on short paths, where the
// peer's timeout is longer than needed: 50 ms and ACK_DELAY. Half of the slack is
// used, so that ten changes per second are acknowledged every other time.
func TestAcknowledgementWaitsLongerNearby(t *testing.T) {
	for roundTrip, want := range map[time.Duration]int{0: 1125, 10 * ms: 1120, 20 * ms: 1115, 50 * ms: 1100, 500 * ms: 1100} {
		s := hello(t)
		s.mustAnswer(800, instruction{oldNum: 1, newNum: 2, ackNum: 1})
		*s.tr.conn.RTT() = datagram.RTT{}
		for range 100 {
			s.tr.conn.RTT().Add(roundTrip)
		}
		if got := s.tr.conn.RTT().Timeout() + ackDelay - s.tr.ackWait(); got < s.tr.SRTT() {
			t.Errorf("with a round trip of %v the acknowledgement is late", roundTrip)
		}
		s.now = 1000
		s.tr.handle(at(1000), &instruction{oldNum: 2, newNum: 3, diff: []byte(">x")})
		s.wantRun(1200, fmt.Sprintf(`%d: 1>2 ack 3 from 1 ""`, want))
	}
}

// TestARepetitionIsAcknowledgedAgain repeats a state, because its acknowledgement
// was lost.
func TestARepetitionIsAcknowledgedAgain(t *testing.T) {
	s := hello(t)
	news := instruction{oldNum: 1, newNum: 2, ackNum: 1, diff: []byte(">x")}
	s.mustAnswer(1000, news)
	s.mustAnswer(1010, news) // so soon, one acknowledgement is for both
	s.wantRun(1200, `1100: 1>2 ack 2 from 1 ""`)
	s.mustAnswer(1300, news)
	s.mustAnswer(1350, news)
	s.wantRun(4500, `1400: 1>3 ack 2 from 1 ""
		4450: 1>4 ack 2 from 1 ""`)
}

func TestEmptyDiffIsNotAcknowledgedSoon(t *testing.T) {
	s := hello(t)
	s.mustAnswer(1000, instruction{oldNum: 1, newNum: 2, ackNum: 1})
	s.wantRun(3500, `3050: 1>2 ack 2 from 1 ""`)
}

func TestAcknowledgementRidesOnData(t *testing.T) {
	s := hello(t)
	s.mustAnswer(1000, instruction{oldNum: 1, newNum: 2, ackNum: 1, diff: []byte(">x")})
	s.set(1050, "a")
	s.wantRun(1300, `1058: 1>2 ack 2 from 1 ">a"`)
}

// TestAcknowledgementCarriesAResend checks that an acknowledgement also carries a
// state that may be missing, the prospective resend.
func TestAcknowledgementCarriesAResend(t *testing.T) {
	s := hello(t)
	s.set(1000, "a")
	s.wantRun(1008, `1008: 1>2 ack 1 from 1 ">a"`)
	s.mustAnswer(1020, instruction{oldNum: 1, newNum: 2, ackNum: 1, diff: []byte(">x")})
	s.wantRun(1200, `1120: 1>2 ack 2 from 1 ">a"`)
}

func TestStaleDataIsAcknowledgedByNumber(t *testing.T) {
	s := hello(t)
	s.mustAnswer(1000, instruction{oldNum: 1, newNum: 5, ackNum: 1, diff: []byte(">e")})
	s.wantRun(1200, `1100: 1>2 ack 5 from 1 ""`)
	// An older state that comes late is held, but changes nothing.
	got := s.mustAnswer(1300, instruction{oldNum: 1, newNum: 4, ackNum: 2, diff: []byte(">d")})
	if remote, num := s.tr.Remote(); got.State || remote != "e" || num != 5 {
		t.Errorf("remote is %d %q, %+v, want 5 e", num, remote, got)
	}
	s.wantRun(1500, `1400: 2>3 ack 5 from 2 ""`)
}

func TestReturnToTheKnownStateIsSent(t *testing.T) {
	s := hello(t)
	s.set(1000, "a")
	s.wantRun(1020, `1008: 1>2 ack 1 from 1 ">a"`)
	s.set(1030, "")
	s.wantRun(1100, `1058: 1>3 ack 1 from 1 ">"`)
}

func TestDeadlineOfNothing(t *testing.T) {
	s := hello(t)
	if got := s.tr.Deadline(at(100)); got != at(3050) {
		t.Errorf("deadline %v, want 3050 ms", got.Sub(epoch))
	}
	if sent := s.tick(2999); len(sent) != 0 {
		t.Errorf("sent before the deadline: %+v", sent)
	}
}

// TestLongSilence has no network for ten minutes. An acknowledgement is sent every
// 3.05 s, the list stays short, and the whole difference is sent when the peer is
// back.
func TestLongSilence(t *testing.T) {
	s := hello(t)
	s.set(1000, "a")
	s.runUntil(300_000)
	s.set(300_001, "b")
	s.runUntil(600_000)
	if n := len(s.tr.sent.list); n > maxSent {
		t.Errorf("%d states are remembered", n)
	}
	num := s.tr.Sent()
	if got := s.mustAnswer(601_000, instruction{oldNum: 1, newNum: 2, ackNum: 1, diff: []byte(">x")}); !got.Newest || !got.State {
		t.Errorf("after the silence: %+v", got)
	}
	sent := s.tick(601_050)
	if len(sent) != 1 || sent[0].oldNum != 1 || sent[0].newNum != num || string(sent[0].diff) != ">b" || sent[0].ackNum != 2 {
		t.Errorf("after the silence were sent %+v", sent)
	}
}
