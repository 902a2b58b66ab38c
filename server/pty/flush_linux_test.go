package pty

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// unreadInput returns a program that has not read size bytes of input.
func unreadInput(t *testing.T, stty string, size int) *Program {
	t.Helper()
	p, err := Start(Command{
		Argv: []string{"sh", "-c", "stty " + stty + "; echo ready; exec sleep 60"},
		Env:  []string{"PATH=/bin:/usr/bin"}, Dir: "/",
	}, CoreLimit{}, 80, 24)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Close()
		p.cmd.Process.Kill() // it may ignore SIGHUP, inherited from the test
		p.Wait()
	})
	var output []byte
	for buf := make([]byte, 100); !bytes.Contains(output, []byte("ready")); {
		n, err := p.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		output = append(output, buf[:n]...)
	}
	p.SetWriteDeadline(time.Now().Add(time.Minute))
	if _, err := p.Write([]byte(strings.Repeat("hello\n", size/6))); err != nil {
		t.Fatal(err)
	}
	for limit := time.Now().Add(time.Minute); p.unread(t) < size/6*6; {
		if time.Now().After(limit) {
			t.Fatalf("%d bytes are unread", p.unread(t))
		}
	}
	return p
}

func (p *Program) unread(t *testing.T) int {
	t.Helper()
	fd, err := unix.Open(p.line, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	n, err := unix.IoctlGetInt(fd, inputCount)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFlushStalledInput(t *testing.T) {
	for _, test := range []struct {
		name, stty string
		size       int
		want       bool
	}{
		{"stalled", "-echo", stalledBytes + 12, true},
		{"little input", "-echo", stalledBytes - 12, false},
		{"NOFLSH", "-echo noflsh", stalledBytes + 12, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := unreadInput(t, test.stty, test.size)
			before := p.unread(t)
			if got := p.FlushStalledInput(); got != test.want {
				t.Errorf("returned %v with %d unread bytes", got, before)
			}
			if after := p.unread(t); (after == 0) != test.want {
				t.Errorf("%d of %d bytes are unread after it", after, before)
			}
		})
	}
}
