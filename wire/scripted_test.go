package wire

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/wire/datagram"
)

// scriptedPeer is one end of a session that a test plays: it parses the datagrams of
// a Transport and sends instructions that the test chooses.
type scriptedPeer struct {
	t          *testing.T
	conn       *datagram.Conn
	reassembly reassembly
	inflater   inflater
	fragmenter fragmenter
}

func newScriptedPeer(t *testing.T, d datagram.Direction) *scriptedPeer {
	t.Helper()
	return &scriptedPeer{t: t, conn: newConn(t, d)}
}

// read returns the instruction that a datagram completes, if it completes one.
func (s *scriptedPeer) read(now time.Time, data []byte) (in instruction, whole bool) {
	s.t.Helper()
	opened, err := s.conn.Open(now, data, datagram.Path{}, false)
	if err != nil {
		s.t.Fatal(err)
	}
	f, err := parseFragment(opened.Payload)
	if err != nil {
		s.t.Fatal(err)
	}
	packed, whole, err := s.reassembly.add(f)
	if err != nil {
		s.t.Fatal(err)
	}
	if !whole {
		return in, false
	}
	plain, err := s.inflater.unpack(packed)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := in.parse(plain); err != nil {
		s.t.Fatal(err)
	}
	in.diff = slices.Clone(in.diff)
	return in, true
}

// write returns the datagrams of an instruction.
func (s *scriptedPeer) write(now time.Time, in instruction) (datagrams [][]byte) {
	s.t.Helper()
	if err := s.fragmenter.pack(&in, payload4); err != nil {
		s.t.Fatal(err)
	}
	err := s.fragmenter.fragments(func(f fragment) error {
		d, err := s.conn.Seal(now, datagram.Path{}, f.append(nil))
		datagrams = append(datagrams, slices.Clone(d))
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return datagrams
}

// scriptedSession is a client's Transport, a scripted server and the time. Unlike a
// wiretest.Net it calls Tick just before each deadline too.
type scriptedSession struct {
	*scriptedPeer
	tr  *Transport[word, word]
	now int // ms
}

func newScriptedSession(t *testing.T) *scriptedSession {
	t.Helper()
	tr, err := New(Config[word, word]{
		Key: datagram.Key{1}, Direction: datagram.ToServer, MinDelay: 8 * ms, MTU: datagram.MTUv4,
	}, epoch)
	if err != nil {
		t.Fatal(err)
	}
	return &scriptedSession{scriptedPeer: newScriptedPeer(t, datagram.ToClient), tr: tr}
}

// set changes the local state at the time now.
func (s *scriptedSession) set(now int, state word) {
	s.now = now
	s.tr.SetLocal(at(now), state)
}

// oneWay is the delay of datagrams between the two in milliseconds.
const oneWay = 50

// answer delivers an instruction to the Transport at the time now.
func (s *scriptedSession) answer(now int, in instruction) (got Received, err error) {
	s.now = now
	for _, d := range s.write(at(now-oneWay), in) {
		got, err = s.tr.Receive(at(now), d, datagram.Path{}, false)
	}
	return got, err
}

// mustAnswer is like answer, but ends the test if the Transport returns an error.
func (s *scriptedSession) mustAnswer(now int, in instruction) Received {
	s.t.Helper()
	got, err := s.answer(now, in)
	if err != nil {
		s.t.Fatalf("at %d: %v", now, err)
	}
	return got
}

// tick returns the instructions that the Transport sends at the time now.
func (s *scriptedSession) tick(now int) (sent []instruction) {
	s.t.Helper()
	s.now = now
	err := s.tr.Tick(at(now), func(_ datagram.Path, d []byte) {
		if in, whole := s.read(at(now+oneWay), d); whole {
			sent = append(sent, in)
		}
	})
	if err != nil {
		s.t.Fatalf("at %d: %v", now, err)
	}
	return sent
}

// runUntil moves from deadline to deadline and returns the instructions sent, a
// line each: "time: old>new ack throwaway diff". It fails if something is sent
// before a deadline.
func (s *scriptedSession) runUntil(until int) string {
	s.t.Helper()
	var lines []string
	for {
		deadline := s.tr.Deadline(at(s.now))
		if deadline.IsZero() || deadline.After(at(until)) {
			s.now = until
			return strings.Join(lines, "\n")
		}
		if due := int(deadline.Sub(epoch).Milliseconds()); due > s.now {
			if early := s.tick(due - 1); len(early) > 0 {
				s.t.Fatalf("sent at %d, before the deadline %d: %+v", due-1, due, early)
			}
			s.now = due
		}
		sent := s.tick(s.now)
		if len(sent) == 0 {
			s.t.Fatalf("nothing is sent at the deadline %d", s.now)
		}
		for _, in := range sent {
			lines = append(lines, fmt.Sprintf("%d: %s", s.now, show(in)))
		}
	}
}

// show formats an instruction, with "end" for shutdownNum.
func show(in instruction) string {
	num := func(n uint64) string {
		if n == shutdownNum {
			return "end"
		}
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s>%s ack %s from %s %q", num(in.oldNum), num(in.newNum), num(in.ackNum), num(in.throwawayNum), in.diff)
}

// wantRun compares the result of runUntil with want, whose lines may be indented.
func (s *scriptedSession) wantRun(until int, want string) {
	s.t.Helper()
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(want), "\n") {
		lines = append(lines, strings.TrimSpace(line))
	}
	if got := s.runUntil(until); got != strings.Join(lines, "\n") {
		s.t.Fatalf("until %d were sent\n%s\nwant\n%s", until, got, strings.Join(lines, "\n"))
	}
}
