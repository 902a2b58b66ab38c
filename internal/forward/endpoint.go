package forward

import (
	"io"
	"net"
)

// Endpoint is a connection of this host that a stream is joined to. Close ends a Read and a
// Write that are in progress, if the system can do so.
type Endpoint interface {
	io.ReadWriteCloser
	// CloseWrite ends the direction to the other end: it reads the end of the file.
	CloseWrite() error
}

// Pipes is the Endpoint of two files, for the pipes of a program and for a client's standard
// input and output.
type Pipes struct {
	In  io.ReadCloser  // is read; nil reads as an empty file
	Out io.WriteCloser // is written; nil drops the bytes
	// KeepReading drops bytes that cannot be written. Otherwise a failed write resets the
	// stream.
	KeepReading bool
}

func (p *Pipes) Read(b []byte) (int, error) {
	if p.In == nil {
		return 0, io.EOF
	}
	return p.In.Read(b)
}

func (p *Pipes) Write(b []byte) (int, error) {
	if p.Out == nil {
		return len(b), nil
	}
	return p.Out.Write(b)
}

func (p *Pipes) CloseWrite() error {
	if p.Out == nil {
		return nil
	}
	return p.Out.Close()
}

func (p *Pipes) Close() error {
	if p.In != nil {
		p.In.Close()
	}
	return p.CloseWrite()
}

// keepsReading reports whether bytes still come from an endpoint that a write to has failed:
// the other end of a Unix socket or of a pipe may have closed the one direction alone.
func keepsReading(e Endpoint) bool {
	switch e := e.(type) {
	case *net.UnixConn:
		return true
	case *Pipes:
		return e.KeepReading
	}
	return false
}

// abort closes an endpoint so that the other end of a TCP connection gets a reset.
func abort(e Endpoint) {
	if tcp, ok := e.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	e.Close()
}
