package wire

import (
	"gm/wire/datagram"
	"strings"
	"testing"
)

func TestShutdownIsAcknowledged(t *testing.T) {
	s := hello(t)
	s.set(1000, "last words")
	s.now = 1001
	s.tr.Shutdown(at(1001))
	s.wantRun(1001, `1001: 1>end ack 1 from 1 ">last words"`)
	// What comes now is too late.
	s.set(1010, "too late")
	s.wantRun(1110, `
		1051: 1>end ack 1 from 1 ">last words"
		1101: 1>end ack 1 from 1 ">last words"`)
	if s.tr.Closed() || s.tr.TimedOut(at(1110)) {
		t.Error("closed before the acknowledgement")
	}
	s.mustAnswer(1120, instruction{oldNum: 1, newNum: 2, ackNum: shutdownNum})
	if !s.tr.Closed() || s.tr.Closing() || s.tr.TimedOut(at(100_000)) {
		t.Errorf("closed %v, closing %v", s.tr.Closed(), s.tr.Closing())
	}
	// The peer, which may wait for that, is told that its answer came.
	s.wantRun(60_000, `1120: end>end ack 2 from end ""`)
	// What comes late is not answered, but for the peer's own end.
	s.mustAnswer(60_000, instruction{oldNum: 2, newNum: 3, ackNum: shutdownNum, diff: []byte(">x")})
	s.wantRun(61_000, "")
	s.mustAnswer(61_000, instruction{oldNum: 3, newNum: shutdownNum, ackNum: shutdownNum})
	s.wantRun(70_000, `61000: end>end ack end from end ""`)
}

func TestShutdownAfterAPartialAcknowledgement(t *testing.T) {
	s := hello(t)
	s.set(1000, "a")
	s.runUntil(1010)
	s.set(1020, "b")
	s.tr.Shutdown(at(1020))
	s.wantRun(1030, `1020: 1>end ack 1 from 1 ">b"`)
	s.mustAnswer(1050, instruction{newNum: 1, ackNum: 2})
	s.wantRun(1075, `1070: 2>end ack 1 from 2 "a>b"`)
}

func TestShutdownUnanswered(t *testing.T) {
	s := hello(t)
	s.now = 4000 // when the peer has been silent for a while
	s.tr.Shutdown(at(4000))
	s.tr.Shutdown(at(4500)) // begins nothing anew
	s.runUntil(4749)
	if s.tr.shutdown.tries != 15 || s.tr.TimedOut(at(4749)) {
		t.Errorf("%d tries, timed out %v", s.tr.shutdown.tries, s.tr.TimedOut(at(4749)))
	}
	s.wantRun(4799, `4750: 1>end ack 1 from 1 ""`)
	if s.tr.TimedOut(at(4799)) {
		t.Error("timed out before the last try had its time")
	}
	if !s.tr.TimedOut(at(4800)) || s.tr.Closed() {
		t.Error("not timed out after 16 tries")
	}
	if got := s.tr.Deadline(at(4800)); !got.IsZero() {
		t.Errorf("deadline %v after giving up", got)
	}
	if sent := s.tick(60_000); len(sent) > 0 {
		t.Errorf("sent after giving up: %+v", sent)
	}
}

// TestShutdownIsResumed announces the end again to a peer that comes back after all
// announcements were lost.
func TestShutdownIsResumed(t *testing.T) {
	s := hello(t)
	s.now = 4000
	s.tr.Shutdown(at(4000))
	for now := 4000; now < 6000; now += 50 {
		s.tick(now)
		if now == 4100 {
			s.tr.ResumeShutdown(at(now)) // too early: nothing changes
		}
	}
	if !s.tr.TimedOut(at(60_000)) || s.tr.shutdown.tries != shutdownRetries {
		t.Fatalf("timed out %v after %d tries", s.tr.TimedOut(at(60_000)), s.tr.shutdown.tries)
	}
	s.tr.ResumeShutdown(at(60_000))
	if sent := s.tick(60_000); len(sent) != 1 || s.tr.TimedOut(at(60_000)) {
		t.Errorf("sent %+v, timed out %v", sent, s.tr.TimedOut(at(60_000)))
	}
	s.mustAnswer(60_100, instruction{oldNum: 1, newNum: 2, ackNum: shutdownNum})
	if !s.tr.Closed() {
		t.Error("not closed after the acknowledgement")
	}
}

// TestShutdownUnansweredByAPeerThatIsThere hears the peer meanwhile, and so sends
// announcements for longer: the peer is there, and they were lost.
func TestShutdownUnansweredByAPeerThatIsThere(t *testing.T) {
	s := hello(t)
	s.now = 1000
	s.tr.Shutdown(at(1000))
	for now := 1000; now < 10_900; now += 50 {
		if s.tick(now); s.tr.TimedOut(at(now)) {
			t.Fatalf("timed out after %d ms and %d tries", now-1000, s.tr.shutdown.tries)
		}
		if now%2000 == 0 {
			s.mustAnswer(now, instruction{newNum: uint64(now), ackNum: 1})
		}
	}
	if !s.tr.TimedOut(at(11_000)) {
		t.Error("not timed out after 10 s")
	}
}

