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

	conn *Conn
	id   uint64
	out  outgoing
	in   incoming

	opened   bool // the peer knows it
	unknown  bool // the peer has begun it, and its OPEN has not come
	reset    *ResetError
	resetDue bool
	widened  time.Time // when the window was widened last
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

const (
	// initialWindow is the credit of each direction of a new stream, in bytes.
	initialWindow = 64 << 10
	// maxBuffered bounds the bytes that a stream keeps until they are acknowledged.
	maxBuffered = 16 << 20
)

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
	n = min(len(p), max(s.Room(), 0))
	s.out.buf = append(s.out.buf, p[:n]...)
	return n, nil
}

// Room returns how many bytes Write keeps now.
func (s *Stream) Room() int { return min(2*s.conn.control.window(), maxBuffered) - len(s.out.buf) }

// CloseWrite ends the direction to the peer, after the bytes that were written.
func (s *Stream) CloseWrite() { s.out.ended = true }

// Delivered reports whether the peer has all bytes that were written, and the end after
// CloseWrite. Nothing is left to be delivered of a stream that was reset.
func (s *Stream) Delivered() bool {
	return len(s.out.buf) == 0 && (s.out.endAcked || !s.out.ended)
}

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
// the window within two round trips gets twice the window.
func (s *Stream) Consume(now time.Time, n int) {
	before := s.in.credit
	s.in.consume(n)
	if s.done() {
		s.conn.forget(s)
	}
	if s.in.credit == before {
		return
	}
	if now.Sub(s.widened) < 2*s.conn.rtt.estimate() {
		s.in.window = min(2*s.in.window, s.conn.cfg.MaxWindow)
	}
	s.widened = now
}

// Reset ends both directions at once. The peer gets the code and the text.
func (s *Stream) Reset(code uint64, text string) {
	if s.reset == nil && !s.done() {
		s.end(&ResetError{Code: code, Text: text[:min(len(text), maxSentText)]})
		s.resetDue = true
	}
}

func (s *Stream) end(err *ResetError) {
	s.reset = err
	s.out, s.in = outgoing{}, incoming{}
}

// done reports whether neither end has anything left to say.
func (s *Stream) done() bool {
	return s.reset != nil && !s.resetDue || s.out.done() && s.in.done()
}

// sendable reports whether the stream has a frame to be sent.
func (s *Stream) sendable() bool {
	return !s.opened || s.resetDue || s.in.update || s.reset == nil && s.out.sendable()
}
