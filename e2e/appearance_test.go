//go:build e2e && unix

package e2e

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"gm/e2e/harness"
)

// outer is a terminal of 80x24 played by the test, which reads all output and chooses
// its answers.
type outer struct {
	t      *testing.T
	master *os.File
	slave  *os.File
	seen   string
	output chan string
	ended  chan int // the exit status
}

// newOuter runs command, which knows the terminal by the name in term.
func newOuter(t *testing.T, term string, size pty.Winsize, command ...string) *outer {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	size.Cols, size.Rows = 80, 24
	if err := pty.Setsize(master, &size); err != nil {
		t.Fatal(err)
	}
	family := harness.NewFamily(t)
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = slices.Concat(harness.Environment(t), []string{family.Env(), "TERM=" + term})
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	o := &outer{t: t, master: master, slave: slave, output: make(chan string, 1024), ended: make(chan int, 1)}
	t.Cleanup(func() { slave.Close(); master.Close() })
	t.Cleanup(func() { family.ExpectNone(t, harness.Patience) })
	go func() {
		cmd.Wait()
		o.ended <- cmd.ProcessState.ExitCode()
	}()
	go func() {
		for {
			b := make([]byte, 4096)
			n, err := master.Read(b)
			if err != nil {
				return
			}
			o.output <- string(b[:n])
		}
	}()
	return o
}

// sees waits for text in the output.
func (o *outer) sees(text string) {
	o.t.Helper()
	late := time.After(harness.Patience)
	for !strings.Contains(o.seen, text) {
		select {
		case s := <-o.output:
			o.seen += s
		case <-late:
			o.t.Fatalf("no %q in %q", text, o.seen)
		}
	}
}

func (o *outer) types(text string) {
	o.t.Helper()
	if _, err := o.master.WriteString(text); err != nil {
		o.t.Fatal(err)
	}
}

func (o *outer) exits() {
	o.t.Helper()
	select {
	case status := <-o.ended:
		if status != 0 {
			o.t.Errorf("the status is %d", status)
		}
	case <-time.After(harness.Patience):
		o.t.Fatalf("no end after %q", o.seen)
	}
}

const attributes = "\x1b[?64;22c" // the answer to DA1

// question reads keys, queries the terminal for its background, its size in pixels and
// its capabilities, and prints all answers as cat -v does.
const question = `stty raw -echo; printf 'ready\r\n'
show() { dd bs=1 count=$1 2>/dev/null | cat -v; }
echo "keys $(show 6)."
printf '\033]11;?\007'; echo "colour $(show 24)."
printf '\033[14t'; echo "pixels $(show 13)."
printf '\033[?u\033[?1016$p\033[?2004$p'; echo "rest $(show 27)."`

// TestAppearance has a terminal of its own colours, which a program in the
// session is told at once, and keys typed between its replies.
func TestAppearance(t *testing.T) {
	t.Parallel()
	o := newOuter(t, "xterm-256color", pty.Winsize{X: 1284, Y: 724}, racing, "--local", "--", "sh", "-c", question)
	o.sees("\x1b[c")
	o.types("ab\x1b]10;rgb:0000/0000/0000\a\x1b[A\x1b]11;rgb:1212/")
	o.types("3434/5656\a\x1b[?0u\x1b[?2004;2$y\x1b[4;720;1280t" + attributes + "z")
	for _, want := range []string{
		"keys ab^[[Az.", "colour ^[]11;rgb:1212/3434/5656^G.", "pixels ^[[4;720;1280t.", "rest ^[[?0u^[[?1016;0$y^[[?2004;2$y.",
	} {
		o.sees(want)
	}
	o.exits()
}

// TestAppearanceNotAsked has terminals that would print the questions, and a
// server that does not want to know.
func TestAppearanceNotAsked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ term, server string }{
		{"dumb", racing + " server"}, {"linux", racing + " server"}, {"vt100", racing + " server"}, {"xterm", "mosh-server"},
	} {
		t.Run(c.term, func(t *testing.T) {
			t.Parallel()
			o := newOuter(t, c.term, pty.Winsize{}, racing, "--local", "--server="+c.server, "--", "sh", "-c", "read key; echo got-$key; cat")
			o.types("k\r")
			o.sees("got-k")
			o.types("\x1e.")
			o.exits()
			for _, asked := range []string{"\x1b]11;?", "\x1b[c", "\x1b[14t"} {
				if strings.Contains(o.seen, asked) {
					t.Errorf("asked %q", asked)
				}
			}
		})
	}
}

// TestAppearanceTooLate ends a session before the terminal has answered: no answer is
// left for the next program that reads the terminal.
func TestAppearanceTooLate(t *testing.T) {
	t.Parallel()
	o := newOuter(t, "xterm-256color", pty.Winsize{}, plain, "--local", "--", "true")
	o.sees("\x1b[c")
	o.sees("\x1b[23;0t")
	o.types("\x1b]11;rgb:1212/3434/5656\a" + attributes)
	o.exits()
	o.types("next\r")
	line := make([]byte, 100)
	n, err := o.slave.Read(line)
	if got := string(line[:n]); got != "next\n" {
		t.Errorf("the next program reads %q, %v", got, err)
	}
}
