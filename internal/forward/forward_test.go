package forward

import (
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// remote begins a remote forward and returns it once the server has answered.
func (r *rig) remote(spec Spec) *Forward {
	r.Helper()
	r.client.in(func() {
		if _, err := r.client.mux.RequestRemote(spec); err != nil {
			r.Error(err)
		}
	})
	return await(r.T, "answer to the forward", r.client.changed)
}

func TestRemoteForward(t *testing.T) {
	l, to := listen(t)
	go echo(l)
	r := newRig(t, Config{}, Config{})
	f := r.remote(Spec{Kind: Remote, Connect: to})
	if f.State != Listening || f.Port == 0 {
		t.Fatalf("%v, port %d", f.State, f.Port)
	}
	want := "Allocated port " + portText(f.Port) + " for remote forward to 127.0.0.1:" + portText(to.Port)
	if text := await(t, "message", r.client.logged); text != want {
		t.Errorf("logged %q, want %q", text, want)
	}
	for _, host := range []string{"127.0.0.1", "::1"} {
		t.Run(host, func(t *testing.T) {
			conn := r.dial("tcp", Address{Host: host, Port: f.Port}.netAddress())
			conn.Write([]byte("hello"))
			conn.(*net.TCPConn).CloseWrite()
			if got, err := io.ReadAll(conn); string(got) != "hello" || err != nil {
				t.Errorf("read %q, %v", got, err)
			}
		})
	}
}

func portText(n int) string { return strings.TrimPrefix(Address{Port: n}.String(), "[]:") }

func TestRemoteForwardWhoseTargetRefuses(t *testing.T) {
	r := newRig(t, Config{}, Config{})
	to := Address{Host: "127.0.0.1", Port: freePort(t)}
	f := r.remote(Spec{Kind: Remote, Connect: to})
	await(t, "message of the port", r.client.logged)
	expectReset(t, Address{Host: "127.0.0.1", Port: f.Port}.netAddress())
	want := "connect_to 127.0.0.1 port " + portText(to.Port) + ": failed."
	if text := await(t, "message", r.client.logged); text != want {
		t.Errorf("logged %q, want %q", text, want)
	}
}

func TestFailureMessagesOfRemoteForwards(t *testing.T) {
	for _, test := range []struct {
		to   Address
		err  error
		want string
	}{
		{Address{Host: "h", Port: 1}, errors.New("any"), "connect_to h port 1: failed."},
		{Address{Host: "h", Port: 1}, &net.DNSError{IsNotFound: true}, "connect_to h: unknown host (Name or service not known)"},
		{Address{Path: "/s"}, syscall.ENOENT, "connect_to /s: No such file or directory"},
		{Address{}, nil, ""},
	} {
		t.Run(test.want, func(t *testing.T) {
			got := ""
			m := &Mux{cfg: Config{Log: func(text string) { got += text }}}
			(&Forward{mux: m, Spec: Spec{Kind: Remote, Connect: test.to}}).logFailure(test.err)
			if got != test.want {
				t.Errorf("logged %q", got)
			}
		})
	}
}

func TestRemoteForwardOfABusyPort(t *testing.T) {
	_, busy := listen(t)
	r := newRig(t, Config{}, Config{})
	f := r.remote(Spec{Kind: Remote, Listen: busy, HasBind: true, Connect: busy})
	text, reason := "remote port forwarding failed for listen port "+portText(busy.Port), "Address already in use"
	if f.State != Failed || f.Text != text || !strings.HasSuffix(f.Reason, reason) {
		t.Errorf("%v, %q, %q, want %q, %q", f.State, f.Text, f.Reason, text, reason)
	}
}

func TestLocalForwardOfABusyPort(t *testing.T) {
	_, busy := listen(t)
	r := newRig(t, Config{}, Config{})
	var err error
	r.client.in(func() { _, err = r.client.mux.ListenLocal(Spec{Listen: busy, HasBind: true, Connect: busy}) })
	if want := "channel_setup_fwd_listener_tcpip: cannot listen to port: " + portText(busy.Port); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	want := "bind [127.0.0.1]:" + portText(busy.Port) + ": Address already in use"
	if text := await(t, "message", r.client.logged); text != want {
		t.Errorf("logged %q, want %q", text, want)
	}
}

func TestCancelledForwards(t *testing.T) {
	l, to := listen(t)
	go echo(l)
	r := newRig(t, Config{}, Config{})
	local := r.local(to)
	proxy := r.dynamic()
	remote := r.remote(Spec{Kind: Remote, Listen: Address{Port: freePort(t)}, Connect: to})
	far := Address{Host: "127.0.0.1", Port: remote.Port}.netAddress()
	conn := r.dial("tcp", local)
	conn.Write([]byte("a"))
	io.ReadFull(conn, make([]byte, 1))
	for _, test := range []struct {
		kind    SpecKind
		address string
		bind    string
	}{{Local, local, local}, {Dynamic, proxy, proxy}, {Remote, far, "localhost:" + portText(remote.Port)}} {
		t.Run(test.kind.String(), func(t *testing.T) {
			spec, err := ParseCancel(test.kind, test.bind)
			if err != nil {
				t.Fatal(err)
			}
			found, again := false, false
			r.client.in(func() { found = r.client.mux.Cancel(test.kind, spec) })
			r.client.in(func() { again = r.client.mux.Cancel(test.kind, spec) })
			if !found || again {
				t.Errorf("found %v, and again %v", found, again)
			}
			r.server.until(t, "end of the listener", func() bool { return test.kind != Remote || len(r.server.mux.served) == 0 })
			if conn, err := net.Dial("tcp", test.address); err == nil {
				conn.Close()
				t.Error("something still listens")
			}
		})
	}
	conn.Write([]byte("b"))
	if b := make([]byte, 1); true {
		if _, err := io.ReadFull(conn, b); err != nil || b[0] != 'b' {
			t.Errorf("the connection has ended with its forward: %v", err)
		}
	}
}

func TestList(t *testing.T) {
	l, to := listen(t)
	go echo(l)
	r := newRig(t, Config{}, Config{})
	address := r.local(to)
	r.remote(Spec{Kind: Remote})
	conn := r.dial("tcp", address)
	conn.Write([]byte("hello"))
	io.ReadFull(conn, make([]byte, 5))
	var lines []string
	r.client.in(func() {
		for _, i := range r.client.mux.List() {
			lines = append(lines, i.Kind+" "+i.State)
			if i.Kind != "remote" && (i.Read != 5 || i.Written != 5) {
				t.Errorf("%v: %d and %d bytes", i, i.Read, i.Written)
			}
		}
	})
	if want := []string{"local listening", "remote listening", "connection open"}; !slices.Equal(lines, want) {
		t.Errorf("%q, want %q", lines, want)
	}
}

// TestX11 has a server whose display is a listener of the test.
func TestX11(t *testing.T) {
	l, to := listen(t)
	display, at := listen(t)
	go echo(l)
	asked := make(chan []string, 1)
	r := newRig(t, Config{}, Config{ListenX11: func(fields []string) ([]net.Listener, string, error) {
		asked <- fields
		return []net.Listener{display}, "localhost:10.0 secret", nil
	}})
	r.client.in(func() {
		r.client.mux.RequestX11([]string{"cookie", "0"}, r.client.mux.dialAddress(to))
	})
	if f := await(t, "answer", r.client.changed); f.State != Listening || f.Answer != "localhost:10.0 secret" {
		t.Errorf("%v, %q", f.State, f.Answer)
	}
	if fields := await(t, "request", asked); !slices.Equal(fields, []string{"cookie", "0"}) {
		t.Errorf("fields %q", fields)
	}
	r.client.in(func() {
		if list := r.client.mux.List(); len(list) != 1 || list[0].String() != "x11 localhost:10.0 listening" {
			t.Errorf("the list is %v", list)
		}
	})
	conn := r.dial("tcp", at.netAddress())
	conn.Write([]byte("x"))
	if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
		t.Error(err)
	}
}

