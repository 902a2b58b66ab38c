package rawconn

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// pair returns both ends of a TCP connection. Errors of ours name its addresses.
func pair(t *testing.T) (ours net.Conn, theirs *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dialed, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dialed.Close(); accepted.Close() })
	return New(dialed), accepted.(*net.TCPConn)
}

func TestReadAndWrite(t *testing.T) {
	ours, theirs := pair(t)
	buf := make([]byte, 10)
	for _, text := range []string{"one", "two"} {
		io.WriteString(ours, text)
		if n, err := theirs.Read(buf); string(buf[:n]) != text || err != nil {
			t.Errorf("the peer reads %q, %v", buf[:n], err)
		}
		go io.WriteString(theirs, text)
		if n, err := ours.Read(buf); string(buf[:n]) != text || err != nil {
			t.Errorf("read %q, %v", buf[:n], err)
		}
	}
	if n, err := ours.Read(nil); n != 0 || err != nil {
		t.Errorf("into no buffer: %d, %v", n, err)
	}
	theirs.CloseWrite()
	if n, err := ours.Read(buf); n != 0 || err != io.EOF {
		t.Errorf("at the end: %d, %v", n, err)
	}
}

// TestWriteWaits writes more than the sockets hold.
func TestWriteWaits(t *testing.T) {
	ours, theirs := pair(t)
	sent := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
	done := make(chan error)
	go func() {
		n, err := ours.Write(sent)
		if err == nil && n != len(sent) {
			err = io.ErrShortWrite
		}
		ours.Close()
		done <- err
	}()
	got, err := io.ReadAll(theirs)
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d of %d bytes arrive, %v", len(got), len(sent), err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestErrors compares errors with those of package net.
func TestErrors(t *testing.T) {
	for name, c := range map[string]struct {
		cause func(ours net.Conn, theirs *net.TCPConn)
		read  bool
		want  error
	}{
		"read of a closed connection":   {func(ours net.Conn, _ *net.TCPConn) { ours.Close() }, true, net.ErrClosed},
		"write to a closed connection":  {func(ours net.Conn, _ *net.TCPConn) { ours.Close() }, false, net.ErrClosed},
		"read after the deadline":       {func(ours net.Conn, _ *net.TCPConn) { ours.SetDeadline(time.Unix(1, 0)) }, true, os.ErrDeadlineExceeded},
		"write after the deadline":      {func(ours net.Conn, _ *net.TCPConn) { ours.SetDeadline(time.Unix(1, 0)) }, false, os.ErrDeadlineExceeded},
		"write to a reset connection":   {func(ours net.Conn, theirs *net.TCPConn) { reset(ours, theirs) }, false, syscall.EPIPE},
		"read of one closed meanwhile":  {func(ours net.Conn, _ *net.TCPConn) { closeSoon(ours) }, true, net.ErrClosed},
		"read until the deadline comes": {func(ours net.Conn, _ *net.TCPConn) { ours.SetDeadline(time.Now().Add(20 * time.Millisecond)) }, true, os.ErrDeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			ours, theirs := pair(t)
			c.cause(ours, theirs)
			call, op := ours.Write, "write"
			if c.read {
				call, op = ours.Read, "read"
			}
			_, err := call(make([]byte, 1))
			if !errors.Is(err, c.want) || !strings.HasPrefix(err.Error(), op+" tcp 127.0.0.1:") {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

// reset ends a connection as seen from ours, where the reset has arrived.
func reset(ours net.Conn, theirs *net.TCPConn) {
	theirs.SetLinger(0)
	theirs.Close()
	ours.Read(make([]byte, 1))
}

func closeSoon(c net.Conn) { time.AfterFunc(20*time.Millisecond, func() { c.Close() }) }

func TestConnectionWithoutADescriptor(t *testing.T) {
	a, _ := net.Pipe()
	if New(a) != a {
		t.Error("a pipe is wrapped")
	}
}

func TestNoAllocations(t *testing.T) {
	ours, theirs := pair(t)
	buf := make([]byte, 10)
	if n := testing.AllocsPerRun(100, func() {
		ours.Write(buf[:1])
		theirs.Read(buf)
		theirs.Write(buf[:1])
		ours.Read(buf)
	}); n > 0 {
		t.Errorf("%v allocations for a byte each way", n)
	}
}
