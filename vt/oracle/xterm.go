// Package oracle runs xterm and kitty as test oracles: tests compare their screens and replies with
// those of package vt. It needs the programs xterm, kitty and Xvfb, and does not import vt.
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

// XTerm is an xterm on an invisible display of its own. The test acts as the program
// inside it.
type XTerm struct {
	t       testing.TB
	display string
	master  *os.File      // xterm's side of the pty
	inside  *os.File      // the side that a program in xterm would have
	pages   *os.File      // the pipe that xterm prints pages to
	printed *bufio.Reader // reads pages
	replies chan []byte
	pending []byte // replies received and not yet consumed
	looks   int    // number of looks so far
}

// replyTimeout bounds the time for a reply. Replies normally take milliseconds.
const replyTimeout = time.Minute

// Start starts an xterm, with additional resources, that ends with the test.
func Start(t testing.TB, cols, rows int, resources ...string) *XTerm {
	t.Helper()
	x := launch(t, cols, rows, resources...)
	x.master.Close() // so that reads fail when xterm exits
	_, err := term.MakeRaw(int(x.inside.Fd()))
	x.must(err)
	go x.readReplies()
	x.reply("\n") // xterm writes its window ID first
	x.Reset()
	x.Look()
	return x
}

func launch(t testing.TB, cols, rows int, resources ...string) *XTerm {
	t.Helper()
	x := &XTerm{t: t, replies: make(chan []byte, 64), display: StartDisplay(t)}
	pages := filepath.Join(t.TempDir(), "printed")
	x.must(makePipe(pages))
	printed, err := os.OpenFile(pages, os.O_RDWR, 0)
	x.must(err)
	x.pages, x.printed = printed, bufio.NewReader(printed)
	x.master, x.inside, err = pty.Open()
	x.must(err)
	cmd := exec.Command("xterm", arguments(cols, rows, x.inside.Name(), printer+pages, resources)...)
	cmd.Env = append(os.Environ(), "DISPLAY="+x.display, "LC_ALL=C.UTF-8")
	cmd.ExtraFiles = []*os.File{x.master}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	x.must(cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		x.master.Close()
		x.inside.Close()
		printed.Close()
		if t.Failed() && stderr.Len() > 0 {
			t.Logf("xterm: %s", stderr.Bytes())
		}
	})
	return x
}

// arguments returns xterm's command line: a VT420 that prints its whole screen with
// colours and accepts resize requests. It uses the pty's master, which is open as file
// 3.
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

// StartDisplay starts an invisible X server that ends with the test, and returns the
// name of its display.
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
	r.SetReadDeadline(time.Now().Add(replyTimeout))
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

func (x *XTerm) readReplies() {
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

// reply waits for a reply that ends with end and returns everything before end.
func (x *XTerm) reply(end string) []byte {
	x.t.Helper()
	limit := time.NewTimer(replyTimeout)
	defer limit.Stop()
	for {
		if before, after, found := bytes.Cut(x.pending, []byte(end)); found {
			x.pending = after
			return before
		}
		select {
		case p, ok := <-x.replies:
			if !ok {
				x.t.Fatalf("xterm is gone, without %q", end)
			}
			x.pending = append(x.pending, p...)
		case <-limit.C:
			x.t.Fatalf("xterm replies %q, without %q", x.pending, end)
		}
	}
}

// Write writes output of a program. Replies to it are dropped.
func (x *XTerm) Write(output []byte) {
	x.t.Helper()
	for len(output) > 0 { // in pieces, so that replies are read between them
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
	x.pending = nil
	for {
		select {
		case <-x.replies:
		default:
			return
		}
	}
}

// Reset clears both screens and restores the initial state.
func (x *XTerm) Reset() {
	x.t.Helper()
	x.Write([]byte(reset))
}

const reset = "\x18\x1b<\x1b[64;1\"p\x1bc\x1b[?47h\x1bc\x1b[?47h\x1b[2J\x1b7\x1b[?47l\x1bc"

// Page is xterm's screen as xterm prints it.
type Page struct {
	Text   []byte // all rows, in full width, with SGR; each ends with CR LF
	Cursor string // column and row as in CPR: "1;1"
}

// Look aborts an unfinished sequence (CAN) and returns the screen. It sets DECPEX
// (?19).
func (x *XTerm) Look() Page {
	x.t.Helper()
	number := x.number()
	x.send(look(number))
	return x.seen(number)
}

// LookAt returns the screen after a reset and output. It is faster than Reset, Write
// and Look, but each reply to output must be at most 1000 bytes long.
func (x *XTerm) LookAt(output []byte) Page {
	x.t.Helper()
	number := x.number()
	x.send(reset + string(output) + look(number))
	return x.seen(number)
}

func (x *XTerm) number() int {
	x.looks++
	return x.looks
}

// look returns a mark, and queries for the cursor's position and for the page.
func look(number int) string {
	return mark(number) + "\x1b[6n\x1b<\x1b[?19h\x1b[i"
}

// mark aborts an unfinished sequence and queries a colour, another one each time so that
// earlier replies are not mistaken for its reply.
func mark(number int) string {
	return fmt.Sprintf("\x18\x1b]4;%d;?\a", color(number))
}

func color(number int) int { return 16 + number%200 }

// marked consumes the replies up to that to a mark.
func (x *XTerm) marked(number int) {
	x.t.Helper()
	x.reply(fmt.Sprintf("]4;%d;rgb:", color(number)))
	x.reply("\a")
}

// settle aborts an unfinished sequence and consumes the replies to earlier output.
func (x *XTerm) settle() {
	x.t.Helper()
	number := x.number()
	x.send(mark(number))
	x.marked(number)
}

func (x *XTerm) seen(number int) Page {
	x.t.Helper()
	x.marked(number)
	cursor := x.reply("R")
	return Page{Text: x.page(), Cursor: string(cursor[bytes.LastIndexByte(cursor, '[')+1:])}
}

// printer is the command to which xterm prints each page, up to the name of the pipe. It
// ends a page with pageEnd, which has the backslashes of X resources and of printf.
const printer = `sh -c "cat; printf '\\036'" >`

const pageEnd = '\036'

func (x *XTerm) page() []byte {
	x.t.Helper()
	text, err := x.printedPage(replyTimeout)
	if err != nil {
		x.t.Fatalf("xterm prints %q: %v", text, err)
	}
	return text
}

// printedPage reads a page. xterm prints U+FFFF for the right half of a wide character.
func (x *XTerm) printedPage(timeout time.Duration) (text []byte, err error) {
	x.pages.SetReadDeadline(time.Now().Add(timeout))
	if text, err = x.printed.ReadBytes(pageEnd); err == nil {
		text = text[:len(text)-1]
	}
	return bytes.ReplaceAll(text, []byte("\uffff"), nil), err
}

// Resize resizes the window to cols by rows cells.
func (x *XTerm) Resize(cols, rows int) {
	x.t.Helper()
	x.settle()
	x.send(fmt.Sprintf("\x1b[8;%d;%dt", rows, cols))
	for limit := time.Now().Add(replyTimeout); ; {
		x.send("\x1b[18t")
		got := x.reply("t")
		if bytes.HasSuffix(got, fmt.Appendf(nil, "[8;%d;%d", rows, cols)) {
			return
		}
		if time.Now().After(limit) {
			x.t.Fatalf("xterm replies %q after a resize to %dx%d", got, cols, rows)
		}
	}
}

// Ask writes output and returns xterm's replies to it.
func (x *XTerm) Ask(output string) string {
	x.t.Helper()
	x.settle()
	x.send(output + "\x1b[5n")
	return string(x.reply("\x1b[0n"))
}
