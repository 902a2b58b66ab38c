package deploy

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"gm/internal/hint"
	"gm/internal/sanitize"
	"gm/sshboot/prompt"

	"golang.org/x/crypto/ssh"
)

// channel is an exec channel of a session.
type channel struct {
	session *ssh.Session
	in      io.WriteCloser
	out     io.Reader
}

// openChannel runs a command line on the host. If size is not nil, the channel has a
// terminal of that size, in which standard output and standard error are one stream.
func openChannel(client *ssh.Client, host, line string, env []string, stderr io.Writer, size *prompt.TerminalSize) (channel, error) {
	session, err := newSession(client)
	if err != nil {
		return channel{}, &hint.Error{Err: fmt.Errorf("%s: open a session: %s", host, sanitize.SSHError(err)), Hint: "does sshd allow sessions to you there?"}
	}
	stdin, err1 := session.StdinPipe()
	stdout, err2 := session.StdoutPipe()
	session.Stderr = stderr
	if err := errors.Join(err1, err2); err != nil {
		session.Close()
		return channel{}, err
	}
	for _, variable := range env {
		setenv(session, variable)
	}
	if size != nil {
		if err := session.RequestPty(relayTerm, size.Rows, size.Cols, ssh.TerminalModes{}); err != nil {
			session.Close()
			return channel{}, &hint.Error{Err: fmt.Errorf("%s: open a terminal: %s", host, sanitize.SSHError(err)), Hint: "does sshd allow terminals to you there (PermitTTY)?"}
		}
	}
	if err := session.Start(line); err != nil {
		session.Close()
		return channel{}, &hint.Error{Err: fmt.Errorf("%s: run a command: %s", host, sanitize.SSHError(err)), Hint: "does the account have a shell there?"}
	}
	return channel{session, stdin, stdout}, nil
}

// hangUpTime bounds the time until a signal to the host has been sent.
const hangUpTime = time.Second

// hangUp sends SIGHUP to the processes of the channel, which need not notice its end: a startup
// file may wait in one. It calls giveUp if the connection does not move.
func (c channel) hangUp(giveUp func()) {
	defer time.AfterFunc(hangUpTime, giveUp).Stop()
	c.session.Signal(ssh.SIGHUP)
}

// opensPipe reports whether the server has announced the pipe that was requested.
func (s *Bootstrap) opensPipe() bool {
	return s.isReady() && (s.result.Announcement.Pipe || s.Launch.verb() == VerbProbe) && s.Launch.mayPipe()
}

// awaitExit waits until the command on a channel whose input has ended ends too, so that
// sshd with MaxSessions 1 allows the next one.
func awaitExit(c channel) {
	defer time.AfterFunc(maxDrain, func() { c.session.Close() }).Stop()
	c.session.Wait()
}

// exited returns a channel that gets the result of the command of session. After session is
// closed, hosts keep it from ending until the command does.
func exited(session *ssh.Session) <-chan error {
	result := make(chan error, 1)
	go func() { result <- session.Wait() }()
	return result
}

// channelPipe is a channel after the lines of the host.
type channelPipe struct {
	rest io.Reader // the output after the lines
	channel
	awaits bool // Close waits for the end of the command
}

func (p *channelPipe) Read(b []byte) (int, error) { return p.rest.Read(b) }

func (p *channelPipe) Write(b []byte) (int, error) { return p.in.Write(b) }

// Close closes the channel in both directions.
func (p *channelPipe) Close() error {
	if p.awaits {
		p.in.Close()
		select {
		case <-exited(p.session):
		case <-time.After(maxDrain):
		}
	}
	return p.session.Close()
}

// newSession opens a session. With MaxSessions 1, sshd refuses it until it has cleaned up
// the one before, which it has done when it answers a request that it received afterwards.
func newSession(client *ssh.Client) (*ssh.Session, error) {
	session, err := client.NewSession()
	if _, refused := errors.AsType[*ssh.OpenChannelError](err); refused {
		client.SendRequest("keepalive@openssh.com", true, nil)
		return client.NewSession()
	}
	return session, err
}

// setenv requests a variable without waiting for the reply. Servers may refuse it.
func setenv(session *ssh.Session, variable string) {
	name, value, _ := strings.Cut(variable, "=")
	session.SendRequest("env", false, ssh.Marshal(struct{ Name, Value string }{name, value}))
}
