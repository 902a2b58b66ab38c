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
	output *ptyReader // of the master
	line   string     // the name of the other side
	cmd    *exec.Cmd
}

// Start starts the program that c describes.
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

// openPty gives a pty of that size that is told to expect UTF-8.
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

// reopenNonblocking gives f anew, in the care of the runtime's poller. Opening
// a pty has made it blocking, and then Close does not end a Read. Calling Fd on
// what this gives would undo it.
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

// SetWriteDeadline ends a Write that waits.
func (p *Program) SetWriteDeadline(t time.Time) error { return p.master.SetWriteDeadline(t) }

// Close closes the pty. The kernel sends SIGHUP to the program's group.
func (p *Program) Close() error { return p.master.Close() }

// Winsize is a size in cells and in pixels (TIOCGWINSZ); 0 pixels are not known.
type Winsize struct{ Cols, Rows, Width, Height int }

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

// Line returns the name of the terminal that the program has.
func (p *Program) Line() string { return p.line }

func (p *Program) Wait() int {
	p.cmd.Wait()
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return p.cmd.ProcessState.ExitCode()
}
