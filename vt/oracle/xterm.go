// Package oracle asks xterm what it shows. It needs the programs xterm and Xvfb,
// and knows nothing of our own terminal: it is for tests of that.
package oracle

import (
	"bufio"
	"bytes"
	"fmt"
	"github.com/creack/pty"
	"golang.org/x/term"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// XTerm is an xterm in a display of its own that nobody sees. The test is the
// program inside it.
type XTerm struct {
	t        testing.TB
	display  string
	master   *os.File      // xterm's end of the pty
	inside   *os.File      // what a program in it would have for its terminal
	pages    *os.File      // where it prints to
	printed  *bufio.Reader // what comes of it
	replies  chan []byte
	answered []byte // what came and was not asked for yet
	asked    int
	rows     int
}

// patience is how long an answer may take that comes in milliseconds.
const patience = time.Minute

// Start starts an xterm, which ends with the test.
func Start(t testing.TB, cols, rows int) *XTerm {
	t.Helper()
	x := launch(t, cols, rows)
	x.master.Close() // so that its end is seen
	_, err := term.MakeRaw(int(x.inside.Fd()))
	x.must(err)
	go x.listen()
	x.answer("\n") // the number of its window
	x.Reset()
	x.Look()
	return x
}

// launch starts xterm, with further resources, on a pty whose other end is
// x.inside.
func launch(t testing.TB, cols, rows int, resources ...string) *XTerm {
	t.Helper()
	x := &XTerm{t: t, replies: make(chan []byte, 64), rows: rows, display: StartDisplay(t)}
	pages := filepath.Join(t.TempDir(), "printed")
	x.must(makePipe(pages))
	printed, err := os.OpenFile(pages, os.O_RDWR, 0)
	x.must(err)
	x.pages, x.printed = printed, bufio.NewReader(printed)
	x.master, x.inside, err = pty.Open()
	x.must(err)
	cmd := exec.Command("xterm", arguments(cols, rows, x.inside.Name(), "cat >"+pages, resources)...)
	cmd.Env = append(os.Environ(), "DISPLAY="+x.display, "LC_ALL=C.UTF-8")
	cmd.ExtraFiles = []*os.File{x.master}
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	x.must(cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		x.master.Close()
		x.inside.Close()
		printed.Close()
		if t.Failed() && complaints.Len() > 0 {
			t.Logf("xterm: %s", complaints.Bytes())
		}
	})
	return x
}

// arguments make xterm a VT420 that prints its whole screen with its colours,
// and that obeys a request for another size. It reads a pty's master that is
// open as file 3.
func arguments(cols, rows int, tty, printer string, resources []string) []string {
	args := []string{"-u8", "-geometry", fmt.Sprintf("%dx%d", cols, rows), "-S" + tty + "/3"}
	for _, resource := range append([]string{
		"printAttributes: 2", "printerCommand: " + printer, "boldColors: false", "saveLines: 0", "decTerminalID: 420", "c132: false",
		"allowWindowOps: false", "disallowedWindowOps: 1,2,3,4,5,6,7,9,11,13,14,19,20,21,GetSelection,SetSelection,SetWinLines,SetXprop",
	}, resources...) {
		args = append(args, "-xrm", "XTerm*"+resource)
	}
	return args
}

// StartDisplay starts an X server that shows nothing and returns the name of its
// display. It ends with the test.
func StartDisplay(t testing.TB) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-nolisten", "tcp", "-screen", "0", "2048x1536x24")
	cmd.ExtraFiles = []*os.File{w}
	err = cmd.Start()
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Signal(syscall.SIGTERM); cmd.Wait() })
	r.SetReadDeadline(time.Now().Add(patience))
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}

func (x *XTerm) must(err error) {
	x.t.Helper()
	if err != nil {
		x.t.Fatalf("xterm: %v", err)
	}
}

// listen passes on what xterm sends to the program.
func (x *XTerm) listen() {
	defer close(x.replies)
	for {
		buf := make([]byte, 4096)
		n, err := x.inside.Read(buf)
		if err != nil {
			return
		}
		x.replies <- buf[:n]
	}
}

