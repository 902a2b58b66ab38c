//go:build e2e

package e2e

import (
	"net/netip"
	"os"
	"syscall"
	"testing"
	"time"

	"gm/e2e/harness"
)

// withStock is gm with itself and with a stock program on either side.
func withStock() []struct{ client, server harness.Programs } {
	ours, stock := harness.Ours(racing), harness.Stock()
	return []struct{ client, server harness.Programs }{{ours, ours}, {ours, stock}, {stock, ours}}
}

// TestRoaming moves the client to other ports and another address.
func TestRoaming(t *testing.T) {
	t.Parallel()
	for _, pair := range withStock() {
		t.Run(pair.client.Name+" to "+pair.server.Name, func(t *testing.T) {
			t.Parallel()
			s := harness.Start(t, harness.SessionOptions{Client: pair.client, Server: pair.server, Link: "rtt=60ms,loss=5%"})
			s.ExpectPrompt()
			for i, from := range []string{"127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.1"} {
				if err := s.Relay.Roam(netip.MustParseAddr(from)); err != nil {
					t.Fatal(err)
				}
				s.Line("echo mo''ved " + string('a'+rune(i)))
				s.ExpectLine("moved " + string('a'+rune(i)))
			}
			s.Line("exit")
			s.ExpectClean()
		})
	}
}

// TestOutage cuts the network until the user is told, and types meanwhile.
func TestOutage(t *testing.T) {
	t.Parallel()
	for _, pair := range withStock() {
		t.Run(pair.client.Name+" to "+pair.server.Name, func(t *testing.T) {
			t.Parallel()
			s := harness.Start(t, harness.SessionOptions{Client: pair.client, Server: pair.server, Link: "rtt=40ms"})
			s.ExpectPrompt()
			s.Line("echo top; echo be''fore")
			s.ExpectLine("before")
			before := s.Screen()
			s.Relay.Cut()
			bar := s.Expect("Last contact")
			if bar[0] == before[0] {
				t.Errorf("the bar is not on the top line:\n%s", harness.Frame(bar))
			}
			s.Line("echo mean''while")
			s.Relay.Restore()
			s.ExpectLine("meanwhile")
			after := s.ExpectNot("Last contact")
			if after[0] != before[0] {
				t.Errorf("the top line is %q, was %q", after[0], before[0])
			}
			s.Line("exit")
			s.ExpectClean()
		})
	}
}

// TestServerGone kills the server: the user is told, and can leave.
func TestServerGone(t *testing.T) {
	t.Parallel()
	ours := harness.Ours(racing)
	s := harness.Start(t, harness.SessionOptions{Client: ours, Server: ours})
	s.ExpectPrompt()
	signalAll(t, s.Server.Family, os.Kill)
	s.Expect("Last contact")
	s.Type("\x1e.")
	s.ExpectEnd(harness.Patience)
	s.Client.ExpectNone(t, harness.Patience)
	if s.Format("#{alternate_on}") != "0" {
		t.Error("the terminal is left in its alternate screen")
	}
}

// TestClientGone kills the client: the server waits for it, and a signal ends
// the server.
func TestClientGone(t *testing.T) {
	t.Parallel()
	ours := harness.Ours(racing)
	s := harness.Start(t, harness.SessionOptions{Client: ours, Server: ours})
	s.ExpectPrompt()
	signalAll(t, s.Client, os.Kill)
	s.ExpectEnd(harness.Patience)
	signalAll(t, s.Server.Family, syscall.SIGTERM)
	s.Server.Family.ExpectNone(t, harness.Patience)
}

// TestBlocked sends into nothing: after 15 s the user reads why.
func TestBlocked(t *testing.T) {
	t.Parallel()
	ours := harness.Ours(racing)
	s := harness.Start(t, harness.SessionOptions{Client: ours, Server: ours, Link: "loss=100%"})
	s.Expect("Nothing received from server on UDP port")
	began := time.Now()
	if status := s.ExpectEnd(harness.Patience + 15*time.Second); status != 1 {
		t.Errorf("status %d, want 1", status)
	}
	if took := time.Since(began); took < 13*time.Second {
		t.Errorf("gave up after %v, want 15 s", took)
	}
	screen := s.Screen()
	if !screen.Has("UDP port") || !screen.Has("blocked") || !screen.Has("hint: ") {
		t.Errorf("no hint in\n%s", harness.Frame(screen))
	}
}
