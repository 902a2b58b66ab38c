//go:build unix

package server

import (
	"errors"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"gm/wire"
	"gm/wire/control"
	"gm/wire/datagram"
	"gm/wire/state"
	"gm/wire/udp"
)

const testID = "4321-00c0ffee-deadbeef"

// fakeControl is a control socket that nothing connects to.
type fakeControl struct {
	closed chan struct{}

	mutex      sync.Mutex
	restored   int
	restoreErr error
}

func newFakeControl() *fakeControl { return &fakeControl{closed: make(chan struct{})} }

func (c *fakeControl) Close() { close(c.closed) }

func (c *fakeControl) Restore() error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.restored++
	return c.restoreErr
}

func (c *fakeControl) count() int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.restored
}

func (r *loopRig) ask(request control.Request) control.Response { return r.loop.ask(request) }

// finish ends the session.
func (r *loopRig) finish() {
	r.t.Helper()
	r.client.Shutdown(time.Now())
	r.run(time.Second)
	if err := <-r.ended; err != nil {
		r.t.Error(err)
	}
}

func TestControlStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newFakeProgram()
		p.foreground = "vim"
		r := newLoopRig(t, p)
		if s := r.ask(control.Request{Verb: control.VerbStatus}).Status; s == nil || s.State != control.Detached || s.From != "" || s.Program != "sh" {
			t.Errorf("before the first client the status is %+v", s)
		}
		r.client.SetLocal(time.Now(), r.client.Local().WithSize(70, 20))
		r.run(time.Second)
		a := r.ask(control.Request{Verb: control.VerbStatus})
		s := a.Status
		if a.Error != "" || s == nil || s.Name != "work" || s.ID != testID || s.State != control.Attached || s.Pid != os.Getpid() || s.Version != "1.2" {
			t.Fatalf("the status is %+v, error %q", s, a.Error)
		}
		if s.Program != "vim" || s.Cols != 70 || s.Rows != 20 || s.From != "192.0.2.7" || s.Exit != nil || !s.EndsAt.IsZero() {
			t.Errorf("the status is %+v", s)
		}
		if len(s.Clients) != 1 || s.Clients[0].By != "alice@desk" || s.Clients[0].From != "192.0.2.7" || s.Clients[0].Role != control.TakeOver {
			t.Errorf("the clients are %+v", s.Clients)
		}
		r.finish()
	})
}

// A program whose name is unknown is listed by its command.
func TestControlStatusOfUnknownProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newLoopRig(t, newFakeProgram())
		r.run(time.Second)
		if s := r.ask(control.Request{Verb: control.VerbStatus}).Status; s.Program != "sh" {
			t.Errorf("the program is %q", s.Program)
		}
		r.finish()
	})
}

func TestControlUnknownVerb(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newLoopRig(t, newFakeProgram())
		r.run(time.Second)
		a := r.ask(control.Request{Version: 99, Verb: "teleport"})
		if !strings.Contains(a.Error, `"teleport"`) || a.Status == nil || a.Status.Name != "work" {
			t.Errorf("got %+v", a)
		}
		r.finish()
	})
}

// newGuest returns the client of a seat.
func newGuest(t *testing.T, seat *control.Seat) *wire.Transport[state.User, state.Screen] {
	t.Helper()
	if seat == nil || seat.Key == (datagram.Key{}) {
		t.Fatalf("the seat is %+v", seat)
	}
	return newClient(t, seat.Key, time.Now())
}

// A client that is granted a seat takes over with a key of its own.
func TestControlAttach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newFakeProgram()
		r := newLoopRig(t, p)
		r.run(time.Second)
		p.output <- []byte("before")
		r.run(time.Second)
		request := control.Request{Verb: control.VerbAttach, By: "bob@laptop", Attach: &control.AttachRequest{Extensions: []string{"screen", "sessions", "telepathy"}}}
		a, b := r.ask(request), r.ask(request)
		if a.Error != "" || a.Seat == nil || a.Seat.Port != serverPort || strings.Join(a.Seat.Extensions, " ") != "screen sessions" || a.Status.Name != "work" {
			t.Fatalf("got %+v, seat %+v", a, a.Seat)
		}
		if a.Seat.Key == b.Seat.Key {
			t.Error("a key is granted twice")
		}
		former := r.client
		r.client = newGuest(t, a.Seat)
		r.run(time.Second)
		if r.shown() != "before" {
			t.Errorf("the new client sees %q", r.shown())
		}
		r.client, former = former, r.client
		r.run(time.Second)
		screen, _ := r.client.Remote()
		if d := screen.Detachment; !r.client.Closed() || d.Reason != state.DetachedTakenOver || d.By != "bob@laptop" {
			t.Errorf("the former client: closed %v, %+v", r.client.Closed(), d)
		}
		r.client = former
		r.finish()
	})
}

