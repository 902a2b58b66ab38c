package sshclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"sync"
	"time"

	"gm/internal/hint"
	"gm/internal/subprocess"
	"gm/sshboot/sshconfig"
)

// commandConn is a connection over the standard input and output of a program.
type commandConn struct {
	io.ReadCloser
	io.WriteCloser
	process *os.Process
	exited  chan struct{} // closed when status is set
	status  error
	end     sync.Once
}

// ProgramStderr returns the standard error of programs that a configuration names.
func ProgramStderr(env sshconfig.Environment) io.Writer {
	if env.Stderr != nil {
		return env.Stderr
	}
	return subprocess.Stderr()
}

func dialProxyCommand(ctx context.Context, c *sshconfig.Config, command string) (net.Conn, error) {
	expanded, err := c.ExpandTokens(command)
	if err != nil {
		return nil, &hint.Error{Err: fmt.Errorf("ProxyCommand %s: %w", command, err)}
	}
	args := sshconfig.ShellCommand(c.Env.Shell, expanded)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stderr, cmd.WaitDelay = ProgramStderr(c.Env), subprocess.WaitDelay
	if c.Env.Background {
		withoutTerminal(cmd)
	}
	if c.Flag("proxyusefdpass") {
		conn, err := receiveConn(ctx, cmd)
		if err != nil && ctx.Err() == nil {
			err = &hint.Error{Err: fmt.Errorf("ProxyCommand %s: %w", expanded, err)}
		}
		return conn, err
	}
	in, err1 := cmd.StdinPipe()
	out, childEnd, err2 := os.Pipe()
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	cmd.Stdout = childEnd
	err = cmd.Start()
	childEnd.Close()
	if err != nil {
		out.Close()
		return nil, &hint.Error{Err: fmt.Errorf("ProxyCommand %s: run the shell: %w", expanded, subprocess.StartError(err))}
	}
	conn := &commandConn{ReadCloser: out, WriteCloser: in, process: cmd.Process, exited: make(chan struct{})}
	go func() {
		defer close(conn.exited)
		conn.status = cmd.Wait()
	}()
	return conn, nil
}

// Close kills the program and closes the pipes.
func (c *commandConn) Close() error {
	c.end.Do(func() {
		c.WriteCloser.Close()
		c.process.Kill() // fails if it has exited
		<-c.exited
		c.ReadCloser.Close()
	})
	return nil
}

// ended returns an error with the exit status of the program, or nil if it is still
// running.
func (c *commandConn) ended() error {
	select {
	case <-c.exited:
	case <-time.After(subprocess.WaitDelay):
		return nil
	}
	var exit *exec.ExitError
	switch {
	case c.status == nil, errors.Is(c.status, exec.ErrWaitDelay):
		return errors.New("the ProxyCommand ended (status 0)")
	case errors.As(c.status, &exit) && exit.ExitCode() >= 0:
		return fmt.Errorf("the ProxyCommand ended (status %d)", exit.ExitCode())
	}
	return fmt.Errorf("the ProxyCommand ended (%v)", c.status)
}

func (*commandConn) LocalAddr() net.Addr  { return proxyAddr{} }
func (*commandConn) RemoteAddr() net.Addr { return proxyAddr{} }

// Pipes have no deadlines here. To end a blocked read, close the connection.
func (*commandConn) SetDeadline(time.Time) error      { return os.ErrNoDeadline }
func (*commandConn) SetReadDeadline(time.Time) error  { return os.ErrNoDeadline }
func (*commandConn) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }
