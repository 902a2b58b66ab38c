package harness

import (
	"bufio"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

//go:embed xtermjs.js
var xtermJS []byte

//go:embed xtermjsimages.js
var xtermJSImages []byte

// nodeModules is the directory into which `make tools` installs xterm.js.
const nodeModules = "/usr/local/lib/gm-test/node_modules"

// XTermJS is a terminal of xterm.js, as VS Code and browsers have, with a command in it.
type XTermJS struct {
	t      testing.TB
	master *os.File

	mu      sync.Mutex // guards in
	in      io.Writer
	screens chan jsScreen
	cells   chan []string
	resized chan struct{}
}

// jsScreen is the screen in the format of xtermjs.js.
type jsScreen struct {
	Lines Screen
	X, Y  int
}

// NewXTermJS starts a terminal of 80x24 and runs cmd in it. addon is an addon for widths
// and the name of its rules ("@xterm/addon-unicode-graphemes:15-graphemes"), or empty
// for xterm.js's own widths.
func NewXTermJS(t testing.TB, addon string, cmd *exec.Cmd) *XTermJS {
	t.Helper()
	return newXTermJS(t, addon, pty.Winsize{Cols: 80, Rows: 24}, cmd)
}

// NewXTermJSPictures starts a terminal of 80x24 that shows pictures by a protocol, "sixel" or
// "iterm2", and runs cmd in it.
func NewXTermJSPictures(t testing.TB, protocol string, cmd *exec.Cmd) *XTermJS {
	t.Helper()
	return newXTermJS(t, "./xtermjsimages.js:"+protocol, pty.Winsize{Cols: 80, Rows: 24, X: 80 * 9, Y: 24 * 18}, cmd)
}

func newXTermJS(t testing.TB, addon string, size pty.Winsize, cmd *exec.Cmd) *XTermJS {
	t.Helper()
	dir := TempDir(t)
	script := filepath.Join(dir, "xtermjs.js")
	must(t, os.WriteFile(script, xtermJS, 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "xtermjsimages.js"), xtermJSImages, 0o600))
	node := exec.Command("node", script, "80", "24", addon)
	node.Env = append(os.Environ(), "NODE_PATH="+nodeModules)
	node.Stderr = os.Stderr
	in, err := node.StdinPipe()
	must(t, err)
	out, err := node.StdoutPipe()
	must(t, err)
	must(t, node.Start())
	x := &XTermJS{t: t, in: in, screens: make(chan jsScreen), cells: make(chan []string), resized: make(chan struct{})}
	// gm waits for answers for a time in which node may not have started yet.
	answers := bufio.NewReader(out)
	x.send('s', nil)
	_, _, err = nextMessage(answers)
	must(t, err)
	x.master, err = pty.StartWithSize(cmd, &size)
	must(t, err)
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		in.Close()
		x.master.Close()
		node.Process.Kill()
		node.Wait()
	})
	go x.show()
	go x.listen(answers)
	return x
}

func (x *XTermJS) show() {
	for b := make([]byte, 1<<16); ; {
		n, err := x.master.Read(b)
		if err != nil {
			return
		}
		x.send('w', b[:n])
	}
}

// nextMessage reads a message of xtermjs.js.
func nextMessage(r *bufio.Reader) (kind byte, data []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	data = make([]byte, binary.BigEndian.Uint32(head[1:]))
	_, err = io.ReadFull(r, data)
	return head[0], data, err
}

func (x *XTermJS) listen(r *bufio.Reader) {
	for {
		kind, data, err := nextMessage(r)
		if err != nil {
			return
		}
		switch kind {
		case 'a':
			x.master.Write(data)
		case 'r':
			x.resized <- struct{}{}
		case 's':
			var s jsScreen
			json.Unmarshal(data, &s)
			x.screens <- s
		case 'p':
			var cells []string
			json.Unmarshal(data, &cells)
			x.cells <- cells
		}
	}
}

func (x *XTermJS) send(kind byte, data []byte) {
	message := binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(data)))
	x.mu.Lock()
	defer x.mu.Unlock()
	x.in.Write(append(message, data...))
}

func (x *XTermJS) Type(text string) {
	x.t.Helper()
	_, err := x.master.WriteString(text)
	must(x.t, err)
}

func (x *XTermJS) Resize(cols, rows int) {
	x.t.Helper()
	x.send('r', fmt.Append(nil, cols, " ", rows))
	receive(x.t, x.resized)
	must(x.t, pty.Setsize(x.master, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}))
}

func (x *XTermJS) Screen() Screen {
	x.t.Helper()
	x.send('s', nil)
	return trimmed(receive(x.t, x.screens).Lines)
}

// Transcript returns the lines of the scrollback and of the screen. Rows of one line are
// joined.
func (x *XTermJS) Transcript() Screen {
	x.t.Helper()
	x.send('t', nil)
	return trimmed(receive(x.t, x.screens).Lines)
}

// Pictures returns the cells that show pictures: column, row and a hash of the pixels.
func (x *XTermJS) Pictures() []string {
	x.t.Helper()
	x.send('p', nil)
	return receive(x.t, x.cells)
}

func receive[T any](t testing.TB, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(Patience):
		t.Fatal("xterm.js does not answer")
	}
	return v
}
