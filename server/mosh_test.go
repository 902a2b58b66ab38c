//go:build unix

package server

import (
	"fmt"
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

func TestMoshClient(t *testing.T) {
	s := startServer(t, []string{"-c", "256"}, "--", "sh", "-c", "stty size; cat; stty size; echo bye; read x")
	c := s.connectMosh(70, 20)
	c.see("20 70")
	c.typeKeys("Grüße, 世界 e\u0301\r")
	c.see("Grüße, 世界 e\u0301\nGrüße, 世界 e\u0301")
	if err := pty.Setsize(c.master, &pty.Winsize{Cols: 50, Rows: 15}); err != nil {
		t.Fatal(err)
	}
	c.term.Resize(50, 15)
	c.typeKeys("resized\r")
	c.see("resized\nresized")
	c.typeKeys("\x04")
	c.see("15 50\nbye")
	c.typeKeys("\r")
	c.end()
	s.gone()
}

// The escape key and a dot end the session from the user's side.
func TestMoshClientQuits(t *testing.T) {
	s := startServer(t, nil, "--", "sh", "-c", "echo ready; cat")
	c := s.connectMosh(80, 24)
	c.see("ready")
	c.typeKeys("\x1e.")
	c.end()
	s.gone()
}

// Any program's colours, at any speed, show as they would without a network.
func TestMoshClientFlood(t *testing.T) {
	const script = `i=0; while [ $i -lt 2000 ]; do i=$((i+1)); printf '\033[3%dmline %d\033[m\n' $((i%8)) $i; done; read x`
	s := startServer(t, []string{"-c", "256"}, "--", "sh", "-c", script)
	c := s.connectMosh(80, 24)
	var want strings.Builder
	for i := 1978; i <= 2000; i++ {
		fmt.Fprintf(&want, "line %d\n", i)
	}
	c.see(strings.TrimSuffix(want.String(), "\n"))
	c.typeKeys("\r")
	c.end()
	s.gone()
}
