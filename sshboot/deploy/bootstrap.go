// Package deploy starts a server on a host over an SSH connection. A shell script on the
// host looks for an installed server or receives the program for its platform.
package deploy

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/sshboot/payload"
	"gm/sshboot/prompt"
	"gm/wire"
)

const (
	// maxLine bounds a line from the host, in bytes. The rest of a longer line is
	// discarded.
	maxLine = 4096
	// maxOutput bounds the output of a host before and between the lines for gm, in bytes.
	maxOutput = 4 << 20
	// maxWarnings bounds the number of warnings of a server that are shown.
	maxWarnings = 8
	// maxOpenDirs bounds the number of directories that a message lists.
	maxOpenDirs = 4
	// maxTries bounds the number of programs that are sent to a host in one login. It is
	// the greatest number of candidates for one platform.
	maxTries = 4
)

// Result is the result of a [Bootstrap].
type Result struct {
	Announcement wire.Announcement
	Server       netip.Addr // the host's address in SSH_CONNECTION; invalid if it is not set
	Path         string     // path of the running server
	Uploaded     int64      // size of the uploaded program in bytes, 0 if none was uploaded
	First        bool       // the uploaded program is the first one in its directory
	OutsideHome  string     // directory of the uploaded program if it is outside of the home
	Full         []string   // directories without room for the program
	openDirs     []string   // directories that other accounts can change, at most maxOpenDirs
	Warnings     []string   // warnings of the server, at most maxWarnings
	Reply        Reply      // answer to a verb
	// Pipe is the channel after the announcement, on which the server reads and writes
	// frames (package wire/pipe). It is nil if there is none. The caller closes it.
	Pipe io.ReadWriteCloser
	// InputClosed is set if the server announced a pipe, but its input ended with the
	// upload. VerbRelay opens another one.
	InputClosed bool
}

// newMarker returns a random word that marks the lines for gm on one connection.
func newMarker() string {
	b := make([]byte, 8)
	rand.Read(b)
	return "gm-" + hex.EncodeToString(b)
}

// Limits are the timeouts for the steps of a bootstrap.
type Limits struct {
	Session time.Duration // opening the channel
	Shell   time.Duration // up to the first line of the script, if there is a terminal for the shell
	Slow    time.Duration // the same without one, as ssh waits for a slow shell
	Script  time.Duration // between two lines of the script
	Server  time.Duration // up to the announcement of the server
	Upload  time.Duration // between two writes of an upload
}

// DefaultLimits are the limits of a login. A shell with large startup files in a slow home
// takes some seconds.
var DefaultLimits = Limits{
	Session: 30 * time.Second, Shell: 15 * time.Second, Slow: 2 * time.Minute, Script: time.Minute, Server: 30 * time.Second, Upload: 30 * time.Second,
}

// Bootstrap starts a server on a host. It uses one exec channel for each attempt: another
// program or directory is tried if one turns out to be unusable.
type Bootstrap struct {
	Host       string // for messages
	Account    string // user@host, for messages
	Launch     Launch
	Binaries   Binaries
	Env        []string // NAME=VALUE for the session
	Ask        prompt.Prompter
	WaitNotice *prompt.WaitNotice
	Limits     Limits

	result Result
	stage  prompt.Stage // of this attempt
	// platform is the host's description of itself, nil until it has been received.
	platform  *payload.Host
	requested bool              // the host has requested a program in this attempt
	sent      *payload.Platform // platform of the program sent in this attempt
	counted   bool              // the program was sent with the number of its bytes
	replaced  bool              // an installed server did not start and is replaced
	lastTaken string            // the last path reported to be taken
	// failed are the platforms whose programs did not start on this host.
	failed []payload.Platform
	output tail // standard output except for the lines for gm
	errors tail // standard error
	// unfinished returns the begun line of standard output; nil before there is any.
	unfinished func() string
	slow       bool        // waitLonger has shown its notice
	stalled    atomic.Bool // the connection was closed after a timeout of Limits
	lost       atomic.Bool // the connection was closed by HostLost
	closeConn  func()
}

var (
	// errRetry requests another attempt.
	errRetry = errors.New("the host needs another program or place")
	// ErrInputClosed means that VerbProbe has no input, as the host has no head.
	ErrInputClosed = errors.New("the program on the host has no input")
	// ErrLoginAgain requests another login, with the new password.
	ErrLoginAgain = errors.New("the password is a new one")
)

// Run starts the server. It makes as many attempts as there are programs and directories
// to try, and one in a terminal if the account's shell needs it.
func (s *Bootstrap) Run(ctx context.Context, client *ssh.Client) (Result, error) {
	defer s.WaitNotice.Leave()
	s.Launch.marker = newMarker()
	var terminal error // the reason for a terminal
	for {
		var result Result
		var err error
		if terminal == nil {
			result, err = s.attempt(ctx, client)
		} else {
			result, err = s.attemptInTerminal(ctx, client, terminal)
		}
		switch {
		case errors.Is(err, errRetry):
			s.output.reset()
			s.errors.reset()
		case errors.Is(err, errExpired), errors.Is(err, errShellTimeout):
			terminal = err
		default:
			return result, err
		}
	}
}

