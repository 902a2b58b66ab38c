//go:build unix

package port

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// member is a session of a port, at the reader. Datagrams that do not fit the buffer of its
// connection are lost, as with a UDP socket that is not read.
type member struct {
	raw    syscall.RawConn
	rest   []byte // of a frame that was sent in part
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

// send sends a frame or drops it, without waiting.
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

// write returns the number of bytes written, without waiting.
func (m *member) write(b []byte) int {
	m.frame, m.n = b, 0
	m.raw.Write(m.try)
	m.frame = nil
	return max(m.n, 0)
}
