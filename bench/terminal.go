//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/creack/pty"

	"gm/bench/netlab"
	"gm/vt"
)

// timeout bounds the wait for an event that must happen.
const timeout = time.Minute

// scrollbackLines is the number of lines that a terminal's scrollback keeps.
const scrollbackLines = 20_000

// terminal is a program on a pty, with an observer of the screen.
type terminal struct {
	cmd    *exec.Cmd
	master *os.File
	ended  chan struct{} // closed when the program has closed its terminal

	mu     sync.Mutex
	screen *vt.Terminal
	watch  func(now time.Time, s *vt.Screen) // called after each change of the screen
}

// open runs a program on a terminal, on a host of a lab, or on this machine if host is
// nil.
func (b *bench) open(on *netlab.Host, cols, rows int, argv []string, env ...string) (*terminal, error) {
	return b.openOn(on, vt.NewTerminal(cols, rows, vt.Options{History: scrollbackLines}), argv, env...)
}

// openOn runs a program on the terminal screen.
func (b *bench) openOn(on *netlab.Host, screen *vt.Terminal, argv []string, env ...string) (*terminal, error) {
	t := &terminal{cmd: exec.Command(argv[0], argv[1:]...), ended: make(chan struct{}), screen: screen}
	cols, rows := screen.Size()
	if err := t.start(on, cols, rows, append(b.environment(), env...)); err != nil {
		return nil, err
	}
	go t.read()
	return t, nil
}

func (t *terminal) start(on *netlab.Host, cols, rows int, env []string) error {
	t.cmd.Env = env
	start := func() (err error) {
		t.master, err = pty.StartWithSize(t.cmd, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
		return err
	}
	if on != nil {
		return on.Do(start)
	}
	return start()
}

// read feeds the program's output to the screen and answers its queries.
func (t *terminal) read() {
	defer close(t.ended)
	buf := make([]byte, 64<<10)
	for {
		n, err := t.master.Read(buf)
		if err != nil {
			return
		}
		now := time.Now()
		t.mu.Lock()
		t.screen.Write(buf[:n])
		if t.watch != nil {
			t.watch(now, t.screen.Snapshot())
		}
		answer := t.screen.TakeReplies(nil)
		t.mu.Unlock()
		t.master.Write(answer)
	}
}

// observe calls f for the current screen and after each change from now on.
func (t *terminal) observe(f func(now time.Time, s *vt.Screen)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.watch = f
	if f != nil {
		f(time.Now(), t.screen.Snapshot())
	}
}

// await returns the time at which cond first holds for the screen.
func (t *terminal) await(what string, cond func(*vt.Screen) bool) (time.Time, error) {
	return t.awaitWithin(timeout, what, cond)
}

func (t *terminal) awaitWithin(d time.Duration, what string, cond func(*vt.Screen) bool) (time.Time, error) {
	hit := make(chan time.Time, 1)
	t.observe(func(now time.Time, s *vt.Screen) {
		if len(hit) == 0 && cond(s) {
			hit <- now
		}
	})
	defer t.observe(nil)
	limit := time.NewTimer(d)
	defer limit.Stop()
	why := "it has ended"
	select {
	case at := <-hit:
		return at, nil
	case <-t.ended:
	case <-limit.C:
		why = "within " + d.String()
	}
	return time.Time{}, fmt.Errorf("%q: no %s: %s; the screen is\n%s", t.cmd.Args, what, why, t.text())
}

func (t *terminal) awaitText(text string) (time.Time, error) {
	return t.await(text, func(s *vt.Screen) bool { return strings.Contains(s.Text(), text) })
}

// awaitPrompt waits for the prompt of a shell without configuration.
func (t *terminal) awaitPrompt() (time.Time, error) {
	return t.await("prompt", showsPrompt)
}

func showsPrompt(s *vt.Screen) bool {
	line := s.RowText(s.Cursor.Y)
	return s.Cursor.X == 2 && (line == "$" || line == "#")
}

func (t *terminal) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.Snapshot().Text()
}

func (t *terminal) typeKeys(keys string) error {
	_, err := io.WriteString(t.master, keys)
	return err
}

func (t *terminal) leave() error {
	if err := t.typeKeys("exit\r"); err != nil {
		return err
	}
	select {
	case <-t.ended:
		return nil
	case <-time.After(timeout):
		return fmt.Errorf("%q does not end; the screen is\n%s", t.cmd.Args, t.text())
	}
}

func (t *terminal) close() error {
	err := t.cmd.Process.Kill()
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	t.cmd.Wait() // killed
	t.master.Close()
	return err
}
