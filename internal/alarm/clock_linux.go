package alarm

import (
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// clock is a timer in a file (timerfd_create(2)), which the runtime polls as it does
// sockets. Its time goes on while the computer sleeps.
//
// Its system calls are raw: they do not block, and the runtime does not wake a thread that
// watches how long they take.
type clock struct {
	file    *os.File
	raw     syscall.RawConn
	expired chan time.Time // has an element after the time
	spec    unix.ItimerSpec
	settime func(fd uintptr) // sets spec
}

// openClock returns nil if the system has no such timer.
func openClock() *clock {
	fd, err := unix.TimerfdCreate(unix.CLOCK_BOOTTIME, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil
	}
	c := &clock{file: os.NewFile(uintptr(fd), "timer"), expired: make(chan time.Time, 1)}
	if c.raw, err = c.file.SyscallConn(); err != nil {
		c.file.Close()
		return nil
	}
	c.settime = func(fd uintptr) {
		syscall.RawSyscall6(unix.SYS_TIMERFD_SETTIME, fd, 0, uintptr(unsafe.Pointer(&c.spec)), 0, 0, 0)
	}
	go c.read()
	return c
}

// read passes the expirations on until the file is closed.
func (c *clock) read() {
	var count uint64
	read := func(fd uintptr) bool {
		_, _, errno := syscall.RawSyscall(unix.SYS_READ, fd, uintptr(unsafe.Pointer(&count)), unsafe.Sizeof(count))
		return errno != unix.EAGAIN
	}
	for c.raw.Read(read) == nil {
		select {
		case c.expired <- time.Time{}:
		default:
		}
	}
}

func (c *clock) set(at time.Time) {
	c.spec.Value = unix.Timespec{}
	if !at.IsZero() {
		c.spec.Value = unix.NsecToTimespec(max(int64(time.Until(at)), 1)) // 0 would be never
	}
	c.raw.Control(c.settime)
}

func (c *clock) close() { c.file.Close() }
