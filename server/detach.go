//go:build unix

package server

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"gm/wire/datagram"
	"gm/wire/udp"
)

// A Go program cannot fork. To leave the terminal and the SSH connection that
// it was started from, it starts itself again with the same command line, in a
// session of its own, and hands over what the first process made.

// handoverVariable marks this process as the second one. It is taken out of the
// environment at once, and so is runtimeVariable if it was added.
const (
	handoverPlain   = "1"
	handoverThreads = "2" // runtimeVariable was added
)

// runtimeVariable tells the second process' Go runtime on how many processors to
// run: one parses while another reads. By itself it would take those of the host,
// and for each of 64 a share of memory, 1.2 MB in sum.
const (
	runtimeVariable = "GOMAXPROCS"
	serverThreads   = "2"
)

// The second process finds what it inherits on these descriptors.
const (
	socketFD = 3 + iota // the UDP socket
	keyFD               // a pipe with the key in it
	readyFD             // a pipe for what it answers: readyAnswer or an error
)

const readyAnswer = "ready"

// detach starts the second process and waits until it serves. It gets standard
// error only if verbose is set; the other two are /dev/null. The words of
// launcher come before its command line.
func detach(conn *udp.Conn, key *datagram.Key, verbose bool, launcher []string) (pid int, err error) {
	socket, err := conn.File()
	if err != nil {
		return 0, err
	}
	defer socket.Close()
	keyReader, err := keyPipe(key)
	if err != nil {
		return 0, err
	}
	defer keyReader.Close()
	answer, answerWriter, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer answer.Close()
	cmd := &exec.Cmd{
		Path: ownPath(), Args: os.Args, Env: handoverEnvironment(),
		ExtraFiles:  []*os.File{socket, keyReader, answerWriter},
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	if len(launcher) > 0 {
		cmd.Path, cmd.Args = launcher[0], slices.Concat(launcher, []string{cmd.Path}, os.Args[1:])
	}
	if verbose {
		cmd.Stderr = os.Stderr
	}
	keepDescriptors()
	err = cmd.Start()
	answerWriter.Close()
	if err != nil {
		return 0, err
	}
	return cmd.Process.Pid, awaitReady(answer)
}

// handoverEnvironment is the second process' environment. What the user says of
// the runtime holds.
func handoverEnvironment() []string {
	if _, said := os.LookupEnv(runtimeVariable); said {
		return append(os.Environ(), handoverVariable+"="+handoverPlain)
	}
	return append(os.Environ(), handoverVariable+"="+handoverThreads, runtimeVariable+"="+serverThreads)
}

// keepDescriptors keeps what this process inherited beyond standard error from
// the one that it starts: a pipe held open for the length of a session would
// make its reader wait.
func keepDescriptors() {
	for _, fd := range descriptors("/dev/fd") {
		if fd > 2 {
			unix.CloseOnExec(fd)
		}
	}
}

// maxDescriptors bounds the descriptors that are tried one by one.
const maxDescriptors = 1 << 16

// descriptors returns the open descriptors as dir lists them. Where that is
// missing, or has the first three alone, as on FreeBSD without fdescfs(5), it
// returns all that the process may have.
func descriptors(dir string) (fds []int) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if fd, err := strconv.Atoi(e.Name()); err == nil {
			fds = append(fds, fd)
		}
	}
	if slices.ContainsFunc(fds, func(fd int) bool { return fd > 2 }) {
		return fds
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return fds
	}
	fds = fds[:0]
	for fd := range min(int(min(limit.Cur, maxDescriptors)), maxDescriptors) {
		fds = append(fds, fd)
	}
	return fds
}

// keyPipe gives a pipe that holds the key.
func keyPipe(key *datagram.Key) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer w.Close()
	if _, err := w.Write(key[:]); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// awaitReady reads the second process' answer.
func awaitReady(answer io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(answer, 4<<10))
	switch {
	case err != nil:
		return err
	case len(text) == 0:
		return errors.New("the detached server died")
	case string(text) != readyAnswer:
		return errors.New(string(text))
	}
	return nil
}

// ownPath is this program: by the name that it was called by if that can be,
// so that ps and pkill know it by that name, else wherever it is.
func ownPath() string {
	self, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	called, err := exec.LookPath(os.Args[0])
	if err == nil && sameFile(self, called) {
		return called
	}
	return self
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// handover is what the second process got from the first.
type handover struct {
	conn  *udp.Conn
	key   datagram.Key
	ready *os.File
}

// inherited says whether this is the second process, and what it got.
func inherited() (h handover, second bool, err error) {
	kind := os.Getenv(handoverVariable)
	if kind == "" {
		return h, false, nil
	}
	os.Unsetenv(handoverVariable)
	if kind == handoverThreads {
		os.Unsetenv(runtimeVariable)
	}
	for fd := socketFD; fd <= readyFD; fd++ {
		unix.CloseOnExec(fd)
	}
	h.ready = os.NewFile(readyFD, "ready")
	key := os.NewFile(keyFD, "key")
	defer key.Close()
	if _, err = io.ReadFull(key, h.key[:]); err != nil {
		return h, true, fmt.Errorf("read the key: %w", err)
	}
	h.conn, err = udp.FromFile(os.NewFile(socketFD, "socket"))
	return h, true, err
}

// answer tells the first process that this one serves, or why not.
func (h *handover) answer(err error) error {
	text := readyAnswer
	if err != nil {
		text = err.Error()
	}
	_, failed := io.WriteString(h.ready, text)
	h.ready.Close()
	return failed
}
