package forward

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"syscall"
	"testing"
	"time"
)

// randomBytes returns n bytes that do not repeat.
func randomBytes(n int, seed byte) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

// acceptOne accepts a connection.
func acceptOne(t *testing.T, l net.Listener) net.Conn {
	t.Helper()
	accepted := make(chan net.Conn, 1)
	go func() {
		if conn, err := l.Accept(); err == nil {
			accepted <- conn
		}
	}()
	conn := await(t, "connection", accepted)
	t.Cleanup(func() { conn.Close() })
	return conn
}

// pair returns both ends of a connection through a local forward.
func (r *rig) pair() (near, far net.Conn) {
	r.Helper()
	l, to := listen(r.T)
	near = r.dial("tcp", r.local(to))
	return near, acceptOne(r.T, l)
}

func TestRelayCarriesBytesBothWays(t *testing.T) {
	near, far := newRig(t, Config{}, Config{}).pair()
	const size = 20 << 20
	up, down := randomBytes(size, 1), randomBytes(size, 2)
	got := make(chan bool, 2)
	for _, d := range []struct {
		from, to net.Conn
		bytes    []byte
	}{{near, far, up}, {far, near, down}} {
		go func() {
			d.from.Write(d.bytes)
			d.from.(*net.TCPConn).CloseWrite()
		}()
		go func() {
			all, err := io.ReadAll(d.to)
			got <- err == nil && bytes.Equal(all, d.bytes)
		}()
	}
	for range 2 {
		if !await(t, "transfer", got) {
			t.Error("other bytes have arrived")
		}
	}
}

func TestHalfCloseKeepsTheOtherDirection(t *testing.T) {
	near, far := newRig(t, Config{}, Config{}).pair()
	near.Write([]byte("question"))
	near.(*net.TCPConn).CloseWrite()
	if b, err := io.ReadAll(far); err != nil || string(b) != "question" {
		t.Fatalf("read %q, %v", b, err)
	}
	far.Write([]byte("answer"))
	far.Close()
	if b, err := io.ReadAll(near); err != nil || string(b) != "answer" {
		t.Fatalf("read %q, %v", b, err)
	}
}

func TestResetReachesTheOtherEnd(t *testing.T) {
	for _, server := range []bool{false, true} {
		name := "of the client"
		if server {
			name = "of the server"
		}
		t.Run(name, func(t *testing.T) {
			from, to := newRig(t, Config{}, Config{}).pair()
			if server {
				from, to = to, from
			}
			from.Write([]byte("x"))
			io.ReadFull(to, make([]byte, 1))
			from.(*net.TCPConn).SetLinger(0)
			from.Close()
			if _, err := to.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
				t.Fatalf("read: %v, want a reset", err)
			}
		})
	}
}

// expectReset connects to an address that resets the connection, at once or after some bytes.
func expectReset(t *testing.T, address string, sent ...byte) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err == nil { // the reset may be faster
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(patience))
		if len(sent) > 0 {
			_, err = conn.Write(sent) // an error comes once, here or from Read
		}
		if err == nil {
			_, err = conn.Read(make([]byte, 1))
		}
	}
	if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
		t.Errorf("%v, want a reset", err)
	}
}

func TestRefusedConnection(t *testing.T) {
	r := newRig(t, Config{}, Config{})
	expectReset(t, r.local(Address{Host: "127.0.0.1", Port: freePort(t)}))
	want := "channel 0: open failed: connect failed: Connection refused"
	if text := await(t, "message", r.client.logged); text != want {
		t.Errorf("logged %q, want %q", text, want)
	}
}