func (s *Bootstrap) attempt(ctx context.Context, client *ssh.Client) (result Result, err error) {
	c, err := s.open(client, nil)
	if err != nil {
		return Result{}, err
	}
	defer func() {
		if err != nil {
			c.hangUp(s.closeConn)
		}
		if result.Pipe == nil {
			c.session.Close()
		}
	}()
	defer s.closeAtEnd(ctx, c)()

	rest, err := s.readLines(ctx, c.out, c.in)
	if err != nil {
		if ctx.Err() != nil {
			return Result{}, ctx.Err()
		}
		c.in.Close()
		return Result{}, err
	}
	if s.opensPipe() {
		if s.result.InputClosed = s.sent != nil && !s.counted; s.result.InputClosed {
			awaitExit(c)
			if s.Launch.verb() == VerbProbe {
				return s.result, ErrInputClosed
			}
		} else {
			s.result.Pipe = &channelPipe{rest, c, s.Launch.verb() == VerbProbe}
		}
	}
	return s.finish(c)
}

// finish returns the result after the last line of the host.
func (s *Bootstrap) finish(c channel) (Result, error) {
	s.result.Announcement.Pipe = s.result.Pipe != nil
	switch {
	case s.result.Announcement.Port != 0 && (s.isQuery() || s.Launch.verb() == VerbRelay):
		return Result{}, s.unknownVerbError(0, "")
	case s.result.Announcement.Port != 0, s.result.Pipe != nil:
		return s.result, nil
	case s.result.InputClosed && s.Launch.Deploy != Always: // of VerbRelay
		return Result{}, errRetry
	}
	wait := c.session.Wait()
	if len(s.result.Reply.Errors) > 0 || wait == nil && s.answered() {
		return s.result, s.refusal()
	}
	return Result{}, s.exitError(wait)
}

func (s *Bootstrap) open(client *ssh.Client, size *prompt.TerminalSize) (channel, error) {
	s.Launch.terminal = size != nil
	line, err := s.Launch.commandLine()
	if err != nil {
		return channel{}, &hint.Error{Err: err}
	}
	s.requested, s.sent, s.counted, s.closeConn, s.stage = false, nil, false, func() { client.Close() }, prompt.StageSession
	s.WaitNotice.Enter(prompt.StageSession, nil, "%s to open a session", s.Host)
	stop := s.closeAfter(s.Limits.Session)
	c, err := openChannel(client, s.Host, line, s.Env, &s.errors, size)
	stop()
	if err != nil && s.stalled.Load() {
		err = &hint.Error{Err: fmt.Errorf("%s does not open a session: no answer for %s", s.Host, s.Limits.Session), Hint: "the log of its sshd may have the reason"}
	}
	return c, err
}

// closeAtEnd closes the connection when ctx ends: closing the session alone would wait for the
// host. Nothing happens after stop was called.
func (s *Bootstrap) closeAtEnd(ctx context.Context, c channel) (stop func()) {
	closed := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() {
		defer close(closed)
		c.hangUp(s.closeConn)
		s.closeConn()
	})
	return func() {
		if !cancel() {
			<-closed
		}
	}
}

// closeAfter closes the connection after d unless stop is called before.
func (s *Bootstrap) closeAfter(d time.Duration) (stop func()) {
	timer := time.AfterFunc(d, func() {
		s.stalled.Store(true)
		s.closeConn()
	})
	return func() { timer.Stop() }
}

func (s *Bootstrap) enter(next prompt.Stage) {
	s.stage = next
	switch next {
	case prompt.StageShell:
		s.WaitNotice.Enter(next, s.printedSuffix, "the shell of %s to run gm's command", s.Account)
	case prompt.StageScript:
		s.WaitNotice.Enter(next, nil, "%s to look for a server", s.Host)
	case prompt.StageServer:
		s.WaitNotice.Enter(next, s.printedSuffix, "the server on %s to answer", s.Host)
	}
}

// printedSuffix returns the end of a message with the output of the host.
func (s *Bootstrap) printedSuffix() string {
	output := s.output.String()
	if s.unfinished != nil {
		if line := s.unfinished(); !strings.Contains(line, s.Launch.marker) {
			output += line // such as a question
		}
	}
	if text := quotedSuffix(output) + s.errors.suffix(); text != "" {
		return "; it printed" + text
	}
	return "; it printed nothing"
}

// HostLost records that the connection was closed because the host stopped answering.
func (s *Bootstrap) HostLost() { s.lost.Store(true) }

// Mode is whether gm uploads its own server to a host.
type Mode string

const (
	// Auto uploads the server unless the host has the same one.
	Auto Mode = "auto"
	// Always uploads it in any case, and uses no other.
	Always Mode = "always"
	// Never writes nothing on the host. It uses a server that was uploaded before, or
	// an installed gm or mosh-server.
	Never Mode = "never"
)
