package forward

import (
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
)

// TestOneOfTwoAddressesIsEnough has a listener on localhost whose IPv6 address is in use.
func TestOneOfTwoAddressesIsEnough(t *testing.T) {
	l, to := listen(t)
	go echo(l)
	var first net.Listener
	r := newRig(t, Config{Listen: func(network, address string) (net.Listener, error) {
		if strings.HasPrefix(address, "[::1]") {
			return nil, &net.OpError{Op: "listen", Err: syscall.EADDRINUSE}
		}
		var err error
		first, err = net.Listen(network, "127.0.0.1:0")
		return first, err
	}}, Config{})
	r.client.in(func() {
		if _, err := r.client.mux.ListenLocal(Spec{Listen: Address{Port: 8080}, Connect: to}); err != nil {
			t.Error(err)
		}
	})
	if text := await(t, "message", r.client.logged); !strings.HasPrefix(text, "bind [::1]:") || !strings.HasSuffix(text, ": Address already in use") {
		t.Errorf("logged %q", text)
	}
	conn := r.dial("tcp", first.Addr().String())
	conn.Write([]byte("x"))
	if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
		t.Error(err)
	}
}

func TestGatewayPortsOfTheClient(t *testing.T) {
	for _, test := range []struct {
		name    string
		gateway bool
		spec    string
		want    string // the first address
	}{
		{"no", false, "8080:h:1", "127.0.0.1:8080"},
		{"yes", true, "8080:h:1", ":8080"},
		{"no with a bind address", false, "*:8080:h:1", ":8080"},
		{"yes with a bind address", true, "localhost:8080:h:1", "127.0.0.1:8080"},
	} {
		t.Run(test.name, func(t *testing.T) {
			addresses := make(chan string, 2)
			r := newRig(t, Config{GatewayPorts: test.gateway, Listen: func(_, address string) (net.Listener, error) {
				addresses <- address
				return net.Listen("tcp", "127.0.0.1:0")
			}}, Config{})
			spec, err := ParseLocal(test.spec)
			if err != nil {
				t.Fatal(err)
			}
			r.client.in(func() { r.client.mux.ListenLocal(spec) })
			if got := await(t, "address", addresses); got != test.want {
				t.Errorf("listens on %s, want %s", got, test.want)
			}
		})
	}
}

// shortOfFiles is a listener whose first Accept fails, as without free file descriptors.
type shortOfFiles struct {
	net.Listener
	failed bool
}

func (l *shortOfFiles) Accept() (net.Conn, error) {
	if !l.failed {
		l.failed = true
		return nil, &net.OpError{Op: "accept", Err: syscall.EMFILE}
	}
	return l.Listener.Accept()
}

func TestListenerSurvivesAFailedAccept(t *testing.T) {
	l, to := listen(t)
	go echo(l)
	near, at := listen(t)
	r := newRig(t, Config{Listen: func(string, string) (net.Listener, error) { return &shortOfFiles{Listener: near}, nil }}, Config{})
	r.client.in(func() {
		r.client.mux.ListenLocal(Spec{Listen: Address{Host: "127.0.0.1", Port: 1}, HasBind: true, Connect: to})
	})
	conn := r.dial("tcp", at.netAddress())
	conn.Write([]byte("x"))
	if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
		t.Error(err)
	}
}

func TestReason(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{&net.OpError{Err: syscall.ECONNREFUSED}, "Connection refused"},
		{&net.OpError{Err: syscall.EADDRINUSE}, "Address already in use"},
		{&net.OpError{Err: syscall.ETIMEDOUT}, "Connection timed out"},
		{&net.DNSError{IsNotFound: true}, "Name or service not known"},
		{&net.DNSError{IsTemporary: true}, "Temporary failure in name resolution"},
		{errors.New("of another kind"), "of another kind"},
	} {
		t.Run(test.want, func(t *testing.T) {
			if got := reason(test.err); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestUnixListenerOfABusyPath has the message of ssh.
func TestUnixListenerOfABusyPath(t *testing.T) {
	path := t.TempDir() + "/s"
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r := newRig(t, Config{}, Config{})
	r.client.in(func() {
		_, err = r.client.mux.ListenLocal(Spec{Listen: Address{Path: path}, Connect: Address{Path: path}})
	})
	if want := "unix_listener: cannot bind to path " + path + ": Address already in use"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	f := r.remote(Spec{Kind: Remote, Listen: Address{Path: path}, Connect: Address{Path: path}})
	if want := "remote port forwarding failed for listen path " + path; f.State != Failed || f.Text != want {
		t.Errorf("%v, %q, want %q", f.State, f.Text, want)
	}
}
