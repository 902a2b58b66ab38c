//go:build unix

package sshclient

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// maxPassed bounds the descriptors that a ProxyCommand may pass. Only the first is used.
const maxPassed = 8

// receiveConn starts a ProxyCommand that opens a connection and passes its descriptor over
// standard output, which is a socket (ssh_config(5), ProxyUseFdpass).
func receiveConn(ctx context.Context, cmd *exec.Cmd) (net.Conn, error) {
	parentEnd, childEnd, err := socketPair()
	if err != nil {
		return nil, err
	}
	defer parentEnd.Close()
	cmd.Stdin, cmd.Stdout = childEnd, childEnd
	err = cmd.Start()
	childEnd.Close()
	if err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait() // the connection does not depend on the program's status
		close(ended)
	}()
	end := func() {
		cmd.Process.Kill()
		<-ended
	}
	conn, err := receive(ctx, parentEnd)
	if err != nil {
		end()
		return nil, err
	}
	return &passedConn{Conn: conn, end: end}, nil
}

// withoutTerminal makes a program run where it can neither ask the user nor write to the
// terminal, by /dev/tty or by SSH_ASKPASS.
func withoutTerminal(cmd *exec.Cmd) {
	cmd.Env = append(cmd.Environ(), "SSH_ASKPASS_REQUIRE=never")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
}

func socketPair() (parentEnd *net.UnixConn, childEnd *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	for _, fd := range fds {
		unix.CloseOnExec(fd)
	}
	file := os.NewFile(uintptr(fds[0]), "ProxyCommand")
	childEnd = os.NewFile(uintptr(fds[1]), "ProxyCommand")
	defer file.Close()
	conn, err := net.FileConn(file)
	if err != nil {
		childEnd.Close()
		return nil, nil, err
	}
	return conn.(*net.UnixConn), childEnd, nil
}

func receive(ctx context.Context, socket *net.UnixConn) (net.Conn, error) {
	defer context.AfterFunc(ctx, func() { socket.Close() })()
	socket.SetReadDeadline(time.Now().Add(authTimeout))
	rights := make([]byte, unix.CmsgSpace(maxPassed*4))
	_, n, _, _, err := socket.ReadMsgUnix(make([]byte, 1), rights)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil && !errors.Is(err, io.EOF):
		return nil, plainNetError(err)
	}
	files := passedFiles(rights[:n])
	if len(files) == 0 {
		return nil, errors.New("it passed no connection, and ProxyUseFdpass is on")
	}
	for _, file := range files {
		defer file.Close()
	}
	return net.FileConn(files[0])
}

func passedFiles(rights []byte) (files []*os.File) {
	messages, err := unix.ParseSocketControlMessage(rights)
	if err != nil {
		return nil
	}
	for i := range messages {
		fds, err := unix.ParseUnixRights(&messages[i])
		if err != nil {
			continue
		}
		for _, fd := range fds {
			unix.CloseOnExec(fd)
			files = append(files, os.NewFile(uintptr(fd), "connection"))
		}
	}
	return files
}

// passedConn is a connection opened by a program. It may not be a TCP connection, so its
// remote address is hidden. Closing it ends the program.
type passedConn struct {
	net.Conn
	end func()
}

func (p *passedConn) Close() error {
	err := p.Conn.Close()
	p.end()
	return err
}

func (*passedConn) RemoteAddr() net.Addr { return proxyAddr{} }
