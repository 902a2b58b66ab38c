//go:build unix

package port

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// member is a session of a port, at the reader. It is sent what fits the buffer of its
// connection, and loses the rest, as with a socket of its own that it does not read.
type member struct {
	raw    syscall.RawConn
	rest   []byte // of the frame that was sent in part
	buffer []byte // of rest

	frame []byte // argument of try
	n     int    // result of try
	try   func(fd uintptr) bool
}

func newMember(raw syscall.RawConn) *member {
	m := &member{raw: raw}
	m.try = func(fd uintptr) bool {
		m.n, _ = unix.Write(int(fd), m.frame)
		return true // whatever the result, do not wait
	}
	return m
}

// send sends a frame, unless there is no room. It does not wait.
func (m *member) send(frame []byte) {
	if len(m.rest) > 0 {
		m.rest = m.rest[m.write(m.rest):]
		if len(m.rest) > 0 {
			return
		}
	}
	if n := m.write(frame); n > 0 && n < len(frame) {
		m.buffer = append(m.buffer[:0], frame[n:]...)
		m.rest = m.buffer
	}
}

// write returns how many bytes the system has taken.
func (m *member) write(b []byte) int {
	m.frame, m.n = b, 0
	m.raw.Write(m.try)
	m.frame = nil
	return max(m.n, 0)
}