func TestControlAttachErrors(t *testing.T) {
	for _, test := range []struct {
		name    string
		request *control.AttachRequest
		want    string
	}{
		{"into itself", &control.AttachRequest{Inside: testID}, "this is the session that you are in"},
		{"unknown role", &control.AttachRequest{Role: 7}, `the session's server does not know the role "role 7"`},
		{"bad address", &control.AttachRequest{Bind: "nowhere"}, `bad IP address "nowhere"`},
		{"bad ports", &control.AttachRequest{Ports: "9:1"}, `bad UDP port range "9:1"`},
		{"no port", &control.AttachRequest{Ports: "443"}, "no UDP port is free"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newLoopRig(t, newFakeProgram())
				r.loop.sockets.listen = func(netip.Addr, udp.PortRange) (socket, error) { return nil, errors.New("no UDP port is free") }
				r.run(time.Second)
				a := r.ask(control.Request{Verb: control.VerbAttach, Attach: test.request})
				if !strings.Contains(a.Error, test.want) || a.Seat != nil {
					t.Errorf("got %q, seat %+v", a.Error, a.Seat)
				}
				r.finish()
			})
		})
	}
}

// A request to attach without particulars has the default ones.
func TestControlAttachWithoutParticulars(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newLoopRig(t, newFakeProgram())
		r.run(time.Second)
		if a := r.ask(control.Request{Verb: control.VerbAttach}); a.Seat == nil || len(a.Seat.Extensions) > 0 {
			t.Errorf("got %+v", a)
		}
		r.finish()
	})
}

// A session has 16 clients at most, and says so.
func TestControlAttachLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newLoopRig(t, newFakeProgram())
		r.run(time.Second)
		for range 15 {
			if a := r.ask(control.Request{Verb: control.VerbAttach}); a.Seat == nil {
				t.Fatal(a.Error)
			}
		}
		if a := r.ask(control.Request{Verb: control.VerbAttach}); a.Error != "the session has 16 clients" || a.Seat != nil {
			t.Errorf("got %+v", a)
		}
		r.finish()
	})
}

// A client that needs another address or port gets a socket for it, and is answered
// from there.
func TestControlAttachOpensSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newFakeProgram()
		r := newLoopRig(t, p)
		second := socketAt("[::]:60007")
		r.loop.sockets.listen = func(_ netip.Addr, ports udp.PortRange) (socket, error) {
			if ports != (udp.PortRange{Low: 60005, High: 60009}) {
				t.Errorf("the ports are %v", ports)
			}
			return second, nil
		}
		r.run(time.Second)
		request := control.Request{Verb: control.VerbAttach, Attach: &control.AttachRequest{Ports: "60005:60009"}}
		a, b := r.ask(request), r.ask(request)
		if a.Seat == nil || a.Seat.Port != 60007 || b.Seat == nil || b.Seat.Port != 60007 {
			t.Fatalf("got %+v and %+v", a, b)
		}
		r.client, r.socket = newGuest(t, a.Seat), second
		r.run(time.Second)
		p.output <- []byte("by the second")
		r.run(time.Second)
		if r.shown() != "by the second" {
			t.Errorf("shown %q", r.shown())
		}
		r.finish()
	})
}

