package forwarding

import (
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/internal/forward"
	"gm/sshboot/sshconfig"
	"gm/wire/stream"
)

// patience bounds a wait for an event that is certain to come.
const patience = 20 * time.Second

// rig has the forwardings of a session and its server, without a network between them.
type rig struct {
	*testing.T
	*Forwarding
	server         *forward.Mux
	client, remote *stream.Conn
	logged         []string
}

func newRig(t *testing.T, cfg Config, policy forward.Policy) *rig {
	t.Helper()
	return newRigWith(t, cfg, forward.Config{Policy: policy})
}

func newRigWith(t *testing.T, cfg Config, server forward.Config) *rig {
	t.Helper()
	now := time.Now()
	r := &rig{T: t, client: stream.New(now, stream.Config{Client: true}), remote: stream.New(now, stream.Config{})}
	server.Serve = true
	r.server = forward.NewMux(r.remote, server)
	r.Forwarding = New(r.client, cfg, func(f func()) { go f() }, func(text string) { r.logged = append(r.logged, text) })
	t.Cleanup(func() { r.Forwarding.Close(); r.server.Close() })
	return r
}

// until runs both ends until a condition holds.
func (r *rig) until(what string, holds func() bool) {
	r.Helper()
	for limit := time.Now().Add(patience); !holds(); {
		now := time.Now()
		if now.After(limit) {
			r.Fatalf("no %s; logged %q", what, r.logged)
		}
		r.Service(now)
		r.server.Service(now)
		if r.pass(now, r.client, r.remote)+r.pass(now, r.remote, r.client) > 0 {
			continue
		}
		next := now.Add(patience)
		for _, at := range []time.Time{r.client.Deadline(now), r.remote.Deadline(now)} {
			if !at.IsZero() && at.Before(next) {
				next = at
			}
		}
		if holds() {
			return
		}
		timer := time.NewTimer(next.Sub(now))
		select {
		case <-r.Ready():
		case <-r.server.Ready():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// pass moves the packets of one end to the other.
func (r *rig) pass(now time.Time, from, to *stream.Conn) (packets int) {
	for {
		p, ok := from.Append(now, nil)
		if !ok {
			return packets
		}
		if err := to.Receive(now, p); err != nil {
			r.Fatal(err)
		}
		packets++
	}
}

func (r *rig) wantCommand(line, want string) {
	r.Helper()
	if got := r.Command(line); got != want {
		r.Errorf("%s: %q, want %q", line, got, want)
	}
}

// logs waits until a message has been logged.
func (r *rig) logs(text string) {
	r.Helper()
	r.until("message "+text, func() bool { return slices.Contains(r.logged, text) })
}

// listen returns a listener on loopback, and its address and port.
func listen(t *testing.T) (l net.Listener, address string, port int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, l.Addr().String(), l.Addr().(*net.TCPAddr).Port
}

func freeAddress(t *testing.T) (address string, port int) {
	t.Helper()
	l, address, port := listen(t)
	l.Close()
	return address, port
}

// TestCommandForwards forwards a port, lists it with its connection, and cancels it.
func TestCommandForwards(t *testing.T) {
	l, to, _ := listen(t)
	go func() {
		if conn, err := l.Accept(); err == nil {
			io.Copy(conn, conn)
			conn.Close()
		}
	}()
	r := newRig(t, Config{}, forward.Policy{})
	at, _ := freeAddress(t)
	r.wantCommand("-L "+at+":"+to, "Forwarding port.")
	conn, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	echoed := make(chan bool, 1)
	go func() {
		conn.Write([]byte("hello"))
		_, err := io.ReadFull(conn, make([]byte, 5))
		echoed <- err == nil
	}()
	r.until("echo", func() bool {
		select {
		case ok := <-echoed:
			return ok
		default:
			return len(r.Lines()) == 2 && strings.HasSuffix(r.Lines()[1], " open read 5, written 5")
		}
	})
	lines := r.Lines()
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "local ") || !strings.HasPrefix(lines[1], "connection ") {
		t.Errorf("the list is %q", lines)
	}
	host, port, _ := net.SplitHostPort(at)
	r.wantCommand("-KL "+host+":"+port, "Canceled forwarding.")
	r.wantCommand("-KL "+host+":"+port, "Unknown port forwarding.")
	if lines := r.Lines(); len(lines) != 1 {
		t.Errorf("the list is %q after the end of the forward", lines)
	}
}

// TestCommandLinesOfNone lists without streams.
func TestCommandLinesOfNone(t *testing.T) {
	if lines := (*Forwarding)(nil).Lines(); lines != nil {
		t.Errorf("%q", lines)
	}
}

// TestCommandAnswersWithMessages has all messages of a command in the answer, none of which is
// logged.
func TestCommandAnswersWithMessages(t *testing.T) {
	_, busy, port := listen(t)
	r := newRig(t, Config{}, forward.Policy{})
	r.wantCommand("-L "+busy+":h:1", fmt.Sprintf("bind [127.0.0.1]:%d: Address already in use\n"+
		"channel_setup_fwd_listener_tcpip: cannot listen to port: %d\nPort forwarding failed.", port, port))
	r.wantCommand("", "")
	r.wantCommand("-x", "Invalid command.")
	if len(r.logged) > 0 {
		t.Errorf("logged %q", r.logged)
	}
}

// TestCommandRemoteFailsLater logs the failure, even if ExitOnForwardFailure ends sessions for
// those of the login.
func TestCommandRemoteFailsLater(t *testing.T) {
	_, busy, port := listen(t)
	r := newRig(t, Config{ExitOnFailure: true}, forward.Policy{})
	r.wantCommand("-R "+busy+":h:1", "Forwarding port.")
	r.logs(fmt.Sprintf("Warning: remote port forwarding failed for listen port %d", port))
	if r.Err() != nil || r.Pending() {
		t.Errorf("%v, pending %v", r.Err(), r.Pending())
	}
	r.wantCommand("-R 127.0.0.1:0:h:1", "Forwarding port.")
	r.until("port", func() bool {
		return slices.ContainsFunc(r.logged, func(s string) bool {
			return strings.HasPrefix(s, "Allocated port ") && strings.HasSuffix(s, " for remote forward to h:1")
		})
	})
}

// TestCommandObeysTheLogin refuses what sshd forbade at the login, and forwards on which it
// decides in the same way.
func TestCommandObeysTheLogin(t *testing.T) {
	parse := func(kind forward.SpecKind, text string) forward.Spec {
		t.Helper()
		parse := map[forward.SpecKind]func(string) (forward.Spec, error){
			forward.Local: forward.ParseLocal, forward.Remote: forward.ParseRemote, forward.Dynamic: forward.ParseDynamic,
		}[kind]
		spec, err := parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return spec
	}
	a, b := parse(forward.Local, "1:a:1"), parse(forward.Local, "2:b:1")
	remote, socket := parse(forward.Remote, "1:a:1"), parse(forward.Local, "3:/socket")
	for _, c := range []struct {
		name      string
		asked     []forward.Spec
		refused   []forward.Spec
		line      forward.Spec
		forbidden bool
	}{
		{"none asked", nil, nil, a, false},
		{"the same", []forward.Spec{a}, []forward.Spec{a}, a, true},
		{"another target", []forward.Spec{a}, []forward.Spec{a}, b, true},
		{"another target, one of two permitted", []forward.Spec{a, b}, []forward.Spec{a}, parse(forward.Local, "4:c:1"), false},
		{"the refused one of two", []forward.Spec{a, b}, []forward.Spec{a}, a, true},
		{"dynamic after local", []forward.Spec{a}, []forward.Spec{a}, parse(forward.Dynamic, "1080"), true},
		{"remote after local", []forward.Spec{a}, []forward.Spec{a}, remote, false},
		{"local after remote", []forward.Spec{remote}, []forward.Spec{remote}, a, false},
		{"remote after remote", []forward.Spec{remote}, []forward.Spec{remote}, parse(forward.Remote, "5:c:1"), true},
		{"a socket after a port", []forward.Spec{a}, []forward.Spec{a}, socket, false},
		{"a port after a socket", []forward.Spec{socket}, []forward.Spec{socket}, a, false},
		{"a socket after a socket", []forward.Spec{socket}, []forward.Spec{socket}, parse(forward.Local, "6:/other"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := Config{Specs: c.asked, Refused: map[string]bool{}}
			for _, spec := range c.refused {
				cfg.Refused[key(spec)] = true
			}
			if err := cfg.permit(c.line); (err != nil) != c.forbidden {
				t.Errorf("%v, want forbidden: %v", err, c.forbidden)
			}
		})
	}
	r := newRig(t, Config{Specs: []forward.Spec{a}, Refused: map[string]bool{key(a): true}}, forward.Policy{})
	r.wantCommand("-D 127.0.0.1:0", "Bad local forwarding specification.")
	r.wantCommand("-D 1080", "administratively prohibited: open failed\nPort forwarding failed.")
}

// TestForwardingsThatCannotBegin has messages of both directions, and the end of the session if
// the user asks for it.
func TestForwardingsThatCannotBegin(t *testing.T) {
	for _, c := range []struct {
		name string
		kind forward.SpecKind
		want string
	}{
		{"local", forward.Local, "Could not request local forwarding."},
		{"remote", forward.Remote, "remote port forwarding failed for listen port 80"},
	} {
		t.Run(c.name, func(t *testing.T) {
			spec := forward.Spec{Kind: c.kind, Listen: forward.Address{Port: 80}, Connect: forward.Address{Host: "h", Port: 1}}
			cfg := Config{Specs: []forward.Spec{spec}, Refused: map[string]bool{key(spec): true}}
			r := newRig(t, cfg, forward.Policy{})
			r.Begin()
			if want := []string{errProhibited.Error(), "Warning: " + c.want}; !slices.Equal(r.logged, want) || r.Err() != nil {
				t.Errorf("logged %q, %v, want %q", r.logged, r.Err(), want)
			}
			cfg.ExitOnFailure = true
			r = newRig(t, cfg, forward.Policy{})
			r.Begin()
			if r.Err() == nil || r.Err().Error() != c.want {
				t.Errorf("the session ends with %v, want %s", r.Err(), c.want)
			}
		})
	}
}

// TestEnableEscapeCommandline is on unless the configuration turns it off.
func TestEnableEscapeCommandline(t *testing.T) {
	for line, off := range map[string]bool{"Compression no": false, "EnableEscapeCommandline yes": false, "EnableEscapeCommandline no": true} {
		t.Run(line, func(t *testing.T) {
			c := sshconfig.New("host", sshconfig.LocalEnvironment())
			if err := c.SetLine(line); err != nil {
				t.Fatal(err)
			}
			if cfg, err := Read(c); err != nil || cfg.CommandLineOff != off {
				t.Errorf("off: %v, %v, want %v", cfg.CommandLineOff, err, off)
			}
		})
	}
}