// TestLinger confirms the peer's end. The Transport stays to repeat that until the
// peer is known to have the confirmation or is silent.
func TestLinger(t *testing.T) {
	s := hello(t)
	if !s.tr.LingerUntil().IsZero() {
		t.Error("it lingers before the end")
	}
	announcement := instruction{oldNum: 1, newNum: shutdownNum, ackNum: 1, diff: []byte(">bye")}
	s.mustAnswer(1000, announcement)
	s.wantRun(1000, `1000: 1>2 ack end from 1 ""`)
	if got := s.tr.LingerUntil(); got != at(1000).Add(lingerTime) {
		t.Errorf("it lingers until %v", got.Sub(epoch))
	}
	s.mustAnswer(1600, announcement) // the confirmation was lost
	s.wantRun(1700, `1600: 1>3 ack end from 1 ""`)
	if got := s.tr.LingerUntil(); got != at(1600).Add(lingerTime) {
		t.Errorf("it lingers until %v", got.Sub(epoch))
	}
	s.mustAnswer(1700, instruction{oldNum: shutdownNum, newNum: shutdownNum, ackNum: 3})
	if got := s.tr.LingerUntil(); !got.IsZero() || !s.tr.Closed() {
		t.Errorf("known to be heard it lingers until %v, closed %v", got.Sub(epoch), s.tr.Closed())
	}
	s.wantRun(60_000, "")
}

// TestConfirmationIsShort checks that a confirmation omits a large change.
func TestConfirmationIsShort(t *testing.T) {
	s := hello(t)
	s.set(1000, word(strings.Repeat("large ", 1000)))
	s.mustAnswer(1001, instruction{oldNum: 1, newNum: shutdownNum, ackNum: 1})
	s.wantRun(1001, `1001: 1>2 ack end from 1 ""`)
}

func TestShutdownTimesOutByTime(t *testing.T) {
	s := hello(t)
	s.tr.Shutdown(at(1000))
	// A loop that sleeps sends less often than it might.
	for now := 1000; now < 11_000; now += 999 {
		s.tick(now)
		if s.tr.TimedOut(at(now)) {
			t.Fatalf("timed out after %d ms and %d tries", now-1000, s.tr.shutdown.tries)
		}
	}
	if !s.tr.TimedOut(at(11_000)) {
		t.Error("not timed out after 10 s")
	}
}

// TestShutdownWithATooLargeChange checks that the end is announced even if the last
// change cannot be sent.
func TestShutdownWithATooLargeChange(t *testing.T) {
	s := hello(t)
	s.set(1000, word(make([]byte, maxPacked)))
	s.tr.Shutdown(at(1000))
	for _, now := range []int{1000, 1050} {
		if got := s.tr.Deadline(at(now)); got != at(now) {
			t.Errorf("deadline %v, want %d ms", got.Sub(epoch), now)
		}
		var sent []instruction
		err := s.tr.Tick(at(now), func(_ datagram.Path, d []byte) {
			if in, whole := s.read(at(now+oneWay), d); whole {
				sent = append(sent, in)
			}
		})
		if err != ErrTooLarge || len(sent) != 1 || show(sent[0]) != `1>end ack 1 from 1 ""` {
			t.Errorf("at %d: sent %+v, %v", now, sent, err)
		}
	}
	s.mustAnswer(1100, instruction{oldNum: 1, newNum: 2, ackNum: shutdownNum})
	if !s.tr.Closed() {
		t.Error("not closed")
	}
}

func TestPeerShutdown(t *testing.T) {
	s := hello(t)
	got := s.mustAnswer(1000, instruction{oldNum: 1, newNum: shutdownNum, ackNum: 1, diff: []byte(">bye")})
	if remote, num := s.tr.Remote(); remote != "bye" || num != shutdownNum || !got.State {
		t.Errorf("remote is %d %q", num, remote)
	}
	if !s.tr.Closing() || s.tr.Closed() {
		t.Errorf("closing %v, closed %v", s.tr.Closing(), s.tr.Closed())
	}
	s.wantRun(1000, `1000: 1>2 ack end from 1 ""`)
	if !s.tr.Closed() {
		t.Error("not closed after the acknowledgement was sent")
	}
	if got := s.runUntil(60_000); got != "" {
		t.Errorf("sent after the end:\n%s", got)
	}
	// The acknowledgement was lost: the announcement comes again, and only a
	// new one counts.
	s.mustAnswer(60_000, instruction{oldNum: 1, newNum: shutdownNum, ackNum: 1, diff: []byte(">bye")})
	s.wantRun(70_000, `60000: 1>3 ack end from 1 ""`)
}

func TestPeerShutdownCarriesUnsentChanges(t *testing.T) {
	s := hello(t)
	s.set(1000, "a")
	s.mustAnswer(1001, instruction{oldNum: 1, newNum: shutdownNum, ackNum: 1})
	s.wantRun(1001, `1001: 1>2 ack end from 1 ">a"`)
}

func TestPeerShutdownFromAnUnknownState(t *testing.T) {
	s := hello(t)
	if _, err := s.answer(1000, instruction{oldNum: 7, newNum: shutdownNum, ackNum: 1}); err != errUnknownBase {
		t.Errorf("answer returns %v", err)
	}
	if s.tr.Closing() {
		t.Error("closing because of a state that can not be made")
	}
}

// TestShutdownOfBoth ends the session from both sides at once. Each receives the
// other's announcement, and leaves when it has acknowledged it.
func TestShutdownOfBoth(t *testing.T) {
	s := hello(t)
	s.now = 1000
	s.tr.Shutdown(at(1000))
	s.wantRun(1010, `1000: 1>end ack 1 from 1 ""`)
	s.mustAnswer(1020, instruction{oldNum: 1, newNum: shutdownNum, ackNum: shutdownNum})
	if s.tr.Closed() {
		t.Error("closed, but the peer does not know that its announcement came")
	}
	s.wantRun(1030, `1020: end>end ack end from end ""`)
	if !s.tr.Closed() {
		t.Error("not closed")
	}
}
