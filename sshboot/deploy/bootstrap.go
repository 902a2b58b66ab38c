// Package deploy starts a server on a host over an SSH connection. It looks for one that
// is there, or uploads the program for the host's platform, by a shell script that it
// talks with line by line.
package deploy

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/sshboot/payload"
	"gm/sshboot/prompt"
	"gm/wire"
)

const (
	// maxLine bounds a line of the host's, in bytes; the rest of a longer one
	// is dropped.
	maxLine = 4096
	// maxOutput bounds what a host may print before and around gm's lines.
	maxOutput = 4 << 20
	// maxWarnings bounds how many warnings of a server's are shown.
	maxWarnings = 8
	// maxOpenDirs bounds how many directories that others can change are named.
	maxOpenDirs = 4
	// maxTries bounds how many programs are sent to a host in one login: so many
	// may run on one platform.
	maxTries = 4
)

// Result is the result of a starter.
type Result struct {
	Announcement wire.Announcement
	Server       netip.Addr // the host's own address, of SSH_CONNECTION; may be missing
	Path         string     // of the server that runs
	Uploaded     int64      // bytes of the program that was sent, 0 if it was there
	OutsideHome  string     // the directory of the program that was sent, if that is not in the home
	openDirs     []string   // directories that other accounts can change, at most maxOpenDirs
	Warnings     []string   // of the server's, at most maxWarnings
}

// NewMarker makes the word that marks the lines meant for gm on one connection.
func NewMarker() string {
	b := make([]byte, 8)
	rand.Read(b)
	return "gm-" + hex.EncodeToString(b)
}

// Limits is how long a host may take for each step, without a word of the
// script's.
type Limits struct {
	Session time.Duration // to open the channel
	Shell   time.Duration // the account's shell, to run the command
	Script  time.Duration // the script, from line to line
	Server  time.Duration // the server, to announce itself
	Upload  time.Duration // to take the next bytes of a program
}

// DefaultLimits are those of a login. A shell that reads much of a slow home at its
// start takes some seconds.
var DefaultLimits = Limits{
	Session: 30 * time.Second, Shell: 30 * time.Second, Script: time.Minute, Server: 30 * time.Second, Upload: 30 * time.Second,
}

// Bootstrap starts a server through one exec channel, or through one for each
// program or place that turns out not to do.
type Bootstrap struct {
	Host       string // for messages
	Account    string // user@host, for messages
	Launch     Launch
	Binaries   Binaries
	Env        []string // NAME=VALUE for the session
	Progress   progressBar
	Ask        prompt.Prompter
	WaitNotice *prompt.WaitNotice
	Limits     Limits

	result Result
	stage  prompt.Stage // of this attempt
	// platform is what the host has said of itself, once it has.
	platform  *payload.Host
	requested bool              // this attempt has asked for a program
	sent      *payload.Platform // of the program that this attempt was sent
	replaced  bool              // a server that was there did not start and is uploaded anew
	lastTaken string            // what has the program's name and cannot be replaced, as told last
	// failed are the platforms whose programs did not start on this host.
	failed    []payload.Platform
	output    tail        // what the host printed beside the lines for gm
	errors    tail        // what came on standard error
	stalled   atomic.Bool // the connection was closed as the host did not go on
	lost      atomic.Bool // the connection was closed as the host did not answer
	closeConn func()      // closes the connection
}

var (
	// errRetry asks for another attempt, with what was learned in the last one.
	errRetry = errors.New("the host needs another program or place")
	// ErrLoginAgain asks for another login.
	ErrLoginAgain = errors.New("the password is a new one")
)

// Run starts the server, with as many attempts as there are programs and
// places, and one in a terminal if the account's shell needs that.
func (s *Bootstrap) Run(ctx context.Context, client *ssh.Client) (Result, error) {
	defer s.WaitNotice.Leave()
	var terminal error // why a terminal is needed
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

// attempt runs the command line and talks with the script until the server has
// announced itself.
func (s *Bootstrap) attempt(ctx context.Context, client *ssh.Client) (Result, error) {
	c, err := s.open(client, nil)
	if err != nil {
		return Result{}, err
	}
	defer c.session.Close()
	defer context.AfterFunc(ctx, s.closeConn)() // closing the session alone would wait for the host

	if err := s.readLines(ctx, c.out, c.in); err != nil {
		if ctx.Err() != nil {
			return Result{}, ctx.Err()
		}
		c.in.Close()
		return Result{}, err
	}
	if s.result.Announcement.Port == 0 {
		return Result{}, s.exitError(c.session.Wait())
	}
	return s.result, nil
}

// open runs the command line, in a terminal if size is not nil.
func (s *Bootstrap) open(client *ssh.Client, size *prompt.TerminalSize) (channel, error) {
	s.Launch.terminal = size != nil
	line, err := s.Launch.commandLine()
	if err != nil {
		return channel{}, &hint.Error{Err: err}
	}
	s.requested, s.sent, s.closeConn, s.stage = false, nil, func() { client.Close() }, prompt.StageSession
	s.WaitNotice.Enter(prompt.StageSession, nil, "%s to open a session", s.Host)
	stop := s.closeAfter(s.Limits.Session)
	c, err := openChannel(client, s.Host, line, s.Env, &s.errors, size)
	stop()
	if err != nil && s.stalled.Load() {
		err = &hint.Error{Err: fmt.Errorf("%s does not open a session: no answer for %s", s.Host, s.Limits.Session), Hint: "the log of its sshd may have the reason"}
	}
	return c, err
}

// closeAfter closes the connection after a time, unless stop is called before.
func (s *Bootstrap) closeAfter(d time.Duration) (stop func()) {
	timer := time.AfterFunc(d, func() {
		s.stalled.Store(true)
		s.closeConn()
	})
	return func() { timer.Stop() }
}

// enter begins a stage.
func (s *Bootstrap) enter(next prompt.Stage) {
	s.stage = next
	switch next {
	case prompt.StageShell:
		s.WaitNotice.Enter(next, s.printedSuffix, "the shell of %s to run gm's command", s.Account)
	case prompt.StageScript:
		s.WaitNotice.Enter(next, nil, "%s to look for a server", s.Host)
	case prompt.StageServer:
		s.WaitNotice.Enter(next, s.printedSuffix, "the server on %s to start", s.Host)
	}
}

// printedSuffix returns what the host has printed, to follow a message.
func (s *Bootstrap) printedSuffix() string {
	if text := s.output.suffix() + s.errors.suffix(); text != "" {
		return "; it printed" + text
	}
	return "; it printed nothing"
}

// HostLost notes that the connection was closed as the host did not answer.
func (s *Bootstrap) HostLost() { s.lost.Store(true) }
