//go:build e2e

package e2e

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"gm/e2e/harness"
)

// rawTTY is a program on a terminal of which the test sees the bytes and the modes.
type rawTTY struct {
	t             *testing.T
	master, slave *os.File
	cmd           *exec.Cmd
	before        unix.Termios // the modes before the program was started

	mu      sync.Mutex
	written []byte
}

const rawCols, rawRows = 80, 24

// startRawTTY starts a command with the environment env as the foreground process of a
// terminal of its own.
func startRawTTY(t *testing.T, env []string, command ...string) *rawTTY {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	x := &rawTTY{t: t, master: master, slave: slave}
	if err := pty.Setsize(master, &pty.Winsize{Cols: rawCols, Rows: rawRows}); err != nil {
		t.Fatal(err)
	}
	x.before = x.modes()
	x.cmd = exec.Command(command[0], command[1:]...)
	x.cmd.Env, x.cmd.Stdin, x.cmd.Stdout, x.cmd.Stderr = env, slave, slave, slave
	x.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := x.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for b := make([]byte, 4096); ; {
			n, err := master.Read(b)
			x.mu.Lock()
			x.written = append(x.written, b[:n]...)
			x.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		x.cmd.Process.Kill()
		slave.Close()
		x.cmd.Wait()
		master.Close()
		<-read
	})
	return x
}

func (x *rawTTY) modes() unix.Termios {
	x.t.Helper()
	modes, err := unix.IoctlGetTermios(int(x.slave.Fd()), unix.TCGETS)
	if err != nil {
		x.t.Fatal(err)
	}
	return *modes
}

func (x *rawTTY) output() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return string(x.written)
}

// await waits until a screen reader has read text, after the first skip bytes.
func (x *rawTTY) await(text string, skip int) {
	x.t.Helper()
	harness.Until(x.t, text, harness.Patience, func() bool { return strings.Contains(spoken(x.output()[skip:]), spoken(text)) }, func() string {
		return "written: " + strconv.Quote(x.output()[skip:])
	})
}

func (x *rawTTY) types(text string) {
	x.t.Helper()
	if _, err := x.master.WriteString(text); err != nil {
		x.t.Fatal(err)
	}
}

// ended waits for the end of the program and returns its status, as a shell has it.
func (x *rawTTY) ended() int {
	x.t.Helper()
	timer := time.AfterFunc(harness.Patience, func() { x.cmd.Process.Kill() })
	err := x.cmd.Wait()
	if !timer.Stop() {
		x.t.Errorf("the program does not end; it has written %q", x.output())
	}
	exit, failed := errors.AsType[*exec.ExitError](err)
	if !failed {
		return 0
	}
	if status := exit.Sys().(syscall.WaitStatus); status.Signaled() {
		return 128 + int(status.Signal())
	}
	return exit.ExitCode()
}

// settled waits until all that the program has written is read, and returns it.
func (x *rawTTY) settled() string {
	x.t.Helper()
	mark := "[the end of the output]"
	if _, err := x.slave.WriteString(mark); err != nil {
		x.t.Fatal(err)
	}
	x.await(mark, 0)
	return strings.TrimSuffix(x.output(), mark)
}
