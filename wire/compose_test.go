package wire

import (
	"gm/wire/datagram"
	"strings"
	"testing"
)

// resendSession returns a session with a known state 1, an assumed state 2 and an
// unsent change. The diff from state 2 has length bytes, the one from state 1 has
// extra more.
func resendSession(t *testing.T, length, extra int) *scriptedSession {
	t.Helper()
	s := hello(t)
	// A diff of word is "from>to".
	s.set(1000, "")
	s.tr.sent.first().state = word(strings.Repeat("k", extra+1))
	s.set(1000, "2")
	s.runUntil(1010)
	s.set(1020, word(strings.Repeat("n", length-2)))
	return s
}

func TestProspectiveResend(t *testing.T) {
	for _, c := range []struct {
		name          string
		lost          int // datagrams
		length, extra int
		base          uint64
	}{
		{"as long", 1, 200, 0, 1},
		{"100 longer", 1, 200, 100, 1},
		{"101 longer", 1, 200, 101, 2},
		{"just under 1000", 1, 899, 100, 1},
		{"1000", 1, 900, 100, 2},
		{"long and as long", 1, 5000, 0, 1},
		{"long and one longer", 1, 5000, 1, 2},
		{"30 longer without loss", 0, 200, 30, 1},
		{"31 longer without loss", 0, 200, 31, 2},
		{"just under 1000 without loss", 0, 969, 30, 1},
		{"1000 without loss", 0, 970, 30, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := resendSession(t, c.length, c.extra)
			*s.tr.conn.Loss() = lossAfter(t, c.lost)
			sent := s.tick(1100)
			if len(sent) != 1 || sent[0].oldNum != c.base || sent[0].newNum != 3 {
				t.Errorf("sent %d from %d, want from %d", sent[0].newNum, sent[0].oldNum, c.base)
			}
			want := c.length
			if c.base == 1 {
				want += c.extra
			}
			if got := len(sent[0].diff); got != want {
				t.Errorf("the diff has %d bytes, want %d", got, want)
			}
		})
	}
}

// TestTooLargeChange sets a change that is too large. It is not sent, but
// acknowledgements are, and so is the next change.
func TestTooLargeChange(t *testing.T) {
	s := hello(t)
	s.mustAnswer(900, instruction{oldNum: 1, newNum: 2, ackNum: 1, diff: []byte(">x")})
	s.set(1000, word(noise(maxPacked)))
	var sent []instruction
	err := s.tr.Tick(at(1008), func(_ datagram.Path, d []byte) {
		if in, whole := s.read(at(1058), d); whole {
			sent = append(sent, in)
		}
	})
	if err != ErrTooLarge {
		t.Errorf("Tick returns %v, want ErrTooLarge", err)
	}
	if len(sent) != 1 || show(sent[0]) != `1>1 ack 2 from 1 ""` {
		t.Errorf("sent instead: %+v", sent)
	}
	if got := s.tr.Deadline(at(1008)); got != at(1058) {
		t.Errorf("deadline %v, want 1058ms", got.Sub(epoch))
	}
	s.set(1020, "small")
	s.wantRun(1100, `1058: 1>2 ack 2 from 1 ">small"`)
}
