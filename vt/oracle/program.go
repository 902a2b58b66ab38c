package oracle

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/creack/pty"
)

// Program is an xterm that runs a program.
type Program struct{ x *XTerm }

// StartProgram starts an xterm, with additional resources ("alternateScroll: true"),
// and cmd in it. The program must have ended by the end of the test.
func StartProgram(t testing.TB, cols, rows int, cmd *exec.Cmd, resources ...string) *Program {
	t.Helper()
	p := &Program{launch(t, cols, rows, resources...)}
	window, err := bufio.NewReader(p.x.inside).ReadString('\n')
	if err != nil {
		t.Fatalf("xterm has no window: %v", err)
	}
	t.Logf("xterm's window is %s", window)
	controlling(cmd)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.x.inside, p.x.inside, p.x.inside
	p.x.must(cmd.Start())
	return p
}

// Display returns the name of the X server's display.
func (p *Program) Display() string { return p.x.display }

// Type sends bytes to the program as a keyboard does.
func (p *Program) Type(text string) {
	p.x.t.Helper()
	_, err := p.x.master.WriteString(text)
	p.x.must(err)
}

// Page returns Page.Text. The program is not involved.
func (p *Program) Page() []byte {
	p.x.t.Helper()
	return p.print("\x1b[?19h\x1b[i")
}

// print writes a request for a page and returns the page. The program may have written the
// first part of a sequence before the request, which is lost then, and is repeated.
func (p *Program) print(request string) []byte {
	p.x.t.Helper()
	for range replyTimeout / repeatAfter {
		p.x.send(request)
		text, err := p.x.printedPage(repeatAfter)
		switch {
		case err == nil:
			return text
		case len(text) > 0: // xterm is slow
			return append(text, p.x.page()...)
		}
	}
	p.x.t.Fatalf("xterm prints nothing within %v", replyTimeout)
	return nil
}

// repeatAfter is the time after which a request for a page is repeated.
const repeatAfter = 15 * time.Second

// Pages returns the saved lines and the screen in the format of Page (ctlseqs: MC 11
// prints all pages). The program is not involved.
func (p *Program) Pages() []byte {
	p.x.t.Helper()
	return p.print("\x1b[?19h\x1b[?11i")
}

// Resize resizes the window to cols by rows cells.
func (p *Program) Resize(cols, rows int) {
	p.x.t.Helper()
	p.x.send(fmt.Sprintf("\x1b[8;%d;%dt", rows, cols))
	for limit := time.Now().Add(replyTimeout); ; time.Sleep(time.Millisecond) {
		size, err := pty.GetsizeFull(p.x.inside)
		p.x.must(err)
		if int(size.Cols) == cols && int(size.Rows) == rows {
			return
		}
		if time.Now().After(limit) {
			p.x.t.Fatalf("xterm is %dx%d after a resize to %dx%d", size.Cols, size.Rows, cols, rows)
		}
	}
}

// Run runs xdotool with the arguments on xterm's display.
func (p *Program) Run(words ...string) {
	p.x.t.Helper()
	cmd := exec.Command("xdotool", words...)
	cmd.Env = append(os.Environ(), "DISPLAY="+p.x.display)
	if out, err := cmd.CombinedOutput(); err != nil {
		p.x.t.Fatalf("xdotool %q: %v: %s", words, err, out)
	}
}
