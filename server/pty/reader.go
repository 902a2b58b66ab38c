//go:build unix

package pty

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// reader reads a pty. The kernel returns 4 KiB at a time, and waking the consumer for
// each of them would cost more than parsing it, so Read goes on until the buffer is
// full or nothing is left.
type reader struct {
	file syscall.RawConn
	try  func(fd uintptr) (done bool) // r.read, allocated once
	buf  []byte
	n    int
	err  error
}

// newReader returns a reader of f, which must be non-blocking.
func newReader(f *os.File) (*reader, error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return nil, err
	}
	r := &reader{file: raw}
	r.try = r.read
	return r, nil
}

// Read blocks until there is something to read, and then reads all of it that fits
// into p.
func (r *reader) Read(p []byte) (int, error) {
	r.buf, r.n, r.err = p, 0, nil
	if err := r.file.Read(r.try); err != nil {
		return 0, err
	}
	if r.n > 0 { // an error returns with the next Read
		return r.n, nil
	}
	return 0, r.err
}

// read fills r.buf without blocking. It reports whether there was something to read,
// the end and an error included.
func (r *reader) read(fd uintptr) bool {
	for r.n < len(r.buf) {
		n, err := syscall.Read(int(fd), r.buf[r.n:])
		switch {
		case n > 0:
			r.n += n
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EAGAIN):
			return r.n > 0
		case err != nil:
			r.err = os.NewSyscallError("read", err)
			return true
		default:
			r.err = io.EOF
			return true
		}
	}
	return true
}
