//go:build unix

package server

import (
	"net"
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

	handoverRelay = "r" // after either of them: there is a relayFD
)

// runtimeVariable limits the processors that the second process uses to one, on which all
// goroutines wait without a thread each. With a second one, the runtime wakes another
// thread for every event, and a flood is not parsed faster. Go's default is all of the
// host's, and each costs memory: 1.2 MB in sum for 64.
const (
	runtimeVariable = "GOMAXPROCS"
	serverThreads   = "1"
)

// The descriptors that the second process inherits.
const (
	socketFD = 3 + iota // the UDP socket
	keyFD               // a pipe with the key and the session's name in it
	readyFD             // a pipe for its reply, a readiness or an error
	relayFD             // a socket to the first process, if that stays as a relay
)

// secondProcess describes the process that serves a session.
type secondProcess struct {
	socket  *udp.Conn
	key     *datagram.Key
	name    string // of the session
	verbose bool   // its standard error is this process's
	relayed bool   // it has a socket to this process
}

// start starts the process and waits until it serves the session. Its standard input and
// output are /dev/null, and its standard error unless verbose is set. The words of wrapper
// precede its command line.
func (p *secondProcess) start(wrapper []string) (r readiness, err error) {
	var relay *net.UnixConn
	var files []*os.File
	if p.relayed {
		var session *os.File
		if relay, session, err = relaySockets(); err != nil {
			return r, err
		}
		defer session.Close()
		files = append(files, session)
	}
	if r, err = p.run(wrapper, files); err != nil && relay != nil {
		relay.Close()
		return r, err
	}
	r.relay = relay
	return r, err
}

// run is start with further files to inherit.
func (p *secondProcess) run(wrapper []string, files []*os.File) (r readiness, err error) {
	socket, err := p.socket.File()
	if err != nil {
		return r, err
	}
	defer socket.Close()
	keyReader, err := keyPipe(p.key, p.name)
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
		Path: ownPath(), Args: os.Args, Env: handoverEnvironment(len(files) > 0),
		ExtraFiles:  append([]*os.File{socket, keyReader, replyWriter}, files...),
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	if len(wrapper) > 0 {
		cmd.Path, cmd.Args = wrapper[0], slices.Concat(wrapper, []string{cmd.Path}, os.Args[1:])
	}
	if p.verbose {
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
func handoverEnvironment(relayed bool) []string {
	suffix := ""
	if relayed {
		suffix = handoverRelay
	}
	if _, set := os.LookupEnv(runtimeVariable); set {
		return append(os.Environ(), handoverVariable+"="+handoverPlain+suffix)
	}
	return append(os.Environ(), handoverVariable+"="+handoverThreads+suffix, runtimeVariable+"="+serverThreads)
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
