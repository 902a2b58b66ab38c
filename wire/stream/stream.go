package stream

import (
	"errors"
	"time"
)

// Stream is a pair of ordered streams of bytes, one each way. Its Conn's caller owns it.
type Stream struct {
	// Kind and Target are those with which it was opened.
	Kind   uint64
	Target []byte
	// Urgent streams are sent before others.
	Urgent bool
	// Background streams are sent after others.
	Background bool

	conn *Conn
	id   uint64
	out  outgoing
	in   incoming

	opened     bool // the peer knows it
	unknown    bool // the peer has begun it, and its OPEN has not come
	reset      *ResetError
	resetDue   bool
	resetAcked bool
	forgotten  bool
	widened    time.Time // when the credit was extended last

	class         class // of the list of turns that has it
	before, after *Stream
}

// ResetError is why a stream has ended abruptly.
type ResetError struct {
	Code uint64
	Text string
	// ByPeer reports whether the peer has reset the stream.
	ByPeer bool
}

func (e *ResetError) Error() string { return e.Text }

// ErrEnded means that a stream was ended by CloseWrite.
var ErrEnded = errors.New("stream has ended")

// ID returns the number of the stream within its session.
func (s *Stream) ID() uint64 { return s.id }

// Write sends bytes. It returns how many of them the stream keeps: fewer than there are if
// the peer reads more slowly. The caller writes the others when the stream is ready again.
func (s *Stream) Write(p []byte) (n int, err error) {
	switch {
	case s.reset != nil:
		return 0, s.reset
	case s.out.ended:
		return 0, ErrEnded
	}
	n = s.out.write(&s.conn.outMemory, p[:min(len(p), s.Room())])
	s.conn.turns.update(s)
	return n, nil
}

// Room returns how many bytes Write keeps now: so many that were never sent as fill the path
// once. Those that were sent, and wait behind a loss, are bounded by memory alone.
func (s *Stream) Room() int {
	o := &s.out
	least := minUnsent
	if s.Background {
		least = minBackground
	}
	left := s.conn.outMemory.share(len(o.ring)) - o.unacked()
	return max(min(max(s.conn.control.window(), least)-s.Unsent(), left), 0)
}

// minUnsent is the least bound of bytes of a stream that were never sent, and minBackground that
// of a stream in the background, whose owner may yet prefer to send others.
const (
	minUnsent     = 32 << 10
	minBackground = 4 << 10
)

// Unsent returns the number of bytes that were written and never sent.
func (s *Stream) Unsent() int { return int(s.out.end - s.out.next) }

// CloseWrite ends the direction to the peer, after the bytes that were written.
func (s *Stream) CloseWrite() {
	s.out.ended = true
	s.conn.turns.update(s)
}

// Delivered reports whether the peer has all bytes that were written, and the end after
// CloseWrite. Nothing is left to be delivered of a stream that was reset.
func (s *Stream) Delivered() bool {
	return s.out.unacked() == 0 && (s.out.endAcked || !s.out.ended)
}

// Finished reports whether the peer has all bytes and the end of the stream. Nothing is left to
// be delivered of a stream that was reset.
func (s *Stream) Finished() bool { return s.reset != nil || s.out.done() }

// Over reports whether both directions have ended: nothing of the stream is left at this end.
func (s *Stream) Over() bool { return s.forgotten }

// Next returns the bytes that have arrived and were not consumed. They are valid until the
// next packet is received. ended reports whether no others follow.
func (s *Stream) Next() (data []byte, ended bool, err error) {
	if s.reset != nil {
		return nil, false, s.reset
	}
	data = s.in.next()
	return data, s.in.ended && s.in.read+uint64(len(data)) == s.in.end, nil
}

// Consume removes n bytes of Next, which the peer may send anew then. A reader that empties
// the window for the first time, or within two round trips, gets four times the window.
func (s *Stream) Consume(now time.Time, n int) {
	c := s.conn
	if s.reset != nil {
		return
	}
	before := s.in.credit
	s.in.consume(&c.inMemory, n)
	if s.in.credit != before {
		if s.widened.IsZero() || now.Sub(s.widened) < 2*c.rtt.estimate()+2*granularity {
			c.widen(now, s)
			s.in.credit = s.in.read + s.in.window
		}
		s.widened = now
	}
	c.turns.update(s)
	if s.done() {
		c.forget(s)
	}
}

// Reset ends both directions at once. The peer gets the code and the text.
func (s *Stream) Reset(code uint64, text string) {
	if s.reset == nil && !s.done() {
		s.end(&ResetError{Code: code, Text: text[:min(len(text), maxSentText)]})
		s.resetDue = true
		s.conn.turns.update(s)
	}
}

func (s *Stream) end(err *ResetError) {
	c := s.conn
	c.forgetWindow(s)
	c.outMemory.put(s.out.ring)
	c.inMemory.put(s.in.buf)
	c.inMemory.spans -= len(s.in.beyond)
	s.reset = err
	s.out, s.in = outgoing{}, incoming{}
}

// done reports whether neither end has anything left to send.
func (s *Stream) done() bool {
	if s.reset != nil {
		return s.reset.ByPeer || s.resetAcked
	}
	return s.out.done() && s.in.done()
}
