//go:build e2e

package e2e

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"gm/e2e/harness"
)

// stock begins the session a.name on gm's server, for a stock client in a terminal.
func (a *account) stock() *harness.Terminal {
	a.t.Helper()
	args := slices.Concat([]string{"server", "new"}, harness.Loopback(), []string{"-@", "gm-name=" + a.name, "--"}, harness.Shell())
	cmd := exec.Command(a.gm, args...)
	cmd.Env = a.env
	out, err := cmd.Output()
	if err != nil {
		a.t.Fatalf("%v: %v", args, err)
	}
	var port, key string
	for line := range strings.Lines(string(out)) {
		fmt.Sscanf(line, "MOSH CONNECT %s %s", &port, &key)
	}
	env := append(slices.Clone(a.env), "MOSH_KEY="+key)
	x := harness.NewTerminal(a.t, harness.TerminalOptions{Env: env}, "mosh-client", "127.0.0.1", port)
	x.ExpectLine("$")
	return x
}

// TestStockClientIsEntered enters the session of a stock client: it is displaced and ends
// cleanly, or both type.
func TestStockClientIsEntered(t *testing.T) {
	t.Parallel()
	for _, role := range []string{"take over", "share"} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, racing)
			stock := a.stock()
			stock.Line("echo fr''om stock")
			stock.ExpectLine("from stock")
			a.expectState("attached", 1)
			args := []string{"attach", "--local", a.name}
			if role == "share" {
				args = append(args, "--share")
			}
			x := a.window(args...)
			x.ExpectLine("from stock")
			x.Line("echo fr''om gm")
			x.ExpectLine("from gm")
			if role == "share" {
				stock.ExpectLine("from gm")
				stock.Line("echo st''ill")
				x.ExpectLine("still")
				a.expectState("attached", 2)
			}
			if role == "take over" {
				expectLeft(t, stock)
				a.expectState("attached", 1)
			}
			a.kill()
		})
	}
}

// TestStockClientIsKilled ends the session of a stock client by its name.
func TestStockClientIsKilled(t *testing.T) {
	t.Parallel()
	a := newAccount(t, racing)
	stock := a.stock()
	a.kill()
	expectLeft(t, stock)
	if screen := stock.Screen(); screen.Has("cleanly") {
		t.Errorf("not clean:\n%s", harness.Frame(screen))
	}
}

// TestStockClientShowsText has programs send pictures, by each protocol, and a placeholder.
// A stock client shows the text around them, and a blank for the placeholder.
func TestStockClientShowsText(t *testing.T) {
	t.Parallel()
	a := newAccount(t, racing)
	stock := a.stock()
	stock.Line(`printf 'a\033Pq#0~\033\\b\033_Ga=T,f=24,s=1,v=1;AAAA\033\\c\033]1337;File=inline=1:AAAA\ad\364\216\273\256\314\205\314\205e\n'`)
	stock.ExpectLine("abcd e")
	a.kill()
}
