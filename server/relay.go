//go:build unix

package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"gm/server/registry"
	"gm/wire"
	"gm/wire/control"
	"gm/wire/state"
)

// A relay is the process that the client started over SSH, after its announcement. It copies
// its standard input to the session, and the session's bytes to its standard output. It has
// no key and does not parse the bytes. It ends when either side ends; the session goes on.

// relayBuffer is the size of the buffer for each direction, in bytes.
const relayBuffer = 8 << 10

// relay copies in to the session and the session to out, until one of the three ends.
func relay(in io.Reader, out io.Writer, session net.Conn) {
	defer session.Close()
	ended := make(chan struct{}, 2)
	pass := func(to io.Writer, from io.Reader) {
		passOn(to, from)
		ended <- struct{}{}
	}
	go pass(session, in)
	go pass(out, session)
	<-ended
}

// passOn copies bytes as they come, until from ends or to fails.
func passOn(to io.Writer, from io.Reader) {
	buffer := make([]byte, relayBuffer)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// becomeRelay replaces this process by a relay, in whose memory there is no trace of the key
// and of the announcement. If the program cannot be started again, this process is the
// relay. Without a connection becomeRelay does nothing.
func becomeRelay(session *net.UnixConn) {
	if session == nil {
		return
	}
	if file, err := session.File(); err == nil {
		execRelay(int(file.Fd()))
	}
	relay(os.Stdin, os.Stdout, session)
}

// execRelay replaces this process by the program as a relay, which inherits the descriptor
// of the connection. It returns only if that fails.
func execRelay(fd int) {
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETFD, 0); err != nil {
		return
	}
	environ := append(os.Environ(), fmt.Sprintf("%s=%d", relayVariable, fd))
	if _, set := os.LookupEnv(runtimeVariable); !set {
		environ = append(environ, runtimeVariable+"=1")
	}
	unix.Exec(ownPath(), os.Args, environ)
	unix.CloseOnExec(fd)
}

// runInheritedRelay runs the relay if execRelay has started this process. It reports whether
// it has.
func runInheritedRelay() bool {
	text, ok := os.LookupEnv(relayVariable)
	if !ok {
		return false
	}
	fd, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return true
	}
	if session, err := asUnixConn(os.NewFile(uintptr(fd), "session")); err == nil {
		relay(os.Stdin, os.Stdout, session)
	}
	return true
}

// mayRelay reports whether the client has requested a pipe and the standard streams can be
// one. Terminals cannot, because they change bytes.
func (o *options) mayRelay() bool {
	return o.session.pipe && !term.IsTerminal(int(os.Stdin.Fd())) && !term.IsTerminal(int(os.Stdout.Fd()))
}

// relays reports whether this process becomes a relay after it has begun a session.
func (o *options) relays() bool { return o.mayRelay() && o.extensions.Has(state.ExtPaths) }

func (h *handover) pipe() (pipeConn, error) {
	if h.relay == nil {
		return nil, nil
	}
	return newUnixPipe(h.relay)
}

// relaySockets returns the ends of a connection between a relay and the session that it
// begins.
func relaySockets() (relay *net.UnixConn, session *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	for _, fd := range fds {
		unix.CloseOnExec(fd)
	}
	session = os.NewFile(uintptr(fds[1]), "relay")
	if relay, err = asUnixConn(os.NewFile(uintptr(fds[0]), "relay")); err != nil {
		session.Close()
		return nil, nil, err
	}
	return relay, session, nil
}

func asUnixConn(f *os.File) (*net.UnixConn, error) {
	defer f.Close()
	conn, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	c, ok := conn.(*net.UnixConn)
	if !ok {
		conn.Close()
		return nil, fmt.Errorf("%s is no Unix socket", f.Name())
	}
	return c, nil
}

// openRelay prints the lines of the verb relay and returns the connection to the session.
// name is its ID or its name.
func (v *verb) openRelay(ctx context.Context, name string) (*net.UnixConn, error) {
	path, err := v.registry.PathOf(name)
	if err != nil {
		entry, err := v.find(ctx, name)
		if err != nil {
			return nil, err
		}
		path = entry.Path
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	response, conn, err := registry.CallPipe(ctx, path, v.request(control.VerbRelay, nil))
	switch {
	case err != nil:
		return nil, err
	case response.Error != "":
		return nil, &refusal{response.Error, response.Hint}
	case conn == nil:
		return nil, errors.New("the session has opened no pipe")
	}
	a := wire.Announcement{Addresses: v.addresses(), Pipe: true}
	if _, err := v.stdout.Write(a.AppendPaths(nil)); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func withoutUnknownPaths(a wire.Announcement) wire.Announcement {
	if !state.ParseExtensions(a.Extensions).Has(state.ExtPaths) {
		a.ID, a.Addresses, a.Pipe = "", nil, false
	}
	return a
}
