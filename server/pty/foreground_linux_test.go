package pty

import (
	"bytes"
	"strconv"
	"testing"
	"time"
)

// output reads the output of p until text appears.
func output(t *testing.T, p *Program, text string) {
	t.Helper()
	var seen []byte
	for buf := make([]byte, 1000); !bytes.Contains(seen, []byte(text)); {
		n, err := p.Read(buf)
		if err != nil {
			t.Fatalf("%v after %q", err, seen)
		}
		seen = append(seen, buf[:n]...)
	}
}

func typeKeys(t *testing.T, p *Program, keys string) {
	t.Helper()
	p.SetWriteDeadline(time.Now().Add(time.Minute))
	if _, err := p.Write([]byte(keys)); err != nil {
		t.Fatal(err)
	}
}

// A shell with job control is at its prompt, and is not while a command runs.
func TestAtPrompt(t *testing.T) {
	p := start(t, CoreLimit{}, "set -m; echo ready; read x; sh -c 'echo running; read x'; echo back; read x")
	output(t, p, "ready")
	if !p.AtPrompt() || p.ForegroundName() != "sh" {
		t.Errorf("at the prompt of %q: %v", p.ForegroundName(), p.AtPrompt())
	}
	typeKeys(t, p, "x\n")
	output(t, p, "running")
	if p.AtPrompt() {
		t.Error("at the prompt while a command runs")
	}
	typeKeys(t, p, "x\n")
	output(t, p, "back")
	if !p.AtPrompt() {
		t.Error("not at the prompt after the command")
	}
}

func TestForegroundName(t *testing.T) {
	p := start(t, CoreLimit{}, "set -m; read x; cat")
	typeKeys(t, p, "x\nechoed\n")
	output(t, p, "echoed\r\nechoed")
	if got := p.ForegroundName(); got != "cat" {
		t.Errorf("the name is %q", got)
	}
}

// A terminal that is closed has no foreground, which is not a prompt.
func TestForegroundOfClosedTerminal(t *testing.T) {
	p := start(t, CoreLimit{}, "read x")
	p.Close()
	if p.AtPrompt() || p.ForegroundName() != "" {
		t.Errorf("at the prompt of %q", p.ForegroundName())
	}
}

func TestNameOfProcessThatIsGone(t *testing.T) {
	p := start(t, CoreLimit{}, "exit")
	p.Wait()
	if name := processName(p.cmd.Process.Pid); len(name) > 0 {
		t.Errorf("the name is %q", name)
	}
}

// A kernel with the most significant byte first writes to the upper half of 64 bits.
func TestInt32Of(t *testing.T) {
	for _, test := range []struct {
		name   string
		number int64
		bits   int // of an int that holds the number
		want   int
	}{
		{"lower half", 1234, 32, 1234},
		{"upper half", 1234 << 32, 64, 1234},
		{"none", 0, 32, 0},
		{"negative", -1, 32, -1},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := int32Of(int(test.number)); strconv.IntSize >= test.bits && got != test.want {
				t.Errorf("got %d", got)
			}
		})
	}
}
