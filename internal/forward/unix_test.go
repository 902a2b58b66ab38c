//go:build unix

package forward

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// listenAt returns a listener on a Unix socket whose connections are echoed.
func listenAt(t *testing.T, path string) {
	t.Helper()
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go echo(l)
}

// expectEcho sends bytes and ends the direction; they come back with the end.
func expectEcho(t *testing.T, conn net.Conn) {
	t.Helper()
	conn.Write([]byte("hello"))
	conn.(Endpoint).CloseWrite()
	if got, err := io.ReadAll(conn); string(got) != "hello" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestUnixSocketsOnBothSides(t *testing.T) {
	dir := t.TempDir()
	target, near, far := filepath.Join(dir, "target"), filepath.Join(dir, "near"), filepath.Join(dir, "far")
	listenAt(t, target)
	r := newRig(t, Config{}, Config{})
	r.client.in(func() {
		if _, err := r.client.mux.ListenLocal(Spec{Listen: Address{Path: near}, Connect: Address{Path: target}}); err != nil {
			t.Error(err)
		}
	})
	if f := r.remote(Spec{Kind: Remote, Listen: Address{Path: far}, Connect: Address{Path: target}}); f.State != Listening {
		t.Fatal(f.Reason)
	}
	for _, path := range []string{near, far} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			expectEcho(t, r.dial("unix", path))
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v, %v, want 0600", info.Mode(), err)
			}
		})
	}
	r.stop()
	r.loops.Wait()
	for _, path := range []string{near, far} {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left: %v", path, err)
		}
	}
}

func TestUnixSocketWithoutATarget(t *testing.T) {
	dir := t.TempDir()
	r := newRig(t, Config{}, Config{})
	expectReset(t, r.local(Address{Path: filepath.Join(dir, "absent")}))
	want := "channel 0: open failed: connect failed: No such file or directory"
	if text := await(t, "message", r.client.logged); text != want {
		t.Errorf("logged %q, want %q", text, want)
	}
}

func TestSocketOptions(t *testing.T) {
	for _, test := range []struct {
		name   string
		before func(path string)
		unlink bool
		reason string // that listening fails; empty if it does not
	}{
		{"new", func(string) {}, false, ""},
		{"stale", stale, false, "Address already in use"},
		{"stale, unlinked", stale, true, ""},
		{"a file", func(path string) { os.WriteFile(path, []byte("precious"), 0o600) }, true, "Address already in use"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "s")
			test.before(path)
			mask := fs.FileMode(0o111)
			l, err := listenUnix(path, SocketOptions{Mask: &mask, Unlink: test.unlink})
			if test.reason != "" {
				if err == nil || reason(err) != test.reason {
					t.Errorf("%v, want %s", err, test.reason)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o666 {
				t.Errorf("mode %v, %v, want 0666", info.Mode(), err)
			}
			l.Close()
		})
	}
}

// stale leaves a socket that nothing listens on.
func stale(path string) {
	if l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path}); err == nil {
		l.SetUnlinkOnClose(false)
		l.Close()
	}
}

func TestClosedListenerLeavesTheSocketOfAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	first, err := listenUnix(path, SocketOptions{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := listenUnix(path, SocketOptions{Unlink: true})
	if err != nil {
		t.Fatal(err)
	}
	first.Close()
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	second.Close()
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is left: %v", err)
	}
}

// listener returns a Config.ListenAgent for a path.
func listener(path string) func() (net.Listener, error) {
	return func() (net.Listener, error) { return ListenSocket(path, SocketOptions{Unlink: true}) }
}

func TestAgentSocketIsThereWhileItsStreamIs(t *testing.T) {
	dir := t.TempDir()
	agent, path := filepath.Join(dir, "agent"), filepath.Join(dir, "session.agent")
	listenAt(t, agent)
	stale(path)
	r := newRig(t, Config{}, Config{ListenAgent: listener(path)})
	for range 2 { // the path stays the same
		var f *Forward
		r.client.in(func() {
			f, _ = r.client.mux.RequestAgent(func(ctx context.Context) (Endpoint, error) {
				conn, err := (&net.Dialer{}).DialContext(ctx, "unix", agent)
				if err != nil {
					return nil, err
				}
				return conn.(Endpoint), nil
			})
		})
		if await(t, "answer", r.client.changed); f.State != Listening {
			t.Fatal(f.Reason)
		}
		conn := r.dial("unix", path)
		for _, s := range []*side{r.client, r.server} {
			s.until(t, "relay", func() bool { return len(s.mux.relays) == 1 })
			s.in(func() {
				if !s.mux.relays[0].s.Urgent {
					t.Error("the agent waits for other streams")
				}
			})
		}
		expectEcho(t, conn)
		for _, s := range []*side{r.client, r.server} {
			s.until(t, "end", func() bool { return len(s.mux.relays) == 0 })
		}
		r.client.in(f.Cancel)
		await(t, "end", r.client.changed)
		r.server.until(t, "end of the listener", func() bool { return len(r.server.mux.served) == 0 })
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the socket is left: %v", err)
		}
	}
}

func TestAgentThatIsGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "session.agent")
	r := newRig(t, Config{}, Config{ListenAgent: listener(path)})
	r.client.in(func() {
		r.client.mux.RequestAgent(func(context.Context) (Endpoint, error) { return nil, fs.ErrNotExist })
	})
	await(t, "answer", r.client.changed)
	conn := r.dial("unix", path)
	if b, err := io.ReadAll(conn); len(b) > 0 || err != nil && !strings.Contains(err.Error(), "reset") {
		t.Errorf("read %q, %v, want an end", b, err)
	}
	if text := await(t, "message", r.client.logged); !strings.HasPrefix(text, "agent: ") {
		t.Errorf("logged %q", text)
	}
}

// TestUnixSocketThatReadsNoMore has a peer that closes while bytes are on their way to it: those
// that it has written arrive nevertheless.
func TestUnixSocketThatReadsNoMore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r := newRig(t, Config{}, Config{})
	near := r.dial("tcp", r.local(Address{Path: path}))
	far := acceptOne(t, l)
	far.(*net.UnixConn).CloseRead()
	near.Write(make([]byte, 1<<20))
	far.Write([]byte("answer"))
	far.Close()
	near.(*net.TCPConn).CloseWrite()
	if b, err := io.ReadAll(near); string(b) != "answer" || err != nil {
		t.Errorf("read %q, %v", b, err)
	}
	r.server.until(t, "end", func() bool { return len(r.server.mux.relays) == 0 })
}
