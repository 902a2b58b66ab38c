//go:build e2e

package e2e

import (
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gm/e2e/harness"
)

// desk is a user's shell in a terminal, from which gm is run.
type desk struct {
	*harness.Terminal
	t      *testing.T
	family harness.Family
}

func newDesk(t *testing.T, env ...string) *desk {
	t.Helper()
	d := &desk{t: t, family: harness.NewFamily(t)}
	env = slices.Concat(harness.Environment(t), []string{d.family.Env()}, env)
	d.Terminal = harness.NewTerminal(t, harness.TerminalOptions{Env: env}, "env", "PS1=desk> ", "bash", "--norc", "--noprofile")
	d.ExpectLine("desk>")
	return d
}

// local opens a session on this machine with a shell in it.
func (d *desk) local(gm string, args ...string) {
	d.t.Helper()
	d.Line(strings.Join(slices.Concat([]string{gm, "--local"}, args, []string{"--"}, quoted(harness.Shell())), " "))
	d.ExpectLine("$")
}

// expectPrompt waits until the desk's shell has the terminal again.
func (d *desk) expectPrompt() {
	d.t.Helper()
	d.Until("prompt", harness.Patience, func(screen harness.Screen) bool {
		col, row := d.Cursor()
		return col == len("desk> ") && screen[row] == "desk>"
	})
}

func quoted(words []string) (out []string) {
	for _, w := range words {
		out = append(out, "'"+w+"'")
	}
	return out
}

// TestLocal runs a local session, a newcomer's first command, and checks its exit
// status.
func TestLocal(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.local(racing)
	d.Line("echo te''rm=$TERM size=$(stty size)")
	d.ExpectLine("term=xterm-256color size=24 80")
	d.Line("exit")
	d.expectPrompt()
	d.Line("echo st''atus $?")
	d.ExpectLine("status 0")
	d.Line("exit")
	d.ExpectEnd(harness.Patience)
	d.family.ExpectNone(t, harness.Patience)
}

// waysOut are the ways out of a session.
var waysOut = []struct {
	name string
	end  func(d *desk)
}{
	{"exit", func(d *desk) { d.Line("exit") }},
	{"escape", func(d *desk) { d.Type("\x1e.") }},
	{"terminated", func(d *desk) { d.signalClient(syscall.SIGTERM) }},
	{"hung up", func(d *desk) { d.signalClient(syscall.SIGHUP) }},
	{"interrupted", func(d *desk) { d.signalClient(syscall.SIGINT) }},
}

// TestTerminalRestored compares the terminal before and after each way out.
func TestTerminalRestored(t *testing.T) {
	t.Parallel()
	for _, way := range waysOut {
		for _, scrollback := range []string{"native", "off"} {
			t.Run(way.name+"/"+scrollback, func(t *testing.T) {
				t.Parallel()
				d := newDesk(t)
				d.Line("bind 'set enable-bracketed-paste off'; clear; before=$(stty -g); echo ke''pt")
				d.ExpectLine("kept")
				d.local(racing, "--scrollback="+scrollback)
				d.Line(`printf '\033[?2004h\033[?1003h\033[?1006h\033[?25l\033[31mhid''den\033[?1h\033='`)
				d.Expect("hidden")
				d.ExpectFormat("#{mouse_all_flag}#{cursor_flag}", "10")
				way.end(d)
				d.ExpectFormat("#{alternate_on}#{mouse_any_flag}#{mouse_sgr_flag}#{cursor_flag}#{keypad_cursor_flag}#{keypad_flag}", "000100")
				d.expectPrompt()
				transcript := d.Transcript()
				if !transcript.HasLine("kept") {
					t.Errorf("what was there before is gone:\n%s", harness.Frame(transcript))
				}
				if left := transcript.Has("hidden"); left != (way.name == "exit" || scrollback == "native") {
					t.Errorf("what the session showed is left: %v\n%s", left, harness.Frame(transcript))
				}
				if transcript.Has("To quit:") {
					t.Errorf("the bar is left:\n%s", harness.Frame(transcript))
				}
				d.Line(`test "$before" = "$(stty -g)" && echo same''as || stty -a`)
				d.ExpectLine("sameas")
				d.Line("echo rea''dy; cat -v")
				d.ExpectLine("ready")
				d.Paste("plain paste")
				d.ExpectLine("plain paste")
				if d.Screen().Has("200~") {
					t.Error("bracketed paste is still on")
				}
			})
		}
	}
}

