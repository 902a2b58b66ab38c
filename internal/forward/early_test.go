package forward

import (
	"bytes"
	"context"
	"io"
	"net"
	"testing"
)

// gatedDial returns a dial function that connects once the gate is open.
func gatedDial(open chan struct{}) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		select {
		case <-open:
			return (&net.Dialer{}).DialContext(ctx, network, address)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// TestEarlyBytes sends bytes and their end before the server has connected.
func TestEarlyBytes(t *testing.T) {
	l, to := listen(t)
	go echo(l)
	open := make(chan struct{})
	r := newRig(t, Config{}, Config{Dial: gatedDial(open)})
	conn := r.dial("tcp", r.local(to))
	sent := randomBytes(300_000, 7)
	go func() {
		conn.Write(sent)
		conn.(*net.TCPConn).CloseWrite()
	}()
	r.server.until(t, "early bytes", func() bool {
		relays := r.server.mux.relays
		if len(relays) == 0 {
			return false
		}
		data, _, _ := relays[0].s.Next()
		return len(data) > 0
	})
	r.client.in(func() {
		if list := r.client.mux.List(); list[len(list)-1].State != "connecting" {
			t.Errorf("%v", list)
		}
	})
	close(open)
	if got, err := io.ReadAll(conn); err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d of %d bytes, %v", len(got), len(sent), err)
	}
}

// TestClientThatDoesNotWait resets its connection before the server has connected.
func TestClientThatDoesNotWait(t *testing.T) {
	r := newRig(t, Config{}, Config{Dial: gatedDial(nil)})
	conn := r.dial("tcp", r.local(Address{Host: "h", Port: 1}))
	r.server.until(t, "dial", func() bool { return r.server.mux.dialling == 1 })
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
	r.server.until(t, "end of the dial", func() bool { return r.server.mux.dialling == 0 && len(r.server.mux.relays) == 0 })
	r.client.in(func() {
		if len(r.client.logged) > 0 {
			t.Errorf("logged %q", <-r.client.logged)
		}
	})
}

// TestForwardIsCancelledBeforeItsAnswer leaves no listener at the server.
func TestForwardIsCancelledBeforeItsAnswer(t *testing.T) {
	r := newRig(t, Config{}, Config{})
	r.client.in(func() {
		f, err := r.client.mux.RequestRemote(Spec{Kind: Remote})
		if err != nil || f.State != Pending {
			t.Errorf("%v, %v", f.State, err)
		}
		f.Cancel()
		f.Cancel() // twice
	})
	if f := await(t, "change", r.client.changed); f.State != Cancelled {
		t.Errorf("%v", f.State)
	}
	for _, s := range []*side{r.client, r.server} {
		s.until(t, "end", func() bool { return len(s.mux.served) == 0 && s.streams.Len() == 0 })
	}
	if len(r.client.changed) > 0 {
		t.Error("changed twice")
	}
}

// TestRelaysOverALossyLink drops every tenth packet.
func TestRelaysOverALossyLink(t *testing.T) {
	l, to := listen(t)
	go echo(l)
	r := newRig(t, Config{}, Config{})
	for _, s := range []*side{r.client, r.server} {
		s.in(func() { s.lossy = true })
	}
	address := r.local(to)
	for i := range 5 {
		conn := r.dial("tcp", address)
		sent := randomBytes(50_000, byte(i))
		go func() {
			conn.Write(sent)
			conn.(*net.TCPConn).CloseWrite()
		}()
		if got, err := io.ReadAll(conn); err != nil || !bytes.Equal(got, sent) {
			t.Fatalf("%d of %d bytes, %v", len(got), len(sent), err)
		}
	}
}

func TestPermitOpenPermits(t *testing.T) {
	l, to := listen(t)
	go echo(l)
	r := newRig(t, Config{}, Config{Policy: Policy{PermitOpen: Permits{to.String()}}})
	conn := r.dial("tcp", r.local(to))
	conn.Write([]byte("x"))
	if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
		t.Error(err)
	}
	expectReset(t, r.local(Address{Host: "localhost", Port: to.Port}))
}

func TestInfoString(t *testing.T) {
	for _, test := range []struct {
		info Info
		want string
	}{
		{Info{Kind: "local", Address: "8080 [h]:80", State: "listening"}, "local 8080 [h]:80 listening"},
		{Info{"connection", "[h]:80", "open", 3, 5}, "connection [h]:80 open read 3, written 5"},
	} {
		t.Run(test.want, func(t *testing.T) {
			if got := test.info.String(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}
