//go:build e2e && unix

package client

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
	"gm/wire/udp"
)

// namedServer is a server of a session that grants the extension "sessions".
type namedServer struct {
	conn      *udp.Conn
	transport *wire.Transport[state.Screen, state.User]
	command   string // for --server: prints the announcement
	left      chan bool
}

// serveNamed starts a server whose session has the name. The channel left receives, when
// the client announces its end, whether it detaches.
func serveNamed(t *testing.T, name string) *namedServer {
	t.Helper()
	conn, err := udp.Listen(netip.MustParseAddr("127.0.0.1"), udp.PortRange{})
	if err != nil {
		t.Fatal(err)
	}
	key, err := datagram.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	lines, err := wire.Announcement{Port: conn.Local().Port(), Key: key, Extensions: []string{"sessions"}, Session: name}.AppendText(nil)
	if err != nil {
		t.Fatal(err)
	}
	screen := vt.NewTerminal(80, 24, vt.Options{})
	screen.Write([]byte("ready"))
	s := &namedServer{conn: conn, left: make(chan bool, 1)}
	s.command = "sh -c 'printf %s \"" + strings.ReplaceAll(string(lines), "\n", "\n\n") + "\"'"
	s.transport, err = wire.New(wire.Config[state.Screen, state.User]{
		Key: key, Direction: datagram.ToClient, MinDelay: wire.ServerMinDelay, MTU: datagram.MTUSmall,
		Local: state.Screen{Screen: vt.NewScreen(80, 24)},
	}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s.transport.SetLocal(time.Now(), state.Screen{Screen: screen.Snapshot()})
	t.Cleanup(func() { conn.Close() })
	go s.serve()
	return s
}

func (s *namedServer) serve() {
	packets := make(chan udp.Packet)
	go func() {
		defer close(packets)
		for {
			p, err := s.conn.Read(make([]byte, udp.ReadSize))
			if err != nil {
				return
			}
			packets <- p
		}
	}()
	var client datagram.Path
	for reported := false; ; {
		var due <-chan time.Time
		if at := s.transport.Deadline(time.Now()); client.Remote.IsValid() && !at.IsZero() {
			due = time.After(time.Until(at))
		}
		select {
		case p, more := <-packets:
			if !more {
				return
			}
			client = p.Path
			s.transport.Receive(time.Now(), p.Data, datagram.Path{}, false)
		case <-due:
		}
		if s.transport.Closing() && !reported {
			reported = true
			s.left <- s.detached()
		}
		s.transport.Tick(time.Now(), func(_ datagram.Path, d []byte) { s.conn.Write(d, client) })
	}
}

func (s *namedServer) detached() (detached bool) {
	user, _ := s.transport.Remote()
	for _, e := range user.Since(state.User{}) {
		detached = detached || e.Detach
	}
	return detached
}

// TestSignalsInSessionsWithNames ends the client by signals, by keys and by closing its
// terminal: a session with a name goes on.
func TestSignalsInSessionsWithNames(t *testing.T) {
	signal := func(s unix.Signal) func(*window) { return func(w *window) { w.cmd.Process.Signal(s) } }
	const detached, exiting = "[gm: detached from %s. Back: gm attach --local %s]", "[gm is exiting.]"
	for _, c := range []struct {
		name string
		end  func(*window)
		// whether a session with a name and one with a number go on
		named, numbered bool
	}{
		{"SIGHUP", signal(unix.SIGHUP), true, false},
		{"SIGTERM", signal(unix.SIGTERM), true, false},
		{"SIGINT", signal(unix.SIGINT), true, false},
		{"the command to detach", func(w *window) { w.types("\x1ed") }, true, true},
		{"the command to quit", func(w *window) { w.types("\x1e.") }, false, false},
	} {
		for session, goesOn := range map[string]bool{"work": c.named, "7": c.numbered} {
			t.Run(c.name+" "+session, func(t *testing.T) {
				t.Parallel()
				s := serveNamed(t, session)
				w := open(t, programGM, nil, "--local", "--server="+s.command)
				w.sees("ready")
				c.end(w)
				w.exits(exitOK)
				if got := <-s.left; got != goesOn {
					t.Errorf("detached: %v", got)
				}
				want := exiting
				if goesOn {
					place := strings.Replace(session, "7", "session 7", 1)
					want = fmt.Sprintf(detached, place, session)
				}
				if !strings.Contains(w.history, want) {
					t.Errorf("no %q in %q", want, w.history)
				}
			})
		}
	}
}
