package server

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// startDeafProgram starts a server whose program sets its terminal with stty and
// then reads nothing. The program prints the signal that it receives, and exits.
func startDeafProgram(t *testing.T, stty string) (c *realClient, tty string) {
	t.Helper()
	script := fmt.Sprintf(`stty %s; trap 'echo; echo interrupted; exit' INT; trap 'echo; echo quit; exit' QUIT; tty; echo ready; while :; do sleep 0.2; done`, stty)
	c = startServer(t, nil, "--", "sh", "-c", script).connect(80, 24)
	c.see("ready")
	return c, regexp.MustCompile(`/dev/pts/\d+`).FindString(c.text())
}

// fill types size bytes and waits until the line discipline is full of them.
func (c *realClient) fill(size int, tty string) {
	c.t.Helper()
	c.typeKeys(strings.Repeat("hello\n", size/6))
	c.waitFor("the line discipline does not fill up", func() bool {
		fd, err := unix.Open(tty, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
		if err != nil {
			c.t.Fatal(err)
		}
		defer unix.Close(fd)
		n, err := unix.IoctlGetInt(fd, unix.TIOCINQ)
		return err == nil && n >= 3<<10
	})
}

// An interrupt reaches a program that does not read, both after more input than
// the line discipline holds and after more than the pty holds.
func TestInterruptOfDeafProgram(t *testing.T) {
	for _, test := range []struct{ stty, keys, want string }{
		{"-echo", "\x03", "interrupted"},
		{"-echo -icanon", "\x03", "interrupted"},
		{"-echo", "x\x1c", "quit"},
		{"-echo intr ^G", "\x07more", "interrupted"},
	} {
		for _, size := range []int{6000, 60000} {
			t.Run(fmt.Sprintf("%s %q after %d", test.stty, test.keys, size), func(t *testing.T) {
				c, tty := startDeafProgram(t, test.stty)
				c.fill(size, tty)
				c.typeKeys(test.keys)
				c.see(test.want)
			})
		}
	}
}

// The line discipline handles an interrupt after little input by itself, and
// echoes both.
func TestInterruptAfterLittleInput(t *testing.T) {
	c, _ := startDeafProgram(t, "echo")
	c.typeKeys("a line\nand more")
	c.see("and more")
	c.typeKeys("\x03")
	c.see("interrupted")
	if text := c.text(); !strings.Contains(text, "and more^C") {
		t.Errorf("the screen is\n%s", text)
	}
}

// A program that reads the interrupt character itself (no ISIG) loses nothing.
func TestInterruptCharacterAsInput(t *testing.T) {
	s := startServer(t, nil, "--", "sh", "-c", "stty -echo -icanon -isig; echo ready; sleep 0.5; head -c 6001 | wc -c; echo done; read x")
	c := s.connect(80, 24)
	c.see("ready")
	c.typeKeys(strings.Repeat("hello\n", 1000))
	c.typeKeys("\x03")
	c.see("6001\ndone")
}
