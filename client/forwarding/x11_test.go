package forwarding

import (
	"errors"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gm/client/x11"
	"gm/internal/forward"
	"gm/internal/xauth"
	"gm/sshboot/sshconfig"
)

// setup returns the first bytes of an X11 client with a cookie.
func setup(cookie xauth.Cookie) []byte {
	return append([]byte("l\x00\x0b\x00\x00\x00\x12\x00\x10\x00\x00\x00"+xauth.Protocol+"\x00\x00"), cookie[:]...)
}

// xServer listens as the X server of DISPLAY.
func xServer(t *testing.T) (net.Listener, *x11.Server) {
	t.Helper()
	l, _, port := listen(t)
	server, err := x11.Open(t.Context(), "127.0.0.1:"+strconv.Itoa(port-6000), x11.Options{Trusted: true, Xauth: "/no/such/xauth"}, time.Now(), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	return l, server
}

// x11Rig has a host whose display is at an address, and which answers in that way.
func x11Rig(t *testing.T, server *x11.Server, answer string) (r *rig, display string) {
	t.Helper()
	l, display, _ := listen(t)
	r = newRigWith(t, Config{X11: server}, forward.Config{ListenX11: func(fields []string) ([]net.Listener, string, error) {
		if !slices.Equal(fields, []string{"0"}) {
			t.Errorf("asked with %q", fields)
		}
		return []net.Listener{l}, answer, nil
	}})
	r.Begin()
	return r, display
}

// TestX11Forwarding connects to the X server if the cookie is that of the host.
func TestX11Forwarding(t *testing.T) {
	fake := xauth.NewCookie()
	l, server := xServer(t)
	r, display := x11Rig(t, server, "localhost:10.0 "+fake.String())
	r.until("display", func() bool { return slices.Equal(r.Lines(), []string{"x11 localhost:10.0 listening"}) })
	for _, c := range []struct {
		cookie xauth.Cookie
		ok     bool
	}{{fake, true}, {xauth.NewCookie(), false}} {
		conn, err := net.Dial("tcp", display)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.Write(setup(c.cookie))
		if !c.ok {
			r.logs("X11 connection rejected because of wrong authentication.")
			continue
		}
		accepted := make(chan net.Conn, 1)
		go func() {
			if conn, err := l.Accept(); err == nil {
				if _, err := io.ReadFull(conn, make([]byte, len(setup(fake)))); err == nil {
					accepted <- conn
				}
			}
		}()
		r.until("connection", func() bool { return len(accepted) > 0 })
		(<-accepted).Close()
	}
}

// TestX11OfALateClient tells of a display that the session's program does not have.
func TestX11OfALateClient(t *testing.T) {
	_, server := xServer(t)
	r, _ := x11Rig(t, server, "localhost:10.0 "+xauth.NewCookie().String()+" unknown")
	r.logs("X11 needs DISPLAY=localhost:10.0 in programs: the session began without it")
}

// TestBadAnswerToX11 ends the forwarding without a cookie, and accepts nothing.
func TestBadAnswerToX11(t *testing.T) {
	for _, answer := range []string{"", "10", "localhost:10.0 ", "localhost:10.0 00112233"} {
		t.Run(answer, func(t *testing.T) {
			_, server := xServer(t)
			r, _ := x11Rig(t, server, answer)
			r.until("end", func() bool { return len(r.Lines()) == 0 })
		})
	}
}

// TestX11Refused has ssh's message, and the server's reason.
func TestX11Refused(t *testing.T) {
	_, server := xServer(t)
	r := newRigWith(t, Config{X11: server, ExitOnFailure: true}, forward.Config{ListenX11: func([]string) ([]net.Listener, string, error) {
		return nil, "", errors.New("there is no xauth")
	}})
	r.Begin()
	r.logs("X11 forwarding request failed on channel 0: there is no xauth")
	if r.Err() != nil || r.Pending() {
		t.Errorf("%v, pending %v", r.Err(), r.Pending())
	}
}

// TestOpenX11 has ssh's answers for configurations and values of DISPLAY.
func TestOpenX11(t *testing.T) {
	for _, c := range []struct {
		config, display string
		opened          bool
		logged          string
	}{
		{"ForwardX11 no", ":1", false, ""},
		{"ForwardX11Trusted yes", ":1", false, ""},
		{"ForwardX11 yes", "", false, ""},
		{"ForwardX11 yes", ":1", false, "Warning: untrusted X11 forwarding setup failed: xauth key data not generated"},
		{"ForwardX11 yes\nForwardX11Trusted yes", ":1.3", true, "Warning: No xauth data; using fake authentication data for X11 forwarding."},
		{"ForwardX11 yes\nForwardX11Trusted yes", "no display", false, `DISPLAY "no display" invalid; disabling X11 forwarding`},
	} {
		t.Run(c.config+" "+c.display, func(t *testing.T) {
			t.Setenv("DISPLAY", c.display)
			config := sshconfig.New("host", sshconfig.LocalEnvironment())
			for line := range strings.Lines(c.config + "\nXAuthLocation /no/such/xauth") {
				if err := config.SetLine(strings.TrimSpace(line)); err != nil {
					t.Fatal(err)
				}
			}
			cfg, err := Read(config)
			if err != nil {
				t.Fatal(err)
			}
			logged := ""
			cfg.OpenX11(t.Context(), func(text string) { logged += text })
			if (cfg.X11 != nil) != c.opened || logged != c.logged || c.opened && cfg.X11.Screen() != 3 {
				t.Errorf("%+v, logged %q", cfg.X11, logged)
			}
		})
	}
}
