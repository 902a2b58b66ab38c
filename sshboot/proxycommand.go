package sshboot

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"sync"
	"time"
)

// commandConn is a program whose standard input and output are the connection.
type commandConn struct {
	io.Reader
	io.WriteCloser
	cmd *exec.Cmd
	end sync.Once
}

// dialProxyCommand starts ProxyCommand with the user's shell.
func dialProxyCommand(c *Config, command string) (net.Conn, error) {
	expanded, err := c.expandTokens(command)
	if err != nil {
		return nil, &Error{Err: fmt.Errorf("ProxyCommand %s: %w", command, err)}
	}
	args := shellCommand(c.env.shell, expanded)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stderr, cmd.WaitDelay = childErrors(), childDelay
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, &Error{Err: fmt.Errorf("ProxyCommand %s: %w", expanded, err)}
	}
	return &commandConn{Reader: out, WriteCloser: in, cmd: cmd}, nil
}

// Close ends the program.
func (c *commandConn) Close() error {
	c.end.Do(func() {
		c.WriteCloser.Close()
		c.cmd.Process.Kill() // it may be gone already
		c.cmd.Wait()         // its status says nothing after that
	})
	return nil
}

func (*commandConn) LocalAddr() net.Addr  { return proxyAddr{} }
func (*commandConn) RemoteAddr() net.Addr { return proxyAddr{} }

// A pipe has no deadlines here; who waits for one closes it.
func (*commandConn) SetDeadline(time.Time) error      { return os.ErrNoDeadline }
func (*commandConn) SetReadDeadline(time.Time) error  { return os.ErrNoDeadline }
func (*commandConn) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }
