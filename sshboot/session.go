package sshboot

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

	"gm/sshboot/payload"
	"gm/wire"
)

const (
	// maxLine bounds a line of the host's, in bytes; the rest of a longer one
	// is dropped.
	maxLine = 4096
	// maxNoise bounds what a host may print before and around gm's lines.
	maxNoise = 4 << 20
	// maxWarnings bounds how many warnings of a server's are shown.
	maxWarnings = 8
	// maxOpen bounds how many directories that others can change are named.
	maxOpen = 4
	// maxTries bounds how many programs are sent to a host in one login: so many
	// may run on one platform.
	maxTries = 4
)

// started is the result of a starter.
type started struct {
	announcement wire.Announcement
	server       netip.Addr // the host's own address, of SSH_CONNECTION; may be missing
	path         string     // of the server that runs
	uploaded     int64      // bytes of the program that was sent, 0 if it was there
	outside      string     // the directory of the program that was sent, if that is not in the home
	open         []string   // directories that other accounts can change, at most maxOpen
	warnings     []string   // of the server's, at most maxWarnings
}

// newMarker makes the word that marks the lines meant for gm on one connection.
func newMarker() string {
	b := make([]byte, 8)
	rand.Read(b)
	return "gm-" + hex.EncodeToString(b)
}

// hostLimits is how long a host may take for each step, without a word of the
// script's.
type hostLimits struct {
	session time.Duration // to open the channel
	shell   time.Duration // the account's shell, to run the command
	script  time.Duration // the script, from line to line
	server  time.Duration // the server, to announce itself
	upload  time.Duration // to take the next bytes of a program
}

// defaultLimits are those of a login. A shell that reads much of a slow home at its
// start takes some seconds.
var defaultLimits = hostLimits{
	session: 30 * time.Second, shell: 30 * time.Second, script: time.Minute, server: 30 * time.Second, upload: 30 * time.Second,
}

// starter starts a server through one exec channel, or through one for each
// program or place that turns out not to do.
type starter struct {
	host     string // for messages
	account  string // user@host, for messages
	launch   launch
	programs library
	env      []string // NAME=VALUE for the session
	meter    meter
	ask      prompter
	waits    *waits
	limits   hostLimits

	result started
	stage  stage // of this attempt
	// platform is what the host has said of itself, once it has.
	platform *payload.Host
	asked    bool              // this attempt has asked for a program
	sent     *payload.Platform // of the program that this attempt was sent
	replaced bool              // a server that was there did not start and is uploaded anew
	inTheWay string            // what has the program's name and cannot be replaced, as told last
	// tried are the platforms whose programs did not start on this host.
	tried  []payload.Platform
	output tail        // what the host printed beside the lines for gm
	errors tail        // what came on standard error
	stuck  atomic.Bool // the connection was closed as the host did not go on
	lost   atomic.Bool // the connection was closed as the host did not answer
	cut    func()      // closes the connection
}

var (
	// errAnother asks for another attempt, with what was learned in the last one.
	errAnother = errors.New("the host needs another program or place")
	// errLoginAgain asks for another login.
	errLoginAgain = errors.New("the password is a new one")
)

// start starts the server, with as many attempts as there are programs and
// places, and one in a terminal if the account's shell needs that.
func (s *starter) start(ctx context.Context, client *ssh.Client) (started, error) {
	defer s.waits.leave()
	var terminal error // why a terminal is needed
	for {
		var result started
		var err error
		if terminal == nil {
			result, err = s.attempt(ctx, client)
		} else {
			result, err = s.inTerminal(ctx, client, terminal)
		}
		switch {
		case errors.Is(err, errAnother):
			s.output.reset()
			s.errors.reset()
		case errors.Is(err, errExpired), errors.Is(err, errSilent):
			terminal = err
		default:
			return result, err
		}
	}
}

// attempt runs the command line and talks with the script until the server has
// announced itself.
func (s *starter) attempt(ctx context.Context, client *ssh.Client) (started, error) {
	c, err := s.open(client, nil)
	if err != nil {
		return started{}, err
	}
	defer c.session.Close()
	defer context.AfterFunc(ctx, s.cut)() // closing the session alone would wait for the host

	if err := s.converse(ctx, c.out, c.in); err != nil {
		if ctx.Err() != nil {
			return started{}, ctx.Err()
		}
		c.in.Close()
		return started{}, err
	}
	if s.result.announcement.Port == 0 {
		return started{}, s.failure(c.session.Wait())
	}
	return s.result, nil
}

// open runs the command line, in a terminal if size is not nil.
func (s *starter) open(client *ssh.Client, size *terminalSize) (channel, error) {
	s.launch.terminal = size != nil
	line, err := s.launch.commandLine()
	if err != nil {
		return channel{}, &Error{Err: err}
	}
	s.asked, s.sent, s.cut, s.stage = false, nil, func() { client.Close() }, stageSession
	s.waits.enter(stageSession, nil, "%s to open a session", s.host)
	stop := s.limit(s.limits.session)
	c, err := openChannel(client, s.host, line, s.env, &s.errors, size)
	stop()
	if err != nil && s.stuck.Load() {
		err = &Error{Err: fmt.Errorf("%s does not open a session: no answer for %s", s.host, s.limits.session), Hint: "the log of its sshd may have the reason"}
	}
	return c, err
}

// limit closes the connection after a time, unless stop is called before.
func (s *starter) limit(d time.Duration) (stop func()) {
	timer := time.AfterFunc(d, func() {
		s.stuck.Store(true)
		s.cut()
	})
	return func() { timer.Stop() }
}

// enter begins a stage.
func (s *starter) enter(next stage) {
	s.stage = next
	switch next {
	case stageShell:
		s.waits.enter(next, s.printed, "the shell of %s to run gm's command", s.account)
	case stageScript:
		s.waits.enter(next, nil, "%s to look for a server", s.host)
	case stageServer:
		s.waits.enter(next, s.printed, "the server on %s to start", s.host)
	}
}

// printed returns what the host has printed, to follow a message.
func (s *starter) printed() string {
	if text := s.output.suffix() + s.errors.suffix(); text != "" {
		return "; it printed" + text
	}
	return "; it printed nothing"
}

// hostLost notes that the connection was closed as the host did not answer.
func (s *starter) hostLost() { s.lost.Store(true) }
