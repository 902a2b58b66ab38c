//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// badLink is the link on which clients are killed in the middle of their work.
const badLink = "rtt=100ms,loss=20%"

// vim is an editor without configuration that shows each key at once.
func vim(file string) []string {
	return []string{"vim", "-N", "-u", "NONE", "-i", "NONE", "-n", "--cmd", "set noswapfile ruler showmode", file}
}

// TestClientKilledInVim kills the client while its user types into vim over a bad link, and
// enters the session from another terminal. The screen is that of vim, and the file that is
// saved has each key once.
func TestClientKilledInVim(t *testing.T) {
	t.Parallel()
	a := newAccount(t, racing)
	v := typeIntoVim(t, a)
	x := a.window("attach", "--local", "--link="+badLink, a.name)
	v.goOn(x)
	a.family.ExpectNone(t, harness.Patience)
}

// TestClientKilledInVimOverSSH is the same where the session is entered by a login with SSH,
// from another home.
func TestClientKilledInVimOverSSH(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{Env: []string{"XDG_STATE_HOME=" + harness.TempDir(t)}})
	a := h.account(racing)
	v := typeIntoVim(t, a)
	x := h.gm(racing, nil, "attach", h.Destination(), a.name)
	v.goOn(x)
	a.family.ExpectNone(t, harness.Patience)
	h.clients.ExpectNone(t, harness.Patience)
}

// account returns the account of the host without a login.
func (h *host) account(gm string) *account {
	return newAccount(h.t, gm, append([]string{"HOME=" + h.Home, "XDG_RUNTIME_DIR="}, h.env...)...)
}

// vimWork is a vim whose user has lost its client.
type vimWork struct {
	t      *testing.T
	a      *account
	file   string
	before string // the text that was typed, of which a part has arrived
}

// typeIntoVim begins a session with vim, types text into it, and kills the client
// while some keys are on their way.
func typeIntoVim(t *testing.T, a *account) vimWork {
	t.Helper()
	w := vimWork{t: t, a: a, file: filepath.Join(harness.TempDir(t), "text")}
	x := a.window(append([]string{"--local", "--link=" + badLink, "--name=" + a.name, "--"}, vim(w.file)...)...)
	x.Expect("0,0-1")
	x.Type("i")
	x.Expect("-- INSERT --")
	for i := range 120 {
		word := fmt.Sprintf("a%03d ", i)
		if i%12 == 11 {
			word += "\r"
		}
		w.before += word
		x.Type(word)
	}
	x.Expect("a060")
	signalPID(t, a.client(x), syscall.SIGKILL)
	if status := x.ExpectEnd(harness.Patience); status != 128+9 {
		t.Errorf("status %d, want 137", status)
	}
	return w
}

// goOn types the rest into vim in another terminal, saves the file, and compares it with
// what was typed.
func (w vimWork) goOn(x *harness.Terminal) {
	t := w.t
	t.Helper()
	x.Expect("-- INSERT --")
	// The ruler shows the position of the cursor, which is that behind the last key.
	screen := settle(x, "-- INSERT --")
	col, row := x.Cursor()
	var line, at int
	ruler := screen[23][strings.LastIndex(strings.TrimSuffix(screen[23], "All"), ")")+1:]
	fields := strings.Fields(strings.ReplaceAll(strings.TrimPrefix(ruler, "-- INSERT --"), ",", " "))
	if len(fields) < 2 {
		t.Fatalf("no ruler in\n%s", harness.Frame(screen))
	}
	fmt.Sscan(fields[0], &line)
	fmt.Sscan(fields[1], &at)
	if line != row+1 || at != col+1 {
		t.Errorf("the cursor is at %d,%d and the ruler shows %q", row+1, col+1, ruler)
	}
	x.Type("|the ''rest\r" + strings.Repeat("0123456789", 20) + "\x1b:wq\r")
	if status := x.ExpectEnd(harness.Patience); status != 0 {
		t.Errorf("status %d\n%s", status, harness.Frame(x.Screen()))
	}
	text, err := os.ReadFile(w.file)
	if err != nil {
		t.Fatal(err)
	}
	arrived, rest, _ := strings.Cut(string(text), "|")
	if want := strings.ReplaceAll(w.before, "\r", "\n"); !strings.HasPrefix(want, arrived) || !strings.Contains(arrived, "a060") {
		t.Errorf("before the client was killed vim has got\n%q, of\n%q", arrived, want)
	}
	if want := "the ''rest\n" + strings.Repeat("0123456789", 20) + "\n"; rest != want {
		t.Errorf("after that vim has got\n%q, want\n%q", rest, want)
	}
	shown := strings.Split(arrived, "\n")
	harness.Compare(t, "the screen", screen[:len(shown)], harness.Screen(trimRight(shown)))
}

func trimRight(lines []string) []string {
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}
