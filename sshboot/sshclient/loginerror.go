package sshclient

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/internal/sanitize"
	"gm/sshboot/prompt"
)

// loginGraceTime is the default LoginGraceTime of OpenSSH's sshd, less a few seconds.
const loginGraceTime = 110 * time.Second

func (l *loginAttempt) userError(err error) error {
	var hinted *hint.Error
	if errors.As(err, &hinted) {
		return hinted
	}
	if errors.Is(err, prompt.ErrInterrupted) {
		return prompt.ErrInterrupted
	}
	var algorithms *ssh.AlgorithmNegotiationError
	if errors.As(err, &algorithms) {
		return negotiationError(l.config, l.host, algorithms)
	}
	if reason, ok := disconnectReason(err); ok {
		return l.disconnectedError(reason)
	}
	cause := l.conn.err()
	switch {
	case errors.Is(err, errNoVersion) || cause != nil && !l.preamble.begun:
		return l.noVersionError(cause)
	case cause != nil:
		return l.brokenError(cause)
	}
	return &hint.Error{Err: fmt.Errorf("log in to %s: %s", l.host, sanitize.SSHError(err))}
}

// disconnectReason returns the description in SSH_MSG_DISCONNECT (RFC 4253, section 11.1),
// of which the SSH library makes an error "ssh: disconnect, reason CODE: DESCRIPTION". It
// returns false if err is another error.
func disconnectReason(err error) (string, bool) {
	_, reason, found := strings.Cut(err.Error(), "ssh: disconnect, reason ")
	if !found {
		return "", false
	}
	_, description, found := strings.Cut(reason, ": ")
	return description, found
}

// ErrTooManyKeys is in the error of a login that the host ended after too many attempts.
var ErrTooManyKeys = errors.New("too many keys were tried")

func (l *loginAttempt) disconnectedError(reason string) *hint.Error {
	if strings.Contains(reason, "Too many authentication failures") {
		return &hint.Error{
			Err:  fmt.Errorf("log in to %s: %w", l.host, ErrTooManyKeys),
			Hint: "name the right one with -i, and set IdentitiesOnly yes",
		}
	}
	return &hint.Error{Err: fmt.Errorf("%s ended the login: %s", l.host, sanitize.Line(reason))}
}

// sshdLines contains lines that OpenSSH's sshd sends instead of a version, with hints.
var sshdLines = []struct{ text, hint string }{
	{"Not allowed at this time", "sshd refuses this address for a while after logins that failed (PerSourcePenalties): wait, or ask the host's administrator"},
	{"Exceeded MaxStartups", "too many logins are under way there (MaxStartups): try again in a moment"},
}

func (l *loginAttempt) noVersionError(cause error) *hint.Error {
	text := l.preamble.preamble()
	for _, line := range sshdLines {
		if strings.Contains(text, line.text) {
			return &hint.Error{Err: fmt.Errorf("%s refused the connection: %s", l.host, text), Hint: line.hint}
		}
	}
	if text != "" {
		return &hint.Error{
			Err:  fmt.Errorf("%s is not an SSH server: it sent %q instead of an SSH version", l.host, text),
			Hint: fmt.Sprintf("is %d the port of its sshd? gm HOST:PORT names another", l.config.Number("port")),
		}
	}
	if _, late := errors.AsType[timeoutError](cause); late {
		return &hint.Error{
			Err:  fmt.Errorf("%s accepted the connection, but sent no SSH version: %w", l.host, cause),
			Hint: "does another program than sshd listen there, or is the host overloaded?",
		}
	}
	if ended := l.proxyCommandErr(); ended != nil {
		return &hint.Error{
			Err:  fmt.Errorf("%w before an SSH version came", ended),
			Hint: "its output may be above; ssh -v shows the expanded command",
		}
	}
	return &hint.Error{
		Err:  fmt.Errorf("%s before an SSH version came", l.closedText(cause)),
		Hint: "sshd does that to addresses that it rejects (hosts.deny, MaxStartups, PerSourcePenalties); or does another program listen there?",
	}
}

func (l *loginAttempt) brokenError(cause error) *hint.Error {
	_, late := errors.AsType[timeoutError](cause)
	if l.wait.Stage() != prompt.StageAuth {
		if late {
			return &hint.Error{
				Err:  fmt.Errorf("%s sent its SSH version, but did not exchange keys: %w", l.host, cause),
				Hint: "if this happens on one network only, it may lose large packets: try a smaller MTU",
			}
		}
		return &hint.Error{Err: fmt.Errorf("%s during the key exchange", l.closedText(cause)), Hint: "the log of its sshd has the reason"}
	}
	if late {
		return &hint.Error{
			Err:  fmt.Errorf("%s did not answer to %s: %w", l.host, l.auth.offered, cause),
			Hint: "the log of its sshd may have the reason",
		}
	}
	err := &hint.Error{Err: fmt.Errorf("%s after %s", l.closedText(cause), l.auth.offered), Hint: "the log of its sshd has the reason"}
	if time.Since(l.conn.started) > loginGraceTime {
		err.Hint = "sshd limits a login to 2 minutes, including the time for typing (LoginGraceTime): log in again, and answer sooner"
	}
	return err
}

// proxyCommandErr returns an error with the status of the ProxyCommand, or nil if there is
// none or it is still running.
func (l *loginAttempt) proxyCommandErr() error {
	if command, ok := l.conn.Conn.(*commandConn); ok {
		return command.ended()
	}
	return nil
}

func (l *loginAttempt) closedText(cause error) string {
	if ended := l.proxyCommandErr(); ended != nil {
		return ended.Error()
	}
	switch cause = plainNetError(cause); {
	case cause == io.EOF || errors.Is(cause, syscall.EPIPE):
		return l.host + " closed the connection"
	case errors.Is(cause, syscall.ECONNRESET):
		return l.host + " reset the connection"
	}
	return fmt.Sprintf("the connection to %s broke (%v)", l.host, cause)
}
