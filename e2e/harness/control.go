package harness

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// control speaks tmux's control mode (tmux, CONTROL MODE): one process runs all commands
// of a terminal and announces changes of its screen.
type control struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	replies chan reply
	changed chan struct{} // receives after output of a pane
	ended   chan struct{} // closed when tmux has ended
	close_  sync.Once
}

// reply is the output of a command.
type reply struct {
	lines  []string
	failed bool
}

func startControl(t testing.TB, args []string) *control {
	t.Helper()
	c := &control{
		cmd:     exec.Command("tmux", args...),
		replies: make(chan reply), changed: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	c.cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "TERM=dumb"}
	in, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.in = in
	if err := c.cmd.Start(); err != nil {
		t.Fatalf("start tmux: %v", err)
	}
	go c.read(out)
	for range 3 { // new-session, set and attach
		if r, err := c.reply(); err != nil || r.failed {
			c.close()
			t.Fatalf("start tmux: %v %q", err, r.lines)
		}
	}
	return c
}

func (c *control) do(command string) ([]string, error) {
	if _, err := io.WriteString(c.in, command+"\n"); err != nil {
		return nil, fmt.Errorf("tmux %s: %w", command, err)
	}
	r, err := c.reply()
	if err != nil {
		return nil, fmt.Errorf("tmux %s: %w", command, err)
	}
	if r.failed {
		return nil, fmt.Errorf("tmux %s: %q", command, r.lines)
	}
	return r.lines, nil
}

func (c *control) reply() (reply, error) {
	select {
	case r := <-c.replies:
		return r, nil
	case <-c.ended:
		return reply{}, errors.New("it has ended")
	case <-time.After(Patience):
		return reply{}, errors.New("no answer")
	}
}

// read parses tmux's output until it ends. A reply stands between %begin and %end (or
// %error) with the same numbers; other lines are notifications.
func (c *control) read(out io.Reader) {
	defer close(c.ended)
	lines := bufio.NewReader(out)
	var tag string
	var r reply
	for {
		text, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		text = strings.TrimSuffix(text, "\n")
		kind, rest, _ := strings.Cut(text, " ")
		switch {
		case tag == "" && kind == "%begin":
			tag, r = rest, reply{}
		case tag == "" && kind == "%output":
			select {
			case c.changed <- struct{}{}:
			default:
			}
		case tag == "":
		case rest == tag && (kind == "%end" || kind == "%error"):
			r.failed = kind == "%error"
			tag = ""
			c.replies <- r
		default:
			r.lines = append(r.lines, text)
		}
	}
}

func (c *control) close() {
	c.close_.Do(func() {
		io.WriteString(c.in, "kill-server\n")
		c.in.Close()
		for {
			select {
			case <-c.replies:
				continue
			case <-c.ended:
			case <-time.After(Patience):
				c.cmd.Process.Kill()
			}
			c.cmd.Wait()
			return
		}
	})
}
