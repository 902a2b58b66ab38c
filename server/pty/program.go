//go:build unix

package pty

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	creack "github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// Program is a program on a pty of its own, in a session of its own.
type Program struct {
	master *os.File
	output *reader // from master
	line   string  // name of the other side
	cmd    *exec.Cmd
}

// Start starts a program, with that limit on core dumps, on a terminal of that size.
func Start(c Command, cores CoreLimit, cols, rows int) (*Program, error) {
	master, tty, err := openPty(cols, rows)
	if err != nil {
		return nil, fmt.Errorf("open a pty: %w", err)
	}
	defer tty.Close()
	output, err := newReader(master)
	if err != nil {
		master.Close()
		return nil, fmt.Errorf("read the pty: %w", err)
	}
	path, err := c.lookPath()
	if err != nil {
		master.Close()
		return nil, err
	}
	cmd := &exec.Cmd{
		Path: path, Args: c.Argv, Env: c.Env, Dir: c.Dir,
		Stdin: tty, Stdout: tty, Stderr: tty,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true, Setctty: true},
	}
	if err := cores.during(cmd.Start); err != nil {
		master.Close()
		return nil, fmt.Errorf("run %q: %w", c.Argv[0], err)
	}
	return &Program{master, output, tty.Name(), cmd}, nil
}

func openPty(cols, rows int) (master, tty *os.File, err error) {
	blocking, tty, err := creack.Open()
	if err != nil {
		return nil, nil, err
	}
	defer blocking.Close()
	size := creack.Winsize{Cols: uint16(cols), Rows: uint16(rows)}
	if err = creack.Setsize(blocking, &size); err == nil {
		err = setUTF8(tty)
	}
	if err == nil {
		master, err = reopenNonblocking(blocking)
	}
	if err != nil {
		tty.Close()
		return nil, nil, err
	}
	return master, tty, nil
}

// reopenNonblocking returns a duplicate of f that the runtime's poller serves. A pty
// is opened blocking, and then Close does not end a Read. Calling Fd on the duplicate
// would make it blocking again.
func reopenNonblocking(f *os.File) (*os.File, error) {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

func (p *Program) Read(b []byte) (int, error)  { return p.output.Read(b) }
func (p *Program) Write(b []byte) (int, error) { return p.master.Write(b) }

// SetWriteDeadline bounds Write, as that of os.File does.
func (p *Program) SetWriteDeadline(t time.Time) error { return p.master.SetWriteDeadline(t) }

// Close closes the pty. The kernel sends SIGHUP to the program's session.
func (p *Program) Close() error { return p.master.Close() }

// Winsize is a size in cells and in pixels (TIOCGWINSZ); 0 pixels are unknown.
type Winsize struct{ Cols, Rows, Width, Height int }

// Resize sets the size of the terminal. Pixels are limited to 16 bits.
func (p *Program) Resize(w Winsize) error {
	var err error
	size := unix.Winsize{Col: uint16(w.Cols), Row: uint16(w.Rows), Xpixel: uint16(min(w.Width, 1<<16-1)), Ypixel: uint16(min(w.Height, 1<<16-1))}
	if e := p.Control(func(fd int) { err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &size) }); e != nil {
		return e
	}
	return err
}

// Control calls f with the descriptor of the pty's master side.
func (p *Program) Control(f func(fd int)) error {
	raw, err := p.master.SyscallConn()
	if err != nil {
		return err
	}
	return raw.Control(func(fd uintptr) { f(int(fd)) })
}

// Line returns the file name of the program's terminal.
func (p *Program) Line() string { return p.line }

// Wait waits for the program's exit and returns its status: 128 and the signal's number
// if a signal killed it.
func (p *Program) Wait() int { return wait(p.cmd) }

func wait(cmd *exec.Cmd) int {
	cmd.Wait()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return cmd.ProcessState.ExitCode()
}
