package controlsocket

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gm/internal/forward"
)

// recorder is a master that records what it is asked for.
type recorder struct {
	asked   []string
	port    int
	err     error
	exited  chan string
	denies  bool
	waiting chan bool
}

func (r *recorder) Open(s forward.Spec) (int, error) {
	r.asked = append(r.asked, "open "+s.Kind.String()+" "+s.String())
	return r.port, r.err
}

func (r *recorder) Cancel(s forward.Spec) error {
	r.asked = append(r.asked, "cancel "+s.Kind.String()+" "+s.String())
	return r.err
}

func (r *recorder) Permit() bool { return !r.denies }

// Run copies its input to its output and, after it, the command to its error.
func (r *recorder) Run(ctx context.Context, p Program, started func()) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	started()
	if p.Command == "wait" {
		close(r.waiting)
		<-ctx.Done()
		r.exited <- "cancelled"
		return 0, ctx.Err()
	}
	io.Copy(p.Out, p.In)
	if p.Err != nil {
		fmt.Fprintf(p.Err, "%s %v", p.Command, p.Subsystem)
	}
	return 7, nil
}

func (r *recorder) Exit()          { r.exited <- "exit" }
func (r *recorder) StopListening() { r.exited <- "stop" }

func newMaster(t *testing.T, r *recorder) *Client {
	t.Helper()
	r.exited = make(chan string, 1)
	path := filepath.Join(t.TempDir(), "s")
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	t.Cleanup(func() { l.Close() })
	go Serve(l, r)
	c, err := Dial(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestRequests(t *testing.T) {
	r := &recorder{port: 4711}
	c := newMaster(t, r)
	if pid, err := c.Check(); pid != os.Getpid() || err != nil {
		t.Errorf("%d, %v", pid, err)
	}
	if err := c.StopListening(); err != nil || <-r.exited != "stop" {
		t.Error(err)
	}
	if err := c.Exit(); err != nil || <-r.exited != "exit" {
		t.Error(err)
	}
}

// Each kind of forwarding arrives as it was sent.
func TestForwardings(t *testing.T) {
	r := &recorder{port: 4711}
	c := newMaster(t, r)
	for _, f := range []struct {
		parse func(string) (forward.Spec, error)
		text  string
		port  int
	}{
		{forward.ParseLocal, "80:a:90", 0},
		{forward.ParseLocal, "*:80:[::1]:90", 0},
		{forward.ParseLocal, ":80:a:90", 0},
		{forward.ParseLocal, "/a/b:a:90", 0},
		{forward.ParseLocal, "80:/c", 0},
		{forward.ParseRemote, "80:a:90", 0},
		{forward.ParseRemote, "0:a:90", 4711},
		{forward.ParseRemote, "8080", 0},
		{forward.ParseDynamic, "1080", 0},
		{forward.ParseDynamic, "localhost:1080", 0},
	} {
		t.Run(f.text, func(t *testing.T) {
			spec, err := f.parse(f.text)
			if err != nil {
				t.Fatal(err)
			}
			r.asked = nil
			port, err := c.Open(spec)
			if err == nil {
				err = c.Cancel(spec)
			}
			listen := spec
			listen.HasBind = spec.HasBind
			text := spec.Kind.String() + " " + spec.String()
			if spec.HasBind && spec.Listen.Host == "" { // which the protocol has as *
				text = strings.Replace(text, "[]:", "[*]:", 1)
			}
			if want := []string{"open " + text, "cancel " + text}; err != nil || port != f.port || !slices.Equal(r.asked, want) {
				t.Errorf("port %d, %v, asked for %q, want %q", port, err, r.asked, want)
			}
		})
	}
	r.err = errors.New("Port 80 is taken.")
	spec, _ := forward.ParseLocal("80:a:90")
	if _, err := c.Open(spec); err == nil || err.Error() != r.err.Error() {
		t.Error(err)
	}
	if err := c.Cancel(spec); err == nil || err.Error() != r.err.Error() {
		t.Error(err)
	}
}

// A master answers what it does not know, and ends the connection after what is malformed.
func TestMalformedRequests(t *testing.T) {
	frame := func(body string) string {
		return string(binary.BigEndian.AppendUint32(nil, uint32(len(body)))) + body
	}
	const hello = "\x00\x00\x00\x08\x00\x00\x00\x01\x00\x00\x00\x04"
	for name, c := range map[string]struct {
		sent     string
		answered bool
	}{
		"another version":         {frame("\x00\x00\x00\x01\x00\x00\x00\x05"), false},
		"no hello":                {frame("\x10\x00\x00\x04\x00\x00\x00\x01"), false},
		"unknown request":         {hello + frame("\x10\x00\x00\x7f\x00\x00\x00\x01"), true},
		"a session cut off":       {hello + frame("\x10\x00\x00\x02\x00\x00\x00\x01"), false},
		"a session without files": {hello + frame("\x10\x00\x00\x02\x00\x00\x00\x01"+strings.Repeat("\x00", 36)), false},
		"too short":               {hello + frame("\x10\x00"), false},
		"too long":                {hello + "\x7f\xff\xff\xff", false},
		"a forwarding cut off":    {hello + frame("\x10\x00\x00\x06\x00\x00\x00\x01\x00\x00\x00\x01\x00"), false},
		"a forwarding of no kind": {hello + frame("\x10\x00\x00\x06\x00\x00\x00\x01"+strings.Repeat("\x00", 20)), true},
	} {
		t.Run(name, func(t *testing.T) {
			here, there := net.Pipe()
			go func() {
				defer there.Close()
				serve(there, &recorder{})
			}()
			go io.WriteString(here, c.sent)
			m, err := read(here) // the hello
			if err == nil {
				m, err = read(here)
			}
			if answered := err == nil && m.Type == typeFailure; answered != c.answered {
				t.Errorf("%+v, %v", m, err)
			}
			here.Close()
		})
	}
}