func TestGatewayPortsOfTheServer(t *testing.T) {
	addresses := make(chan string, 8)
	fake := func(_, address string) (net.Listener, error) {
		addresses <- address
		return net.Listen("tcp", "127.0.0.1:0")
	}
	for _, test := range []struct {
		policy Policy
		spec   string
		want   []string
	}{
		{Policy{}, "8080:h:1", []string{"127.0.0.1:8080", "[::1]:"}},
		{Policy{}, "*:8080:h:1", []string{":8080"}},
		{Policy{}, "10.0.0.1:8080:h:1", []string{"10.0.0.1:8080"}},
		{Policy{LoopbackOnly: true}, "*:8080:h:1", []string{"127.0.0.1:8080", "[::1]:"}},
		{Policy{LoopbackOnly: true}, "10.0.0.1:8080:h:1", []string{"127.0.0.1:8080", "[::1]:"}},
		{Policy{LoopbackOnly: true}, "[::1]:8080:h:1", []string{"[::1]:8080"}},
	} {
		t.Run(test.spec, func(t *testing.T) {
			r := newRig(t, Config{}, Config{Policy: test.policy, Listen: fake})
			spec, err := ParseRemote(test.spec)
			if err != nil {
				t.Fatal(err)
			}
			r.remote(spec)
			for _, want := range test.want {
				if got := await(t, "address", addresses); !strings.HasPrefix(got, want) {
					t.Errorf("listens on %s, want %s", got, want)
				}
			}
			if len(addresses) > 0 {
				t.Errorf("listens on %s too", <-addresses)
			}
		})
	}
}