// signalClient signals gm's client, which is the one that is not a server.
func (d *desk) signalClient(signal os.Signal) {
	d.t.Helper()
	for _, p := range d.family.Processes() {
		if p.Command[0] == racing && len(p.Command) > 1 && p.Command[1] == "--local" {
			signalPID(d.t, p.PID, signal)
			return
		}
	}
	d.t.Fatalf("no client among %v", d.family.Processes())
}

// TestSuspend stops the client by its escape key, uses the shell, and goes on.
func TestSuspend(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Line("before=$(stty -g)")
	d.local(racing)
	d.Line("echo in''side")
	d.ExpectLine("inside")
	d.Type("\x1e\x1a")
	d.Expect("Stopped")
	d.expectPrompt()
	d.ExpectFormat("#{alternate_on}", "0")
	d.Line(`test "$before" = "$(stty -g)" && echo same''as`)
	d.ExpectLine("sameas")
	d.Line("fg")
	d.ExpectLine("inside")
	d.Line("echo ag''ain")
	d.ExpectLine("again")
	if n := strings.Count(d.Transcript().String(), "inside"); n != 1 {
		t.Errorf("a line from before is there %d times:\n%s", n, harness.Frame(d.Transcript()))
	}
	d.Line("exit")
	d.expectPrompt()
}

// TestEscapeHelp lists the commands while the escape key waits for its second
// key, and sends the key itself.
func TestEscapeHelp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.local(racing)
	d.Line("echo rea''dy; cat -v")
	d.ExpectLine("ready")
	d.Type("\x1e")
	d.Expect(". ends, d detaches")
	d.Type("^\r")
	d.ExpectLine("^^")
	d.ExpectNot("d detaches")
}

// TestTitlePrefix marks titles, unless the user does not want it.
func TestTitlePrefix(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		env  []string
		want string
	}{{nil, "[gm] here"}, {[]string{"MOSH_TITLE_NOPREFIX=1"}, "here"}} {
		d := newDesk(t, c.env...)
		d.local(racing)
		d.Line(`printf '\033]2;here\007'`)
		d.ExpectFormat("#{pane_title}", c.want)
	}
}

// TestNoTerminal expects an error that names the cause where no session is possible.
func TestNoTerminal(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Line(racing + " --local </dev/null >/dev/null; echo st''atus $?")
	screen := d.Expect("status ")
	if screen.HasLine("status 0") || !screen.Has("gm: ") {
		t.Errorf("no error in\n%s", harness.Frame(screen))
	}
}

// TestLocalLink is what somebody runs to feel prediction: a session over a bad
// network that gm itself pretends.
func TestLocalLink(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.local(racing, "--link", "rtt=600ms,jitter=20ms,loss=20%,rate=256k", "--predict=never")
	began := time.Now()
	d.Line("echo ov''er it")
	d.ExpectLine("over it")
	if took := time.Since(began); took < 600*time.Millisecond {
		t.Errorf("an answer came after %v, over a round trip of 600 ms", took)
	}
	d.Line("exit")
	d.expectPrompt()
	d.Line("clear; " + racing + " --link rtt=1s host; echo st''atus $?")
	screen := d.ExpectLine("status 255")
	if !screen.HasLine("gm: --link goes with --local only") || !screen.Has("hint: ") {
		t.Errorf("no error in\n%s", harness.Frame(screen))
	}
	d.Line("exit")
	d.ExpectEnd(harness.Patience)
	d.family.ExpectNone(t, harness.Patience)
}
