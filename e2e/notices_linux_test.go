//go:build e2e

package e2e

import (
	"net/netip"
	"slices"
	"strconv"
	"testing"

	"gm/e2e/harness"
)

// TestNetworkGone removes the user's network: the bar names the cause until it is back.
func TestNetworkGone(t *testing.T) {
	t.Parallel()
	here, there := newHosts(t)
	ours := harness.Ours(racing)
	client := ours.Client
	ours.Server = append(there.Enter(), ours.Server...)
	s := &harness.Session{Server: harness.StartServer(t, ours, []string{"-p", "0"}, harness.Shell()), Client: harness.NewFamily(t)}
	env := append(harness.Environment(t), s.Client.Env(), "MOSH_KEY="+s.Server.Key)
	at := netip.AddrPortFrom(netip.MustParseAddr("10.99.0.1"), s.Server.Addr.Port())
	command := slices.Concat(here.Enter(), client, []string{at.Addr().String(), strconv.Itoa(int(at.Port()))})
	s.Terminal = harness.NewTerminal(t, harness.TerminalOptions{Env: env}, command...)
	s.Until("prompt", harness.Patience, func(screen harness.Screen) bool { return screen.HasLine("$") })
	s.Line(`clear; printf 'top \346\274\242\345\255\227\n'`)
	before := s.Until("top line", harness.Patience, func(screen harness.Screen) bool { return screen[0] == "top 漢字" && screen[1] == "$" })
	here.IP("link set cable down")
	s.Type("x")
	s.Expect("gm: Cannot send: network is unreachable. [To quit: Ctrl-^ .]")
	s.Expect("seconds ago: network is unreachable. [To quit: Ctrl-^ .]")
	here.IP("link set cable up")
	s.Until("screen as before", harness.Patience, func(screen harness.Screen) bool { return screen[0] == before[0] && screen[1] == "$ x" })
	s.Press("BSpace")
	s.Line("exit")
	s.ExpectClean()
}

// TestStatistics opens the panel, which goes with the next key and leaves
// nothing behind.
func TestStatistics(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.local(racing)
	d.Line("clear; seq 1 20; stty -echo; cat >/dev/null")
	before := d.Until("numbers", harness.Patience, func(screen harness.Screen) bool { return screen[19] == "20" })
	d.Type("\x1e")
	d.Expect(". ends, d detaches, ? status, C # forwards, ^ sends Ctrl-^")
	d.Type("?")
	panel := d.Expect("extensions  screen appearance ")
	for _, text := range []string{"server      127.0.0.1, UDP port ", "this side   127.0.0.1, UDP port ", "round trip  ", "Any key closes this."} {
		if !panel.Has(text) {
			t.Errorf("no %q in\n%s", text, harness.Frame(panel))
		}
	}
	d.Type("q")
	after := d.ExpectNot("extensions")
	harness.Compare(t, "after the panel", after, before)
}
