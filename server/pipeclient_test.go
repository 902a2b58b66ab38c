//go:build unix

package server

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/pipe"
)

// pathNames are the extensions that a client with pipes requests.
const pathNames = "gm=screen,exit,sessions,paths"

// relayProcess is a process of the server whose standard streams are a pipe.
type relayProcess struct {
	t         testing.TB
	cmd       *exec.Cmd
	in        io.WriteCloser
	out       *lastReader
	lines     []string    // before the frames
	datagrams chan []byte // closed at the end of the output
	stderr    bytes.Buffer
	wire.Announcement
}

// lastReader is a reader that reads lines byte by byte, so that the frames after the last
// one are left.
type lastReader struct{ io.Reader }

func (r *lastReader) line() (string, error) {
	var line []byte
	for b := make([]byte, 1); ; {
		if _, err := io.ReadFull(r.Reader, b); err != nil {
			return string(line), err
		}
		if b[0] == '\n' {
			return string(line), nil
		}
		line = append(line, b[0])
	}
}

// startRelay starts the server with a command line whose last output line is last.
func (u *hostUser) startRelay(last string, args ...string) *relayProcess {
	u.t.Helper()
	cmd := exec.Command(serverBinary, args...)
	cmd.Env = u.environ
	return u.startCommand(last, cmd)
}

// startCommand is startRelay with any command.
func (u *hostUser) startCommand(last string, cmd *exec.Cmd) *relayProcess {
	u.t.Helper()
	r := &relayProcess{t: u.t, cmd: cmd, datagrams: make(chan []byte, 1000)}
	cmd.Stderr = &r.stderr
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err1 != nil || err2 != nil || cmd.Start() != nil {
		u.t.Fatal(err1, err2)
	}
	r.in, r.out = in, &lastReader{out}
	u.t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for {
		line, err := r.out.line()
		if err != nil {
			u.t.Fatalf("%q ends after %q: %v", cmd.Args, append(r.lines, line), err)
		}
		r.lines = append(r.lines, line)
		if _, err := r.ParseLine(line); err != nil {
			u.t.Fatal(err)
		}
		if strings.HasPrefix(line, last) {
			return r
		}
	}
}

// beginPiped begins a session of a program, or enters one of that name, with a pipe.
func (u *hostUser) beginPiped(args ...string) *relayProcess {
	u.t.Helper()
	return u.startRelay("MOSH CONNECT ", append([]string{"new", "-i", "127.0.0.1", "-p", "0", "-@", pathNames, "-@", "gm-pipe"}, args...)...)
}

func (u *hostUser) relayTo(id string) *relayProcess {
	u.t.Helper()
	return u.startRelay("GM PIPE", "server", "relay", "-@", "gm-verb=relay", "--", id)
}

// gone waits until the process has ended. Frames that come until then are read.
func (r *relayProcess) gone() {
	r.t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- r.cmd.Wait() }()
	select {
	case <-ended:
	case <-time.After(patience):
		r.t.Fatal("the relay goes on")
	}
}

// pipedClient is a client without a terminal whose path is a pipe.
type pipedClient struct {
	testClient
	relay *relayProcess
	path  datagram.Path
	lost  bool // the relay has ended
}

func newPipedClient(t testing.TB, key datagram.Key, r *relayProcess) *pipedClient {
	t.Helper()
	c := &pipedClient{testClient: newTestClient(t, key, true)}
	c.turn = c.serve
	c.resize(80, 24)
	c.use(r)
	return c
}

// use makes a relay the client's path, in place of another.
func (c *pipedClient) use(r *relayProcess) {
	before := c.path
	c.relay, c.path, c.lost = r, datagram.PipePath(before.Pipe+1), false
	c.wire.SetRoute(time.Now(), c.path)
	if before.IsPipe() {
		c.wire.DropPath(time.Now(), before)
	}
	go func() {
		defer close(r.datagrams)
		for frames := pipe.NewReader(r.out); ; {
			d, err := frames.Next()
			if err != nil {
				return
			}
			r.datagrams <- bytes.Clone(d)
		}
	}()
}

// serve sends and waits for a datagram, at most until the given time.
func (c *pipedClient) serve(until time.Time) {
	c.t.Helper()
	now := time.Now()
	err := c.wire.Tick(now, func(_ datagram.Path, d []byte) {
		frame, err := pipe.AppendFrame(nil, d)
		if err != nil {
			c.t.Fatal(err)
		}
		c.relay.in.Write(frame) // the end of the relay is seen by reading
	})
	if err != nil {
		c.t.Fatal(err)
	}
	select {
	case d, ok := <-c.relay.datagrams:
		if !ok {
			c.lost, c.relay.datagrams = true, nil
			return
		}
		c.wire.Receive(time.Now(), d, c.path, false)
	case <-time.After(time.Until(earliest(until, c.wire.Deadline(now)))):
	}
}

// sessionPid returns the process of the session that a relay has begun.
func (r *relayProcess) sessionPid() (pid int) {
	r.t.Helper()
	if _, err := fmt.Sscanf(r.ID, "%d-", &pid); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { syscall.Kill(pid, syscall.SIGTERM) })
	return pid
}
