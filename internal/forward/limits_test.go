package forward

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gm/wire/stream"
)

// TestManyConnections has 200 connections at once, each with bytes of its own.
func TestManyConnections(t *testing.T) {
	const n = 200
	l, to := listen(t)
	go echo(l)
	r := newRig(t, Config{}, Config{})
	address := r.local(to)
	failed := make(chan error, n)
	for i := range n {
		go func() {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				failed <- err
				return
			}
			defer conn.Close()
			sent := randomBytes(10_000, byte(i))
			go func() {
				conn.Write(sent)
				conn.(*net.TCPConn).CloseWrite()
			}()
			got, err := io.ReadAll(conn)
			if err == nil && string(got) != string(sent) {
				err = errors.New("other bytes have arrived")
			}
			failed <- err
		}()
	}
	for range n {
		if err := await(t, "connection", failed); err != nil {
			t.Error(err)
		}
	}
	for _, s := range []*side{r.client, r.server} {
		s.until(t, "end of all", func() bool { return len(s.mux.relays) == 0 && s.streams.Len() == 0 })
	}
}

// TestSlowReaderBoundsMemory writes to a connection whose other end does not read.
func TestSlowReaderBoundsMemory(t *testing.T) {
	r := newRig(t, Config{}, Config{})
	near, far := r.pair()
	const size = 128 << 20
	written := make(chan error, 1)
	go func() {
		_, err := near.Write(make([]byte, size))
		written <- err
	}()
	r.server.until(t, "full writer", func() bool { return r.server.mux.relays[0].writing == maxWriting })
	r.client.until(t, "standstill", func() bool {
		relay := r.client.mux.relays[0]
		return len(relay.unsent) == maxReading && relay.s.Room() <= 0 && r.client.streams.Deadline(time.Now()).IsZero()
	})
	r.client.in(func() {
		relay := r.client.mux.relays[0]
		held := 0
		for _, c := range relay.unsent {
			held += len(*c.buf)
		}
		if held < readBuffer {
			t.Errorf("%d bytes are held: the reader has small buffers", held)
		}
		if held > maxReading*readBuffer || relay.received > 64<<20 {
			t.Errorf("%d bytes were read and %d are held", relay.received, held)
		}
	})
	var wrote uint64
	r.server.in(func() { wrote = r.server.mux.relays[0].wrote })
	got := make(chan bool, 1)
	go func() {
		_, err := io.CopyN(io.Discard, far, int64(wrote)+4<<20)
		got <- err == nil
	}()
	if !await(t, "bytes after the standstill", got) {
		t.Error("the connection has ended")
	}
	r.stop()
	if err := await(t, "end of the writer", written); err == nil {
		t.Error("all was written and not all was read")
	}
}

// expectShortage opens one stream more than the peer permits, and waits until it has reset one.
func (s *side) expectShortage(t *testing.T, most int, kind uint64, target []byte) {
	t.Helper()
	var opened []*stream.Stream
	s.in(func() {
		for range most + 1 {
			opened = append(opened, s.streams.Open(kind, target))
		}
	})
	s.until(t, "reset", func() bool {
		return slices.ContainsFunc(opened, func(o *stream.Stream) bool {
			var reset *stream.ResetError
			_, _, err := o.Next()
			return errors.As(err, &reset) && reset.Code == CodeShortage && reset.Text == textShortage
		})
	})
}

func TestConnectionsAreBounded(t *testing.T) {
	block := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	r := newRig(t, Config{}, Config{Dial: block})
	r.client.expectShortage(t, maxConnections, KindConnect, target("tcp", "h", "1", ""))
	r.server.until(t, "dials", func() bool {
		m := r.server.mux
		return len(m.relays) == maxConnections && m.dialling == maxDials && len(m.waiting) == maxConnections-maxDials
	})
}

func TestClientOpensNoMoreThanItMay(t *testing.T) {
	r := newRig(t, Config{}, Config{})
	address := r.local(Address{Host: "127.0.0.1", Port: 1})
	r.client.in(func() {
		for range maxStreams {
			r.client.streams.Open(KindProgram, nil).Reset(CodeCancelled, "")
		}
		if !r.client.mux.full() {
			t.Error("not full")
		}
	})
	r.client.until(t, "room", func() bool { return !r.client.mux.full() })
	expectReset(t, address)
}

func TestListenersAreBounded(t *testing.T) {
	r := newRig(t, Config{}, Config{})
	r.client.expectShortage(t, maxListens, KindListen, target("tcp", "127.0.0.1", "0"))
	r.server.in(func() {
		if n := len(r.server.mux.served); n != maxListens {
			t.Errorf("%d listeners", n)
		}
	})
	r.client.in(func() {
		for range maxListens {
			r.client.mux.RequestRemote(Spec{Kind: Remote})
		}
		if _, err := r.client.mux.RequestRemote(Spec{Kind: Remote}); err == nil {
			t.Error("the client asks for more")
		}
		if _, err := r.client.mux.ListenLocal(Spec{Connect: Address{Host: "h", Port: 1}}); !errors.Is(err, errTooMany) {
			t.Errorf("the client listens to more: %v", err)
		}
	})
}

func TestDialEnds(t *testing.T) {
	block := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	for _, test := range []struct {
		name    string
		timeout time.Duration
		dial    func(context.Context, string, string) (net.Conn, error)
		text    string
	}{
		{"by timeout", time.Millisecond, block, "connect failed: Connection timed out"},
		{"refused", 0, failing(syscall.ECONNREFUSED), "connect failed: Connection refused"},
		{"without a route", 0, failing(syscall.EHOSTUNREACH), "connect failed: No route to host"},
		{"without a name", 0, failing(&net.DNSError{IsNotFound: true}), "connect failed: Name or service not known"},
		{"without a resolver", 0, failing(&net.DNSError{IsTimeout: true}), "connect failed: Temporary failure in name resolution"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t, Config{}, Config{Dial: test.dial, DialTimeout: test.timeout})
			r.client.expectCode(t, r.client.open(KindConnect, target("tcp", "h", "1", "")), CodeFailed, test.text)
		})
	}
	t.Run("with an address that only getaddrinfo parses", func(t *testing.T) {
		l, to := listen(t)
		go echo(l)
		r := newRig(t, Config{}, Config{Dial: func(ctx context.Context, n, a string) (net.Conn, error) {
			if strings.HasPrefix(a, "127.1:") {
				return nil, &net.DNSError{IsNotFound: true}
			}
			return (&net.Dialer{}).DialContext(ctx, n, a)
		}})
		conn := r.dial("tcp", r.local(Address{Host: "127.1", Port: to.Port}))
		conn.Write([]byte("x"))
		if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
			t.Error(err)
		}
	})
	t.Run("by the client", func(t *testing.T) {
		ended := make(chan bool, 1)
		r := newRig(t, Config{}, Config{Dial: func(ctx context.Context, n, a string) (net.Conn, error) {
			defer func() { ended <- true }()
			return block(ctx, n, a)
		}})
		s := r.client.open(KindConnect, target("tcp", "h", "1", ""))
		r.server.until(t, "dial", func() bool { return r.server.mux.dialling == 1 })
		r.client.in(func() { s.Reset(CodeCancelled, "") })
		await(t, "end of the dial", ended)
		r.server.until(t, "place", func() bool { return r.server.mux.dialling == 0 && len(r.server.mux.relays) == 0 })
	})
}

func failing(err error) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: err}
	}
}
