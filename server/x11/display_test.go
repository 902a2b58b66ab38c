//go:build unix

package x11

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"gm/internal/xauth"
)

// TestMain has the tests' program be xauth if it is called by that name: it appends its input to
// the file that the variable XAUTHORITY names, and fails if it cannot.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "xauth" {
		input, _ := io.ReadAll(os.Stdin)
		f, err := os.OpenFile(os.Getenv("XAUTHORITY"), os.O_APPEND|os.O_WRONLY, 0)
		if err == nil {
			_, err = f.Write(input)
		}
		if err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// environment returns the environment of a session whose xauth is the tests' program, and the
// file of cookies.
func environment(t *testing.T) (env []string, file string) {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "cookies")
	if err := errors.Join(os.Symlink(self, filepath.Join(dir, "xauth")), os.WriteFile(file, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	return []string{"XAUTHORITY=" + file, "GORACE=atexit_sleep_ms=0"}, file
}

func open(t *testing.T) *Display {
	t.Helper()
	env, _ := environment(t)
	d, err := Open(env)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// TestDisplay stores the cookie of a display, and removes it at the end.
func TestDisplay(t *testing.T) {
	env, file := environment(t)
	d, err := Open(env)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	n := strconv.Itoa(d.number)
	if got := d.Name(2); got != "localhost:"+n+".2" || d.number < firstDisplay {
		t.Errorf("DISPLAY is %s", got)
	}
	added := "remove unix:" + n + "\nadd unix:" + n + " MIT-MAGIC-COOKIE-1 " + d.Cookie() + "\n"
	if text, err := os.ReadFile(file); err != nil || string(text) != added {
		t.Errorf("xauth: %q, %v, want %q", text, err, added)
	}
	other := open(t)
	if other.number == d.number || other.cookie == d.cookie {
		t.Errorf("two displays are %s with %s", other.Name(0), other.Cookie())
	}
	d.Close()
	if text, err := os.ReadFile(file); err != nil || string(text) != added+"remove unix:"+n+"\n" {
		t.Errorf("xauth: %q, %v at the end", text, err)
	}
	if conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(firstPort+d.number)); err == nil {
		conn.Close()
		t.Error("the display listens after its end")
	}
}

// TestDisplayListensOnLoopback is not reached from other hosts.
func TestDisplayListensOnLoopback(t *testing.T) {
	for _, l := range open(t).listeners {
		if ip := l.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() {
			t.Errorf("it listens on %v", ip)
		}
	}
}

// TestXauthFails opens no display that no program could use.
func TestXauthFails(t *testing.T) {
	env, file := environment(t)
	os.Remove(file)
	program, err := xauth.Find()
	if err != nil {
		t.Fatal(err)
	}
	d := &Display{env: env, number: firstDisplay, program: program}
	if err := d.open(); err == nil || !strings.HasPrefix(err.Error(), "run xauth: ") || len(d.listeners) > 0 {
		t.Errorf("%v, and %d listeners", err, len(d.listeners))
	}
}

// TestDisplaysAreBounded has no number that is free.
func TestDisplaysAreBounded(t *testing.T) {
	d := &Display{number: firstDisplay + maxDisplays}
	if err := d.listenFrom(); err != errNoDisplay {
		t.Errorf("%v", err)
	}
}

// TestClients has the newest client get the connections, and none of them without one.
func TestClients(t *testing.T) {
	d := open(t)
	d.Listen().Close()
	expectClosed(t, d)
	first := d.Listen()
	expectTaken(t, d, first)
	second := d.Listen()
	expectTaken(t, d, second)
	first.Close()
	expectTaken(t, d, second)
	third := d.Listen()
	third.Close()
	third.Close()
	expectTaken(t, d, second)
	second.Close()
	if _, err := second.Accept(); err != net.ErrClosed {
		t.Errorf("%v after Close", err)
	}
	expectClosed(t, d)
}

// TestFirstClientIsAwaited has a program connect before the client of its session listens.
func TestFirstClientIsAwaited(t *testing.T) {
	d := open(t)
	conn := dial(t, d, nil)
	conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("%v before the client has come", err)
	}
	got, err := d.Listen().Accept()
	if err != nil || got.RemoteAddr().String() != conn.LocalAddr().String() {
		t.Errorf("the client gets %v, %v", got, err)
	}
	dial(t, open(t), nil) // Close does not wait for a client that never comes
}

// TestDisplayEndsWithClients closes the listeners of clients too.
func TestDisplayEndsWithClients(t *testing.T) {
	d := open(t)
	l := d.Listen()
	dial(t, d, l) // which nothing accepts
	d.Close()
	if _, err := l.Accept(); err != net.ErrClosed {
		t.Errorf("%v after the end", err)
	}
}

// TestClientLeaves closes a connection that the client has not accepted.
func TestClientLeaves(t *testing.T) {
	d := open(t)
	l := d.Listen()
	conn := dial(t, d, l)
	l.Close()
	conn.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.ReadAll(conn); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection stays")
	}
}

func dial(t *testing.T, d *Display, l *Listener) net.Conn {
	t.Helper()
	port := firstPort + d.number
	if l != nil {
		port = l.Addr().(*net.TCPAddr).Port
	}
	conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// patience bounds a wait for an event that is certain to come.
const patience = 20 * time.Second

func expectTaken(t *testing.T, d *Display, l *Listener) {
	t.Helper()
	conn := dial(t, d, l)
	limit := time.AfterFunc(patience, func() { l.Close() })
	defer limit.Stop()
	got, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if got.RemoteAddr().String() != conn.LocalAddr().String() {
		t.Errorf("the connection of %v came as that of %v", conn.LocalAddr(), got.RemoteAddr())
	}
}

func expectClosed(t *testing.T, d *Display) {
	t.Helper()
	conn := dial(t, d, nil)
	conn.SetReadDeadline(time.Now().Add(patience))
	if n, err := conn.Read(make([]byte, 1)); n > 0 || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%d bytes, %v from a display without a client", n, err)
	}
}