// answer waits for an answer that ends in end and gives all that came before
// the end.
func (x *XTerm) answer(end string) []byte {
	x.t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		if before, after, found := bytes.Cut(x.answered, []byte(end)); found {
			x.answered = after
			return before
		}
		select {
		case p, ok := <-x.replies:
			if !ok {
				x.t.Fatalf("xterm is gone, without %q", end)
			}
			x.answered = append(x.answered, p...)
		case <-limit.C:
			x.t.Fatalf("xterm answers %q, without %q", x.answered, end)
		}
	}
}

// Write has a program write output. What xterm answers is dropped.
func (x *XTerm) Write(output []byte) {
	x.t.Helper()
	for len(output) > 0 { // in pieces, as replies may have to be taken away
		n := min(len(output), 4096)
		x.send(string(output[:n]))
		output = output[n:]
		x.drop()
	}
}

func (x *XTerm) send(output string) {
	x.t.Helper()
	_, err := x.inside.WriteString(output)
	x.must(err)
}

func (x *XTerm) drop() {
	x.answered = nil
	for {
		select {
		case <-x.replies:
		default:
			return
		}
	}
}

// Reset makes both screens blank and everything else as it was at the start.
func (x *XTerm) Reset() {
	x.t.Helper()
	x.Write([]byte(reset))
}

const reset = "\x18\x1b<\x1b[64;1\"p\x1bc\x1b[?47h\x1bc\x1b[?47h\x1b[2J\x1b7\x1b[?47l\x1bc"

// Page is what xterm shows.
type Page struct {
	Text   []byte // lines that end in CR LF, with SGR, of as many columns and rows as there are
	Cursor string // column and row as in CPR: "1;1"
}

// Look ends a sequence that is not finished (CAN) and gives what is shown then.
// After it, DECPEX (?19) is set.
func (x *XTerm) Look() Page {
	x.t.Helper()
	number := x.number()
	x.send(look(number))
	return x.seen(number)
}

// LookAt gives what is shown after output, written after a reset. It takes less
// time than Reset, Write and Look, but no answers to output must be longer than
// 1000 bytes.
func (x *XTerm) LookAt(output []byte) Page {
	x.t.Helper()
	number := x.number()
	x.send(reset + string(output) + look(number))
	return x.seen(number)
}

// number gives the next look its number.
func (x *XTerm) number() int {
	x.asked++
	return x.asked
}

// look asks for a colour, another one each time, so that the answers to what
// was written before are not taken for those to what comes now: where the cursor
// is, and the page.
func look(number int) string {
	return fmt.Sprintf("\x18\x1b]4;%d;?\a\x1b[6n\x1b<\x1b[?19h\x1b[i", color(number))
}

func color(number int) int { return 16 + number%200 }

// seen gives what look asked for.
func (x *XTerm) seen(number int) Page {
	x.t.Helper()
	x.answer(fmt.Sprintf("]4;%d;rgb:", color(number)))
	cursor := x.answer("R")
	return Page{Text: x.page(), Cursor: string(cursor[bytes.LastIndexByte(cursor, '[')+1:])}
}

// page reads as many lines as there are rows. For the right half of a wide
// character xterm prints U+FFFF.
func (x *XTerm) page() (text []byte) {
	x.t.Helper()
	x.pages.SetReadDeadline(time.Now().Add(patience))
	for range x.rows {
		line, err := x.printed.ReadBytes('\n')
		x.must(err)
		text = append(text, bytes.ReplaceAll(line, []byte("\uffff"), nil)...)
	}
	return text
}

// Resize makes the window as large as so many cells.
func (x *XTerm) Resize(cols, rows int) {
	x.t.Helper()
	x.Look() // all answers to earlier questions have come
	x.send(fmt.Sprintf("\x1b[8;%d;%dt", rows, cols))
	for limit := time.Now().Add(patience); ; {
		x.send("\x1b[18t")
		got := x.answer("t")
		if bytes.HasSuffix(got, fmt.Appendf(nil, "[8;%d;%d", rows, cols)) {
			x.rows = rows
			return
		}
		if time.Now().After(limit) {
			x.t.Fatalf("xterm answers %q after a resize to %dx%d", got, cols, rows)
		}
	}
}

// Ask writes output, and returns what xterm answers to it.
func (x *XTerm) Ask(output string) string {
	x.t.Helper()
	x.Look() // all answers to earlier questions have come
	x.send(output + "\x1b[5n")
	return string(x.answer("\x1b[0n"))
}
