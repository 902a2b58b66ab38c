package x11

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/internal/forward"
	"gm/internal/xauth"
)

// fakeXauth has the tests' program be xauth: a file that it notes its arguments in, and what
// it answers.
const fakeXauth = "GM_TEST_XAUTH"

func TestMain(m *testing.M) {
	if log := os.Getenv(fakeXauth); log != "" {
		f, _ := os.OpenFile(log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		fmt.Fprintln(f, strings.Join(os.Args[1:], " "))
		fmt.Print(os.Getenv("GM_TEST_ANSWER"))
		if slices.Contains(os.Args, "generate") && os.Getenv("GM_TEST_NO_GENERATE") != "" {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// useXauth returns the path of an xauth with an answer, and a function that returns the
// arguments of its calls.
func useXauth(t *testing.T, answer string) (path string, calls func() string) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "log")
	t.Setenv(fakeXauth, log)
	t.Setenv("GM_TEST_ANSWER", answer)
	t.Setenv("GORACE", "atexit_sleep_ms=0")
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path, func() string {
		text, _ := os.ReadFile(log)
		return string(text)
	}
}

// TestOpen has the cookie of the X server, or one of its own for untrusted programs.
func TestOpen(t *testing.T) {
	const list = "other/unix:1  XDM-AUTHORIZATION-1  00\nhost/unix:1  MIT-MAGIC-COOKIE-1  09080700000000000000000000000000\n"
	now := time.Unix(1000, 0)
	for _, c := range []struct {
		name, display, answer string
		options               Options
		cookie                bool // is that of the answer
		calls, warning        string
		refused               time.Time
	}{
		{"trusted", ":1", list, Options{Trusted: true, Timeout: time.Hour}, true, "list :1\n", "", time.Time{}},
		{"trusted at localhost", "localhost:1", list, Options{Trusted: true}, true, "list unix:1\n", "", time.Time{}},
		{"without a cookie", ":1", "", Options{Trusted: true}, false, "list :1\n",
			"Warning: No xauth data; using fake authentication data for X11 forwarding.", time.Time{}},
		{"a malformed cookie", ":1", "host/unix:1 MIT-MAGIC-COOKIE-1 090807\n", Options{Trusted: true}, false, "list :1\n",
			"Warning: No xauth data; using fake authentication data for X11 forwarding.", time.Time{}},
		{"untrusted", ":1", list, Options{Timeout: 20 * time.Minute}, true,
			"-f FILE generate :1 MIT-MAGIC-COOKIE-1 untrusted timeout 1260\n-f FILE list :1\n", "", now.Add(20 * time.Minute)},
		{"untrusted for ever", ":1", list, Options{}, true, "-f FILE generate :1 MIT-MAGIC-COOKIE-1 untrusted\n-f FILE list :1\n", "", time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path, calls := useXauth(t, c.answer)
			c.options.Xauth = path
			warning := ""
			s, err := Open(t.Context(), c.display, c.options, now, func(text string) { warning += text })
			if err != nil {
				t.Fatal(err)
			}
			if (s.cookie == realCookie) != c.cookie || warning != c.warning || !s.refused.Equal(c.refused) {
				t.Errorf("cookie %v, %q, %v", s.cookie, warning, s.refused)
			}
			var got strings.Builder
			for line := range strings.Lines(calls()) {
				words := strings.Split(line, " ")
				if words[0] == "-f" {
					if dir := filepath.Dir(words[1]); !errors.Is(stat(dir), fs.ErrNotExist) {
						t.Errorf("%s is still there", dir)
					}
					words[1] = "FILE"
				}
				got.WriteString(strings.Join(words, " "))
			}
			if got.String() != c.calls {
				t.Errorf("xauth %q, want %q", got.String(), c.calls)
			}
		})
	}
}

func stat(path string) error {
	_, err := os.Stat(path)
	return err
}

// TestUntrustedNeedsItsCookie does not fall back to the cookie of trusted programs.
func TestUntrustedNeedsItsCookie(t *testing.T) {
	const want = "Warning: untrusted X11 forwarding setup failed: xauth key data not generated"
	open := func(path string) error {
		_, err := Open(t.Context(), ":1", Options{Xauth: path}, time.Now(), func(text string) { t.Error(text) })
		return err
	}
	path, _ := useXauth(t, "")
	if err := open(path); err == nil || err.Error() != want {
		t.Errorf("without a cookie: %v", err)
	}
	if err := open("/no/such/xauth"); err == nil || err.Error() != want {
		t.Errorf("without xauth: %v", err)
	}
	path, _ = useXauth(t, "host/unix:1 MIT-MAGIC-COOKIE-1 09080700000000000000000000000000\n")
	t.Setenv("GM_TEST_NO_GENERATE", "1")
	if err := open(path); err == nil || err.Error() != want {
		t.Errorf("from a server without untrusted clients: %v", err)
	}
}

// TestTimeout refuses connections from ForwardX11Timeout on.
func TestTimeout(t *testing.T) {
	now := time.Now()
	s := &Server{refused: now.Add(time.Minute)}
	c, err := s.Accept(now.Add(time.Minute-1), fakeCookie, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	const want = "Rejected X11 connection after ForwardX11Timeout expired"
	if _, err := s.Accept(now.Add(time.Minute), fakeCookie, nil); err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
}

// xServer listens as an X server, and returns one that has its address.
func xServer(t *testing.T) (*Server, net.Listener) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return &Server{Display: Display{places: []place{{"tcp", l.Addr().String()}}}, cookie: realCookie}, l
}

func accept(t *testing.T, s *Server, log func(string)) forward.Endpoint {
	t.Helper()
	c, err := s.Accept(time.Now(), fakeCookie, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// TestConnection passes the setup, byte by byte, and what follows.
func TestConnection(t *testing.T) {
	s, l := xServer(t)
	c := accept(t, s, func(text string) { t.Error(text) })
	for _, b := range append(setupOf(lowEndian, xauth.Protocol, fakeCookie[:]), "request"...) {
		if n, err := c.Write([]byte{b}); n != 1 || err != nil {
			t.Fatal(n, err)
		}
	}
	inner, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer inner.Close()
	want := string(setupOf(lowEndian, xauth.Protocol, realCookie[:])) + "request"
	got := make([]byte, len(want))
	if _, err := io.ReadFull(inner, got); err != nil || string(got) != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	if c.(*connection).limit.Stop() {
		t.Error("the connection is to end after the time for a setup")
	}
	io.WriteString(inner, "reply")
	if n, err := io.ReadFull(c, got[:5]); err != nil || string(got[:n]) != "reply" {
		t.Errorf("%q, %v", got[:n], err)
	}
	c.CloseWrite()
	if rest, err := io.ReadAll(inner); err != nil || len(rest) > 0 {
		t.Errorf("%q, %v after the end", rest, err)
	}
	c.Close()
	if _, err := io.ReadAll(c); err == nil {
		t.Error("reading goes on after Close")
	}
}

// TestRejectedConnection does not reach the X server.
func TestRejectedConnection(t *testing.T) {
	s, l := xServer(t)
	logged := ""
	c := accept(t, s, func(text string) { logged += text })
	if _, err := c.Write(setupOf(bigEndian, xauth.Protocol, realCookie[:])); err == nil {
		t.Fatal("a wrong cookie is accepted")
	}
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("there is something to read")
	}
	if want := "X11 connection rejected because of wrong authentication."; logged != want {
		t.Errorf("logged %q", logged)
	}
	expectNoConnection(t, l)
}

// TestConnectionWithoutSetup ends with its client, or when it has waited for too long.
func TestConnectionWithoutSetup(t *testing.T) {
	s, l := xServer(t)
	for name, end := range map[string]func(*connection){
		"end of file": func(c *connection) { c.CloseWrite() },
		"close":       func(c *connection) { c.Close() },
		"timeout":     func(c *connection) { c.limit.Reset(0); <-c.ctx.Done() },
	} {
		t.Run(name, func(t *testing.T) {
			c := accept(t, s, func(text string) { t.Error(text) }).(*connection)
			c.Write([]byte{lowEndian})
			if end(c); c.ctx.Err() == nil {
				t.Fatal("it goes on")
			}
			if _, err := c.Read(make([]byte, 1)); err == nil {
				t.Error("there is something to read")
			}
			if _, err := c.Write(setupOf(lowEndian, xauth.Protocol, fakeCookie[:])[1:]); err == nil {
				t.Error("a late setup is accepted")
			}
		})
	}
	expectNoConnection(t, l)
}

func expectNoConnection(t *testing.T, l net.Listener) {
	t.Helper()
	l.(*net.TCPListener).SetDeadline(time.Now().Add(50 * time.Millisecond))
	if _, err := l.Accept(); err == nil {
		t.Error("the X server was connected to")
	}
}

// TestNoXServer logs ssh's message.
func TestNoXServer(t *testing.T) {
	s, l := xServer(t)
	l.Close()
	logged := ""
	c := accept(t, s, func(text string) { logged += text })
	if _, err := c.Write(setupOf(bigEndian, xauth.Protocol, fakeCookie[:])); err == nil {
		t.Error("no error")
	}
	if !strings.HasPrefix(logged, "connect 127.0.0.1 port ") {
		t.Errorf("logged %q", logged)
	}
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("there is something to read")
	}
}
