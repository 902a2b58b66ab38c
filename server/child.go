//go:build unix

package server

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// child is a program on a pty of its own, in a session of its own.
type child struct {
	master *os.File
	output *gatherer // of the master
	line   string    // the name of the other side
	cmd    *exec.Cmd
}

// startChild starts the program that c describes.
func startChild(c command, cores coreLimit, cols, rows int) (*child, error) {
	master, tty, err := openPty(cols, rows)
	if err != nil {
		return nil, fmt.Errorf("open a pty: %w", err)
	}
	defer tty.Close()
	output, err := newGatherer(master)
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
		Path: path, Args: c.argv, Env: c.env, Dir: c.dir,
		Stdin: tty, Stdout: tty, Stderr: tty,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true, Setctty: true},
	}
	if err := cores.during(cmd.Start); err != nil {
		master.Close()
		return nil, fmt.Errorf("run %q: %w", c.argv[0], err)
	}
	return &child{master, output, tty.Name(), cmd}, nil
}

// openPty gives a pty of that size that is told to expect UTF-8.
func openPty(cols, rows int) (master, tty *os.File, err error) {
	blocking, tty, err := pty.Open()
	if err != nil {
		return nil, nil, err
	}
	defer blocking.Close()
	size := pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}
	if err = pty.Setsize(blocking, &size); err == nil {
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

func (c *child) Read(p []byte) (int, error)  { return c.output.Read(p) }
func (c *child) Write(p []byte) (int, error) { return c.master.Write(p) }

// SetWriteDeadline ends a Write that waits.
func (c *child) SetWriteDeadline(t time.Time) error { return c.master.SetWriteDeadline(t) }

// Close closes the pty. The kernel sends SIGHUP to the program's group.
func (c *child) Close() error { return c.master.Close() }

func (c *child) resize(w winsize) error {
	var err error
	size := unix.Winsize{Col: uint16(w.cols), Row: uint16(w.rows), Xpixel: uint16(min(w.width, 1<<16-1)), Ypixel: uint16(min(w.height, 1<<16-1))}
	if e := c.control(func(fd int) { err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &size) }); e != nil {
		return e
	}
	return err
}

// control calls f with the descriptor of the pty's master side.
func (c *child) control(f func(fd int)) error {
	raw, err := c.master.SyscallConn()
	if err != nil {
		return err
	}
	return raw.Control(func(fd uintptr) { f(int(fd)) })
}

func (c *child) wait() int {
	c.cmd.Wait()
	status, ok := c.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return c.cmd.ProcessState.ExitCode()
}
