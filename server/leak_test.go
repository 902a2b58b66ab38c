//go:build unix

package server

import (
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gm/server/pty"
	"gm/server/session"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
	"gm/wire/udp"
	"gm/wire/wiretest"
)

// atATime is how many of the sessions run at once.
const atATime = 10

// TestThousandSessions opens and closes a thousand sessions, each with a socket,
// a pty and a program, in this process: no goroutine, no descriptor and no
// child is left over.
func TestThousandSessions(t *testing.T) {
	runOneSession(t) // what is set up once and stays
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	var left atomic.Int64
	left.Store(1000)
	var all sync.WaitGroup
	for range atATime {
		all.Go(func() {
			for left.Add(-1) >= 0 && !t.Failed() {
				runOneSession(t)
			}
		})
	}
	all.Wait()
	eventually(t, "goroutines are left over", func() bool { return runtime.NumGoroutine() <= goroutines })
	eventually(t, "descriptors are left over", func() bool { return openFiles(t) <= files })
	eventually(t, "children are left over", func() bool { return children(t) == "" })
}

// runOneSession serves a client that types a line, sees the answer, and quits.
func runOneSession(t *testing.T) {
	key, err := datagram.NewKey()
	if err != nil {
		t.Error(err)
		return
	}
	client, err := wire.New(wire.Config[state.User, state.Screen]{
		Key: key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4,
		Remote: state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows)},
	}, time.Now())
	if err != nil {
		t.Error(err)
		return
	}
	conn, err := udp.Listen(netip.MustParseAddr("127.0.0.1"), udp.PortRange{})
	if err != nil {
		t.Error(err)
		return
	}
	launch := func(cols, rows int) (program, []byte, error) {
		c := pty.Command{Argv: []string{"/bin/sh", "-c", "read x; echo $x$x; read x"}, Env: []string{"PATH=/bin:/usr/bin"}, Dir: "/"}
		p, err := pty.Start(c, pty.CoreLimit{}, cols, rows)
		if err != nil {
			return nil, nil, err
		}
		return p, nil, nil
	}
	l := newLoop(loopConfig{socket: conn, launch: launch, changed: func(netip.Addr) {}, logger: func(string, ...any) {}})
	ended := make(chan error, 1)
	go func() {
		ended <- l.run(session.Config{}, session.ClientConfig{Key: &key, Dialect: vt.Full()}, func() error { return nil })
	}()
	if err := talk(client, conn.Local()); err != "" {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// talk is the client's side.
func talk(client *wire.Transport[state.User, state.Screen], to netip.AddrPort) (wrong string) {
	conn, err := udp.Open(to.Addr())
	if err != nil {
		return err.Error()
	}
	datagrams, done := make(chan []byte), make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			p, err := conn.Read(make([]byte, datagramLimit))
			if err != nil {
				return
			}
			select {
			case datagrams <- p.Data:
			case <-done:
				return
			}
		}
	})
	defer reader.Wait()
	defer conn.Close()
	defer close(done)
	client.SetLocal(time.Now(), client.Local().WithKeys([]byte("ab\n")))
	client.Expedite(time.Now(), 0)
	send := func(d []byte) { conn.Write(d, datagram.Path{Remote: to}) }
	for limit := time.After(patience); !client.Closed(); {
		now := time.Now()
		client.Tick(now, wiretest.OnePath(send))
		if s, _ := client.Remote(); strings.Contains(s.Screen.Text(), "abab") {
			client.Shutdown(now)
		}
		select {
		case d := <-datagrams:
			client.Receive(time.Now(), d, datagram.Path{}, false)
		case <-time.After(max(client.Deadline(now).Sub(now), time.Millisecond)):
		case <-limit:
			return "the session goes on for too long"
		}
	}
	client.Tick(time.Now(), wiretest.OnePath(send)) // the server waits for that
	return ""
}

// openFiles is how many descriptors are open.
func openFiles(t *testing.T) int {
	t.Helper()
	for _, dir := range []string{"/proc/self/fd", "/dev/fd"} {
		if entries, err := os.ReadDir(dir); err == nil {
			return len(entries)
		}
	}
	t.Fatal("no directory of descriptors")
	return 0
}

// children returns the processes of this one, on systems that list them.
func children(t *testing.T) (pids string) {
	t.Helper()
	tasks, _ := os.ReadDir("/proc/self/task")
	for _, task := range tasks {
		text, _ := os.ReadFile("/proc/self/task/" + task.Name() + "/children")
		pids += string(text)
	}
	return pids
}
