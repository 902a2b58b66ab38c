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

// A shell is idle at its prompt, and not while a command runs, in the background or without
// job control.
func TestIdle(t *testing.T) {
	for name, command := range map[string]string{
		"job control":    "set -m; echo ready; read x; sh -c 'echo running; read x'; echo back; read x",
		"no job control": "echo ready; read x; sh -c 'echo running; read x'; echo back; read x",
		"background":     "set -m; echo ready; read x; (echo running; read x <&3; echo back) 3<&0 & read y; wait; echo back; read x",
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, CoreLimit{}, command)
			output(t, p, "ready")
			if !p.Idle() || p.ForegroundName() != "sh" {
				t.Errorf("%q is idle: %v", p.ForegroundName(), p.Idle())
			}
			typeKeys(t, p, "x\n")
			output(t, p, "running")
			if p.Idle() {
				t.Error("idle while a command runs")
			}
			if name == "background" {
				return
			}
			typeKeys(t, p, "x\n")
			output(t, p, "back")
			if !p.Idle() {
				t.Error("not idle after the command")
			}
		})
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
	if p.Idle() || p.ForegroundName() != "" {
		t.Errorf("idle, with %q in the foreground", p.ForegroundName())
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
