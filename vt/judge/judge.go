// Package judge asks xterm what it shows. It needs the programs xterm and Xvfb,
// and knows nothing of our own terminal: it is for tests of that.
package judge

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"
)

// XTerm is an xterm in a display of its own that nobody sees. The test is the
// program inside it.
type XTerm struct {
	t       testing.TB
	inside  *os.File      // what a program in it would have for its terminal
	printed *bufio.Reader // the pages that it prints
	replies chan []byte
	asked   int
}

// patience is how long an answer may take that comes in milliseconds.
const patience = 30 * time.Second

// Start starts an xterm, which ends with the test.
func Start(t testing.TB, cols, rows int) *XTerm {
	t.Helper()
	x := &XTerm{t: t, replies: make(chan []byte, 64)}
	display := startDisplay(t)
	pages := filepath.Join(t.TempDir(), "printed")
	x.must(makePipe(pages))
	printed, err := os.OpenFile(pages, os.O_RDWR, 0)
	x.must(err)
	x.printed = bufio.NewReader(printed)
	master, inside, err := pty.Open()
	x.must(err)
	x.inside = inside
	_, err = term.MakeRaw(int(inside.Fd()))
	x.must(err)
	cmd := exec.Command("xterm", arguments(cols, rows, inside.Name(), "cat >"+pages)...)
	cmd.Env = append(os.Environ(), "DISPLAY="+display, "LC_ALL=C.UTF-8")
	cmd.ExtraFiles = []*os.File{master}
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	x.must(cmd.Start())
	master.Close()
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		inside.Close()
		printed.Close()
		if t.Failed() && complaints.Len() > 0 {
			t.Logf("xterm: %s", complaints.Bytes())
		}
	})
	go x.listen()
	x.answer([]byte("\n")) // the number of its window
	x.Reset()
	x.t.Logf("%q", x.Look())
	return x
}

// arguments make xterm a VT420 that prints its whole screen with its colours,
// and that obeys a request for another size. It reads a pty's master that is
// open as file 3.
func arguments(cols, rows int, tty, printer string) []string {
	args := []string{"-u8", "-geometry", fmt.Sprintf("%dx%d", cols, rows), "-S" + tty + "/3"}
	for _, resource := range []string{
		"printAttributes: 2", "printerCommand: " + printer, "boldColors: false", "decTerminalID: 420", "c132: false",
		"allowWindowOps: false", "disallowedWindowOps: 1,2,3,4,5,6,7,9,11,13,14,19,20,21,GetSelection,SetSelection,SetWinLines,SetXprop",
	} {
		args = append(args, "-xrm", "XTerm*"+resource)
	}
	return args
}

// startDisplay gives the name of a new display.
func startDisplay(t testing.TB) string {
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

// answer waits for an answer that has part in it and gives all that came.
func (x *XTerm) answer(part []byte) (all []byte) {
	x.t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for !bytes.Contains(all, part) {
		select {
		case p, ok := <-x.replies:
			if !ok {
				x.t.Fatalf("xterm is gone, without %q", part)
			}
			all = append(all, p...)
		case <-limit.C:
			x.t.Fatalf("xterm answers %q, without %q", all, part)
		}
	}
	return all
}

// Write has a program write output. What xterm answers is dropped.
func (x *XTerm) Write(output []byte) {
	x.t.Helper()
	for len(output) > 0 { // in pieces, as replies may have to be taken away
		n := min(len(output), 4096)
		_, err := x.inside.Write(output[:n])
		x.must(err)
		output = output[n:]
		x.drop()
	}
}

func (x *XTerm) drop() {
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
	x.Write([]byte("\x18\x1b<\x1b[64;1\"p\x1bc\x1b[?47h\x1bc\x1b[?47h\x1b[2J\x1b7\x1b[?47l\x1bc"))
}

// Page is what xterm shows.
type Page struct {
	Text   []byte // lines that end in CR LF, with SGR, of as many columns and rows as there are
	Cursor string // column and row as in CPR: "1;1"
}

// Look ends a sequence that is not finished (CAN) and gives what is shown then.
// After it, DECPEX (?19) is set.
func (x *XTerm) Look() Page {
	x.t.Helper()
	x.asked++
	x.sync("\x18")
	x.Write([]byte("\x1b[6n"))
	cursor, _, _ := bytes.Cut(x.answer([]byte("R")), []byte("R"))
	mark := fmt.Sprintf("MARK %d\r\n", x.asked)
	x.Write([]byte("\x1b<\x1b[?19h\x1b[i\x1b[5i" + mark + "\x1b[4i"))
	return Page{Text: x.page(mark), Cursor: string(cursor[bytes.LastIndexByte(cursor, '[')+1:])}
}

// sync writes output and waits until xterm has read it, and all before. It asks
// for a colour, another one each time, so that no earlier answer is taken for
// the right one.
func (x *XTerm) sync(output string) {
	x.t.Helper()
	color := strconv.Itoa(16 + x.asked%200)
	x.Write([]byte(output + "\x1b]4;" + color + ";?\a"))
	x.answer([]byte("]4;" + color + ";rgb:"))
}

// page reads up to the mark. For the right half of a wide character xterm
// prints U+FFFF.
func (x *XTerm) page(mark string) []byte {
	x.t.Helper()
	done := time.AfterFunc(patience, func() { panic("xterm does not print") })
	defer done.Stop()
	var text []byte
	for !bytes.HasSuffix(text, []byte(mark)) {
		line, err := x.printed.ReadBytes('\n')
		x.must(err)
		text = append(text, line...)
	}
	text = bytes.TrimSuffix(text, []byte(mark))
	return []byte(strings.NewReplacer("\uffff", "", "\f", "").Replace(string(text)))
}

// Resize makes the window as large as so many cells.
func (x *XTerm) Resize(cols, rows int) {
	x.t.Helper()
	want := fmt.Appendf(nil, "\x1b[8;%d;%dt", rows, cols)
	x.Write(want)
	for limit := time.Now().Add(patience); ; {
		x.Write([]byte("\x1b[18t"))
		got := x.answer([]byte("t"))
		if bytes.Contains(got, want) {
			return
		}
		if time.Now().After(limit) {
			x.t.Fatalf("xterm answers %q after a resize to %dx%d", got, cols, rows)
		}
	}
}
