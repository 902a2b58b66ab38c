//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package server

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gm/wire"
)

// deafChild is a program on a pty that reads nothing, with a loop that writes
// its input. It says what signal it got and ends.
type deafChild struct {
	t *testing.T
	*child
	loop   *loop
	output chan string
	keys   chan []byte
}

func newDeafChild(t *testing.T, stty string) *deafChild {
	t.Helper()
	script := fmt.Sprintf(`stty %s; trap 'echo; echo interrupted; exit' INT; trap 'echo; echo quit; exit' QUIT; echo ready; while :; do sleep 1; done`, stty)
	c, err := startChild(command{argv: []string{"sh", "-c", script}, env: []string{"PATH=/bin:/usr/bin"}}, coreLimit{}, 80, 24)
	if err != nil {
		t.Fatal(err)
	}
	d := &deafChild{t: t, child: c, output: make(chan string, 1000), keys: make(chan []byte)}
	d.loop = newLoop(nil, nil, nil, nil, func(string, ...any) {})
	d.loop.program = c
	go func() {
		defer close(d.output)
		buf := make([]byte, outputBuffer)
		for {
			n, err := c.Read(buf)
			if err != nil {
				return
			}
			d.output <- string(buf[:n])
		}
	}()
	d.loop.session, err = newSession(sessionConfig{key: new(wire.Key)}, d.loop, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	d.loop.session.running = true
	d.loop.feeders.Go(d.loop.writeInput)
	go d.serve()
	t.Cleanup(func() {
		close(d.loop.quit)
		c.Close()
		d.loop.feeders.Wait()
		c.cmd.Process.Kill() // it may have been started with SIGHUP ignored
		c.wait()
	})
	return d
}

// serve is the loop, as far as input goes.
func (d *deafChild) serve() {
	for {
		select {
		case event := <-d.loop.events:
			d.loop.handle(time.Now(), event)
		case typed := <-d.keys:
			d.loop.session.enqueue(time.Now(), 1, typed)
		case <-d.loop.quit:
			return
		}
	}
}

// types gives the program input.
func (d *deafChild) types(keys string) { d.keys <- []byte(keys) }

// see gives what the program writes up to text.
func (d *deafChild) see(text string) (seen string) {
	d.t.Helper()
	limit := time.After(patience)
	for !strings.Contains(seen, text) {
		select {
		case s, more := <-d.output:
			if seen += s; !more {
				d.t.Fatalf("the end, without %q, after %.200q", text, seen)
			}
		case <-limit:
			d.t.Fatalf("%q does not come, only %.200q", text, seen)
		}
	}
	return seen
}

// fill gives the program more than its line discipline has room for.
func (d *deafChild) fill(size int) {
	d.t.Helper()
	d.types(strings.Repeat("hello\n", size/6))
	eventually(d.t, "the input does not get to the line discipline", func() bool {
		fd, err := unix.Open(d.line, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
		if err != nil {
			d.t.Fatal(err)
		}
		defer unix.Close(fd)
		n, err := unix.IoctlGetInt(fd, inputCount)
		return err == nil && n >= clogged
	})
}

// An interrupt gets through to a program that does not read, whatever was typed
// before: more than the line discipline takes, and more than the pty takes.
func TestInterruptOfDeafProgram(t *testing.T) {
	for _, c := range []struct{ stty, keys, want string }{
		{"-echo", "\x03", "interrupted"},
		{"-echo -icanon", "\x03", "interrupted"},
		{"-echo", "x\x1c", "quit"},
		{"-echo intr ^G", "\x07more", "interrupted"},
	} {
		for _, size := range []int{6000, 60000} {
			t.Run(fmt.Sprintf("%s %q after %d", c.stty, c.keys, size), func(t *testing.T) {
				d := newDeafChild(t, c.stty)
				d.see("ready")
				d.fill(size)
				d.types(c.keys)
				d.see(c.want)
			})
		}
	}
}

// The line discipline deals with an interrupt after little input by itself: it
// echoes both.
func TestInterruptAfterLittleInput(t *testing.T) {
	d := newDeafChild(t, "echo")
	d.see("ready")
	d.types("a line\nand more")
	d.see("and more")
	if d.unclog() {
		t.Error("little input was thrown away")
	}
	d.types("\x03")
	if seen := d.see("interrupted"); !strings.Contains(seen, "^C") {
		t.Errorf("got %q", seen)
	}
}

// A program that wants to keep its input (NOFLSH), or to read the character
// itself (no ISIG), loses nothing.
func TestUnclogLeavesInput(t *testing.T) {
	for _, stty := range []string{"-echo noflsh", "-echo -isig"} {
		d := newDeafChild(t, stty)
		d.see("ready")
		d.fill(6000)
		if d.discipline().LastInterrupt([]byte("\x03")) == 0 && d.unclog() {
			t.Errorf("%s: input was thrown away", stty)
		}
	}
}
