package client

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// flushOutput discards output that the terminal has not received. It does not end a
// blocked write.
func flushOutput(out *os.File) { unix.IoctlSetInt(int(out.Fd()), unix.TCFLSH, unix.TCOFLUSH) }

// openOutput opens the terminal again with O_NONBLOCK, so that a write to it has a
// deadline. The flag must not be set in the description that is shared with the shell.
// It returns out if the terminal cannot be opened, as one of another user.
func openOutput(out *os.File) *os.File { return openAgain(out, os.O_WRONLY) }

// openInput opens the terminal again with O_NONBLOCK, so that a goroutine that waits for
// keys occupies no thread: another thread would have to be woken for each key. It returns
// in if the terminal cannot be opened.
func openInput(in *os.File) keySource {
	f := openAgain(in, os.O_RDONLY)
	raw, err := f.SyscallConn()
	if err != nil || f == in {
		return in
	}
	return &readiness{file: f, raw: raw}
}

func openAgain(tty *os.File, access int) *os.File {
	f, err := os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", tty.Fd()), access|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return tty
	}
	return f
}

// readiness reads and writes a file with O_NONBLOCK by system calls that the runtime is
// not told of. It would wake its monitor for each call after an idle time, which costs as
// much as the rest of a key. That is right for calls that may block, and these cannot.
type readiness struct {
	file *os.File
	raw  syscall.RawConn
}

// Read waits for input. At the end of the input it returns 0.
func (r *readiness) Read(p []byte) (n int, err error) {
	failed := r.raw.Read(func(fd uintptr) bool {
		n, err = transfer(unix.SYS_READ, fd, p)
		return err != unix.EAGAIN
	})
	return n, errors.Join(failed, err)
}

// SetReadDeadline is that of os.File.
func (r *readiness) SetReadDeadline(t time.Time) error { return r.file.SetReadDeadline(t) }

// tryWrite writes the bytes that the terminal takes without waiting, perhaps none.
func (r *readiness) tryWrite(p []byte) (n int, err error) {
	failed := r.raw.Write(func(fd uintptr) bool {
		n, err = transfer(unix.SYS_WRITE, fd, p)
		return true
	})
	if err == unix.EAGAIN {
		err = nil
	}
	return n, errors.Join(failed, err)
}

// transfer makes a system call that reads into p or writes it, and repeats it if a signal
// has interrupted it.
func transfer(call, fd uintptr, p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		n, _, errno := unix.RawSyscall(call, fd, uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)))
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		default:
			return 0, errno
		}
	}
}

// writesAtOnce returns a function that writes the bytes that the terminal takes without
// waiting, perhaps none. It returns nil if output was not opened again.
func writesAtOnce(output, out *os.File) func(p []byte) (n int, err error) {
	raw, err := output.SyscallConn()
	if err != nil || output == out {
		return nil
	}
	return (&readiness{file: output, raw: raw}).tryWrite
}
