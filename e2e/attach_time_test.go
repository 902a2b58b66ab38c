//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// slowSSH returns a port that leads to the host's sshd over a link with a round trip of
// rtt. UDP is not delayed.
func (h *host) slowSSH(rtt time.Duration) (port int) {
	h.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { l.Close() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", h.Port))
			if err != nil {
				near.Close()
				return
			}
			go delay(far, near, rtt/2)
			go delay(near, far, rtt/2)
		}
	}()
	port = l.Addr().(*net.TCPAddr).Port
	line := fmt.Sprintf("[127.0.0.1]:%d %s", port, ssh.MarshalAuthorizedKey(h.HostKeys[0]))
	sshboottest.WriteFile(h.t, filepath.Join(h.home, ".ssh", "known_hosts"), line, 0o600)
	return port
}

// delay copies from one connection to the other, each byte after d.
func delay(to, from net.Conn, d time.Duration) {
	type piece struct {
		data []byte
		due  time.Time
	}
	pieces := make(chan piece, 1024)
	go func() {
		defer close(pieces)
		for {
			buf := make([]byte, 32<<10)
			n, err := from.Read(buf)
			if n > 0 {
				pieces <- piece{buf[:n], time.Now().Add(d)}
			}
			if err != nil {
				return
			}
		}
	}()
	for p := range pieces {
		<-time.After(time.Until(p.due))
		if _, err := to.Write(p.data); err != nil {
			break
		}
	}
	to.Close()
	for range pieces { // until the reader has ended
	}
}

// TestAttachTime compares the time to enter a session with that to
// begin one on a host that has the server.
func TestAttachTime(t *testing.T) {
	const rtt = 400 * time.Millisecond
	h := newHost(t, sshboottest.Config{})
	h.leave("work")
	where := fmt.Sprintf("%s@127.0.0.1:%d", h.User, h.slowSSH(rtt))
	begin := h.fastest(func(i int) time.Duration {
		return h.timeTo("fresh", fmt.Sprintf("--name=other%d", i), where, "--", "sh", "-c", "echo fresh; cat")
	})
	enter := h.fastest(func(int) time.Duration { return h.timeTo("this is work", "attach", where, "work") })
	t.Logf("to begin a session %v, to enter one %v, with round trips of %v", begin, enter, rtt)
	if enter-begin > rtt/2 || begin-enter > rtt/2 {
		t.Errorf("to begin a session took %.1f round trips, to enter one %.1f", begin.Seconds()/rtt.Seconds(), enter.Seconds()/rtt.Seconds())
	}
	h.expect(0, "kill", where, "work", "other0", "other1", "other2")
	h.sessions.ExpectNone(t, harness.Patience)
}

// fastest returns the shortest of three times: a busy machine makes them longer.
func (h *host) fastest(measure func(i int) time.Duration) time.Duration {
	var took []time.Duration
	for i := range 3 {
		took = append(took, measure(i))
	}
	return slices.Min(took)
}

// timeTo returns the time until gm shows a line, and detaches.
func (h *host) timeTo(line string, args ...string) time.Duration {
	h.t.Helper()
	start := time.Now()
	x := h.gm(plain, nil, args...)
	x.ExpectLine(line)
	took := time.Since(start)
	x.Type("\x1ed")
	x.ExpectEnd(harness.Patience)
	return took
}
