//go:build unix

package server

import (
	"os"
	"os/exec"
	"slices"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"gm/wire/datagram"
	"gm/wire/udp"
)

// A Go program cannot fork. To leave the terminal and the SSH connection that it was
// started from, it starts itself again with the same command line, in a session of its
// own, and hands over the socket and the key.

// Values of handoverVariable. The second process removes the variable from its
// environment at once, and runtimeVariable if it was added.
const (
	handoverPlain   = "1"
	handoverThreads = "2" // runtimeVariable was added
)

// runtimeVariable limits the processors that the second process uses: one parses while
// another reads. Go's default is all of the host's, and each costs memory: 1.2 MB in
// sum for 64.
const (
	runtimeVariable = "GOMAXPROCS"
	serverThreads   = "2"
)

// The descriptors that the second process inherits.
const (
	socketFD = 3 + iota // the UDP socket
	keyFD               // a pipe with the key and the session's name in it
	readyFD             // a pipe for its reply, a readiness or an error
)

// detach starts the second process and waits until it serves the session with the name.
// Its standard error is this process's if verbose is set; the other standard streams are
// /dev/null. The words of wrapper precede its command line.
func detach(conn *udp.Conn, key *datagram.Key, name string, verbose bool, wrapper []string) (r readiness, err error) {
	socket, err := conn.File()
	if err != nil {
		return r, err
	}
	defer socket.Close()
	keyReader, err := keyPipe(key, name)
	if err != nil {
		return r, err
	}
	defer keyReader.Close()
	reply, replyWriter, err := os.Pipe()
	if err != nil {
		return r, err
	}
	defer reply.Close()
	cmd := &exec.Cmd{
		Path: ownPath(), Args: os.Args, Env: handoverEnvironment(),
		ExtraFiles:  []*os.File{socket, keyReader, replyWriter},
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	if len(wrapper) > 0 {
		cmd.Path, cmd.Args = wrapper[0], slices.Concat(wrapper, []string{cmd.Path}, os.Args[1:])
	}
	if verbose {
		cmd.Stderr = os.Stderr
	}
	keepDescriptors()
	err = cmd.Start()
	replyWriter.Close()
	if err != nil {
		return r, err
	}
	r, err = awaitReady(reply)
	r.pid = cmd.Process.Pid
	return r, err
}

// handoverEnvironment returns the environment of the second process. A runtimeVariable
// that the user has set stays.
func handoverEnvironment() []string {
	if _, set := os.LookupEnv(runtimeVariable); set {
		return append(os.Environ(), handoverVariable+"="+handoverPlain)
	}
	return append(os.Environ(), handoverVariable+"="+handoverThreads, runtimeVariable+"="+serverThreads)
}

// keepDescriptors closes the inherited descriptors above standard error in the processes
// that this one starts. A pipe that stays open for the length of a session would block
// its reader.
func keepDescriptors() {
	for _, fd := range descriptors("/dev/fd") {
		if fd > 2 {
			unix.CloseOnExec(fd)
		}
	}
}

// maxDescriptors bounds the descriptors that are tried where no list of them exists.
const maxDescriptors = 1 << 16

// descriptors returns the open descriptors, listed in dir. If dir is missing or lists
// the first three alone, as on FreeBSD without fdescfs(5), it returns all that the
// process may have.
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

// keyPipe returns a pipe that contains the key, followed by the session's name.
func keyPipe(key *datagram.Key, name string) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer w.Close()
	content := slices.Concat(key[:], []byte(name))
	defer clear(content)
	if _, err := w.Write(content); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// ownPath returns the path of this program: the one that it was called by if that leads
// to it, so that ps and pkill show that name.
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
