//go:build e2e && unix

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"gm/e2e/harness"
)

// TestCleanEndsOnLossyLink quits repeatedly on a link that loses 30%: each time the
// server confirms the end.
func TestCleanEndsOnLossyLink(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			for range 3 {
				d.local(plain, "--link=rtt=200ms,loss=30%")
				d.Type("\x1e.")
				d.expectPrompt()
				d.Line("clear; echo st''atus $?")
				if screen := d.Expect("status "); !screen.HasLine("status 0") || screen.Has("cleanly") {
					t.Fatalf("not clean:\n%s", harness.Frame(screen))
				}
				harness.Until(t, "end of the server", harness.Patience, func() bool { return len(d.family.Processes()) == 1 }, nil)
			}
		})
	}
}

// TestCleanEndsWithMosh does the same between gm and mosh: a stock client is
// answered as often as it asks, and gm's client ends cleanly with a stock server's
// program. (A stock server answers once and goes.)
func TestCleanEndsWithMosh(t *testing.T) {
	t.Parallel()
	ours, stock := harness.Ours(plain), harness.Stock()
	for _, c := range []struct {
		name           string
		client, server harness.Programs
		end            func(s *harness.Session)
	}{
		{"stock client quits", stock, ours, func(s *harness.Session) { s.Type("\x1e.") }},
		{"program of a stock server ends", ours, stock, func(s *harness.Session) { s.Line("exit") }},
		{"program ends before a stock client", stock, ours, func(s *harness.Session) { s.Line("exit") }},
	} {
		for i := range 3 {
			t.Run(fmt.Sprint(c.name, " ", i), func(t *testing.T) {
				t.Parallel()
				s := harness.Start(t, harness.SessionOptions{Client: c.client, Server: c.server, Link: "rtt=60ms,loss=30%"})
				s.ExpectPrompt()
				c.end(s)
				s.ExpectClean()
				if screen := s.Screen(); screen.Has("cleanly") {
					t.Errorf("not clean:\n%s", harness.Frame(screen))
				}
			})
		}
	}
}

// closings are moments at which a terminal is closed.
var closings = []func(w *closedWindow){
	func(w *closedWindow) {},
	func(w *closedWindow) { w.until("the server", func() bool { return len(w.family.Processes()) > 1 }) },
	func(w *closedWindow) { w.until("output", func() bool { return w.shown() > 0 }) },
	func(w *closedWindow) { w.until("output", func() bool { return w.shown() > 0 }); w.resize() },
	func(w *closedWindow) { w.until("a prompt", func() bool { return w.shows("$ ") }) },
	func(w *closedWindow) { w.until("a prompt", func() bool { return w.shows("$ ") }); w.resize() },
	func(w *closedWindow) { w.quit() },
	func(w *closedWindow) { w.until("output", func() bool { return w.shown() > 0 }); w.quit() },
}

// TestClosedTerminals closes terminals in which gm runs, or quits it, early and
// late: after the minute that a server waits for its first client nothing is left.
func TestClosedTerminals(t *testing.T) {
	t.Parallel()
	const times = 5
	var families []harness.Family
	for range times {
		var all sync.WaitGroup
		for _, closing := range closings {
			w := openWindow(t)
			families = append(families, w.family)
			all.Go(func() {
				closing(w)
				w.master.Close()
			})
		}
		all.Wait()
	}
	for _, f := range families {
		f.ExpectNone(t, 90*time.Second)
	}
}

// closedWindow is a terminal with gm in it, which is to be closed.
type closedWindow struct {
	t      *testing.T
	pid    int // of gm
	master *os.File
	family harness.Family
	// answers reports whether the terminal answers the queries for its attributes and for
	// the cursor's position, after which gm waits for no other reply.
	answers  bool
	answered int // bytes of output, without the beginning of another query
	mutex    sync.Mutex
	output   strings.Builder
}

func openWindow(t *testing.T) *closedWindow {
	t.Helper()
	family := harness.NewFamily(t)
	args := append([]string{"--local", "--"}, harness.Shell()...)
	return openWindowOf(t, false, family, append(harness.Environment(t), family.Env()), append([]string{plain}, args...)...)
}

// openWindowOf opens a terminal in which a command of a family runs, and which answers
// queries or not.
func openWindowOf(t *testing.T, answers bool, family harness.Family, env []string, command ...string) *closedWindow {
	t.Helper()
	w := &closedWindow{t: t, family: family, answers: answers}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = append(slices.Clone(env), "TERM=xterm-256color")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	blocking, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer blocking.Close()
	w.pid = cmd.Process.Pid
	go cmd.Wait()
	// Of a descriptor that blocks, a read under way would put off the closing.
	fd, err := unix.FcntlInt(blocking.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.master = os.NewFile(uintptr(fd), "pty")
	go w.read()
	return w
}

func (w *closedWindow) read() {
	buf := make([]byte, 4096)
	for {
		n, err := w.master.Read(buf)
		if err != nil {
			return
		}
		w.mutex.Lock()
		w.output.Write(buf[:n])
		output := w.output.String()
		w.mutex.Unlock()
		if w.answers {
			w.answer(output)
		}
	}
}

// answer answers the queries in output that were not answered before.
func (w *closedWindow) answer(output string) {
	for {
		rest := output[w.answered:]
		at := [...]int{strings.Index(rest, "\x1b[c"), strings.Index(rest, "\x1b[6n")}
		switch {
		case at[0] < 0 && at[1] < 0:
			w.answered = max(w.answered, len(output)-len("\x1b[6"))
			return
		case at[1] < 0 || 0 <= at[0] && at[0] < at[1]:
			w.master.WriteString(attributes)
			w.answered += at[0] + len("\x1b[c")
		case strings.HasSuffix(output[:w.answered+at[1]], "\x1b[9999;9999H"):
			w.master.WriteString("\x1b[24;80R")
			w.answered += at[1] + len("\x1b[6n")
		default:
			w.master.WriteString("\x1b[1;3R")
			w.answered += at[1] + len("\x1b[6n")
		}
	}
}

func (w *closedWindow) shown() int {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.output.Len()
}

func (w *closedWindow) shows(text string) bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return strings.Contains(w.output.String(), text)
}

func (w *closedWindow) until(what string, ok func() bool) {
	w.t.Helper()
	harness.Until(w.t, what, harness.Patience, ok, func() string {
		w.mutex.Lock()
		defer w.mutex.Unlock()
		return fmt.Sprintf("%q", w.output.String())
	})
}

func (w *closedWindow) resize() { pty.Setsize(w.master, &pty.Winsize{Cols: 90, Rows: 30}) }

// quit types Ctrl-^ and a period until gm has gone, as the first ones may come
// before it reads keys.
func (w *closedWindow) quit() {
	w.until("the end", func() bool {
		w.master.WriteString("\x1e.")
		return w.shows("exiting.]")
	})
}
