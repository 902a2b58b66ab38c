//go:build unix

package pty

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// ptyReader reads a pty. The kernel hands out 4 KiB at a time: waking the reader
// of what is read for each of them would cost more than parsing it.
type ptyReader struct {
	file syscall.RawConn
	try  func(fd uintptr) (done bool) // g.read
	buf  []byte
	n    int
	err  error
}

func newReader(f *os.File) (*ptyReader, error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return nil, err
	}
	g := &ptyReader{file: raw}
	g.try = g.read
	return g, nil
}

// Read waits for something to read and reads all that there is, as far as it
// fits into p.
func (g *ptyReader) Read(p []byte) (int, error) {
	g.buf, g.n, g.err = p, 0, nil
	if err := g.file.Read(g.try); err != nil {
		return 0, err
	}
	if g.n > 0 { // an error comes again
		return g.n, nil
	}
	return 0, g.err
}

// read reads until there is no more or no room. It says false if there was
// nothing.
func (g *ptyReader) read(fd uintptr) bool {
	for g.n < len(g.buf) {
		n, err := syscall.Read(int(fd), g.buf[g.n:])
		switch {
		case n > 0:
			g.n += n
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EAGAIN):
			return g.n > 0
		case err != nil:
			g.err = os.NewSyscallError("read", err)
			return true
		default:
			g.err = io.EOF
			return true
		}
	}
	return true
}