func TestControlDetach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newLoopRig(t, newFakeProgram())
		r.run(time.Second)
		a := r.ask(control.Request{Verb: control.VerbDetach, By: "bob@laptop", From: "198.51.100.1"})
		if a.Error != "" || a.Status.State != control.Detached {
			t.Errorf("got %+v, status %+v", a, a.Status)
		}
		r.run(time.Second)
		screen, _ := r.client.Remote()
		if want := (state.Detachment{Reason: state.DetachedByCommand, By: "bob@laptop", From: "198.51.100.1"}); !r.client.Closed() || screen.Detachment != want {
			t.Errorf("closed %v, %+v", r.client.Closed(), screen.Detachment)
		}
		r.ask(control.Request{Verb: control.VerbKill})
		r.run(time.Minute)
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
	})
}

// A killed session sends its client the end, hangs the program up, and then removes its
// socket, at which the killer sees that the session is gone.
func TestControlKill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newFakeProgram()
		r := newLoopRig(t, p)
		r.run(time.Second)
		if a := r.ask(control.Request{Verb: control.VerbKill, By: "bob@laptop"}); a.Error != "" || a.Status.State != control.Ended {
			t.Errorf("got %+v", a)
		}
		for _, c := range []chan struct{}{p.closed, r.control.closed} {
			select {
			case <-c:
				t.Error("closed before the client has the end")
			default:
			}
		}
		r.run(time.Second)
		if err := <-r.ended; err != nil || !r.client.Closed() {
			t.Errorf("closed %v, error %v", r.client.Closed(), err)
		}
		<-p.closed
		<-r.control.closed
		if a := r.ask(control.Request{Verb: control.VerbStatus}); a.Error != "the session has just ended" {
			t.Errorf("after the end: %+v", a)
		}
	})
}

// A session that was killed before its first client came ends at once.
func TestControlKillWithoutClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newLoopRig(t, newFakeProgram())
		r.ask(control.Request{Verb: control.VerbKill})
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
	})
}

// The socket is restored once a minute, also if that fails.
func TestControlRestore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newLoopRig(t, newFakeProgram())
		r.control.restoreErr = errors.New("read-only file system")
		r.run(10*time.Minute + time.Second)
		if n := r.control.count(); n != 10 {
			t.Errorf("restored %d times in 10 minutes", n)
		}
		r.finish()
	})
}

// A session whose sockets are for IPv4 alone opens another one for a client by IPv6.
func TestSocketForOtherFamily(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startLoopRig(t, newFakeProgram(), socketAt("192.0.2.1:60001"))
		r.loop.sockets.open[0].bind = serverAddr
		r.loop.sockets.listen = func(bind netip.Addr, ports udp.PortRange) (socket, error) {
			if bind != addrOf("2001:db8::1") || ports != udp.DefaultPorts() {
				t.Errorf("listen on %v, ports %v", bind, ports)
			}
			return socketAt("[2001:db8::1]:60001"), nil
		}
		r.run(time.Second)
		a := r.ask(control.Request{Verb: control.VerbAttach, Attach: &control.AttachRequest{Bind: "2001:db8::1"}})
		if a.Seat == nil || len(r.loop.sockets.open) != 2 {
			t.Errorf("got %+v", a)
		}
		r.finish()
	})
}

// Clients that come and go leave no goroutine and no socket.
func TestControlManySeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newLoopRig(t, newFakeProgram())
		r.run(time.Second)
		goroutines := runtime.NumGoroutine()
		request := control.Request{Verb: control.VerbAttach, Attach: &control.AttachRequest{Extensions: []string{"sessions"}}}
		for range 200 {
			a := r.ask(request)
			if a.Seat == nil {
				t.Fatal(a.Error)
			}
			r.client = newGuest(t, a.Seat)
			r.run(time.Second)
			r.client.SetLocal(time.Now(), r.client.Local().WithDetach())
			r.client.Shutdown(time.Now())
			r.run(5 * time.Second)
			if !r.client.Closed() {
				t.Fatal("the client is not released")
			}
		}
		if n := runtime.NumGoroutine(); n > goroutines || len(r.loop.sockets.open) != 1 {
			t.Errorf("%d goroutines, %d before; %d sockets", n, goroutines, len(r.loop.sockets.open))
		}
		r.ask(control.Request{Verb: control.VerbKill})
		r.run(time.Minute)
		<-r.ended
	})
}
