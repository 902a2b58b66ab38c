//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"gm/e2e/harness"
)

// freeUDPPort returns a port that was free a moment ago.
func freeUDPPort(t *testing.T) string {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return fmt.Sprint(conn.LocalAddr().(*net.UDPAddr).Port)
}

// beginOn begins a session on a port with the program gm.
func (a *account) beginOn(gm, name, port string) *harness.Terminal {
	a.t.Helper()
	args := append([]string{gm, "--local", "-p", port, "--name=" + name, "--"}, harness.Shell()...)
	return harness.NewTerminal(a.t, harness.TerminalOptions{Env: a.env}, args...)
}

// TestOldAndNewOnOnePort begins sessions of an older gm beside today's. The port of an older
// one cannot be shared, and a shared port serves older clients.
func TestOldAndNewOnOnePort(t *testing.T) {
	t.Parallel()
	a := newAccount(t, racing)
	old := buildCommit(t, oldestSessions)
	own, shared := freeUDPPort(t), freeUDPPort(t)
	first, second, third := a.name+"a", a.name+"b", a.name+"c"

	x := a.beginOn(old, first, own)
	x.ExpectLine("$")
	refused := a.beginOn(a.gm, second, own)
	refused.ExpectEnd(harness.Patience)
	text := strings.Join(strings.Fields(refused.Screen().String()), " ")
	for _, want := range []string{"UDP port " + own + " is in use", "-p takes another one"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}

	y := a.beginOn(a.gm, second, shared)
	y.ExpectLine("$")
	z := a.beginOn(a.gm, third, shared)
	z.ExpectLine("$")
	oldClient := harness.NewTerminal(t, harness.TerminalOptions{Env: a.env}, old, "attach", "--local", "-p", shared, "--share", third)
	oldClient.ExpectLine("$")
	for i, terminal := range []*harness.Terminal{x, y, oldClient} {
		terminal.Line(fmt.Sprintf("echo se''ssion %d", i))
		terminal.ExpectLine(fmt.Sprintf("session %d", i))
	}
	z.ExpectLine("session 2")

	list := harness.NewTerminal(t, harness.TerminalOptions{Env: a.env}, old, "ls")
	for _, name := range []string{first, second, third} {
		list.Expect(name)
	}
	a.name = first
	a.kill(second, third)
}
