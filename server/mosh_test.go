//go:build unix

package server

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"gm/vt"
)

// moshClient is mosh's own client on a terminal of ours.
type moshClient struct {
	t      testing.TB
	cmd    *exec.Cmd
	master *os.File
	output chan []byte
	term   *vt.Terminal
}

func (s *realServer) connectMosh(cols, rows int) *moshClient {
	s.t.Helper()
	c := &moshClient{t: s.t, output: make(chan []byte), term: vt.NewTerminal(cols, rows, vt.Options{})}
	c.cmd = exec.Command("mosh-client", "127.0.0.1", strconv.Itoa(int(s.Port)))
	c.cmd.Env = append(os.Environ(), "MOSH_KEY="+s.Key.String(), "TERM=xterm-256color", "LC_ALL=C.UTF-8", "MOSH_PREDICTION_DISPLAY=never")
	var err error
	c.master, err = pty.StartWithSize(c.cmd, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.master.Close() })
	go c.read()
	return c
}

func (c *moshClient) read() {
	defer close(c.output)
	for {
		buf := make([]byte, 4096)
		n, err := c.master.Read(buf)
		if n > 0 {
			c.output <- buf[:n]
		}
		if err != nil {
			return
		}
	}
}

// see waits until text is on the client's screen.
func (c *moshClient) see(text string) {
	c.t.Helper()
	limit := time.After(patience)
	for !strings.Contains(c.term.Snapshot().Text(), text) {
		select {
		case p, ok := <-c.output:
			if !ok {
				c.t.Fatalf("the client has ended without %q; the screen is\n%s", text, c.term.Snapshot().Text())
			}
			c.term.Write(p)
		case <-limit:
			c.t.Fatalf("%q does not come; the screen is\n%s", text, c.term.Snapshot().Text())
		}
	}
}

func (c *moshClient) typeKeys(keys string) {
	if _, err := c.master.WriteString(keys); err != nil {
		c.t.Fatal(err)
	}
}

// end waits for the client's end, which must be a clean one.
func (c *moshClient) end() {
	c.t.Helper()
	var last []byte
	for p := range c.output {
		last = append(last, p...)
	}
	if err := c.cmd.Wait(); err != nil {
		c.t.Errorf("the client ends with %v", err)
	}
	if !strings.Contains(string(last), "[mosh is exiting.]") || strings.Contains(string(last), "cleanly") {
		c.t.Errorf("the client's last words are %q", last)
	}
}
