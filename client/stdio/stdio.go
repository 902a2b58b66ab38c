// Package stdio runs a session without a terminal: streams carry the standard input, output
// and error of a program on the host. The session survives what others do.
package stdio

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"gm/client/forwarding"
	"gm/client/paths"
	"gm/client/roaming"
	"gm/client/sshexec"
	"gm/internal/alarm"
	"gm/internal/deadline"
	"gm/internal/forward"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
	"gm/wire/udp"
)

// Config describes a session without a terminal.
type Config struct {
	Server  netip.AddrPort
	Key     datagram.Key   // wiped by Run
	Roaming roaming.Config // Server, Transport and Start are set by Run
	// Extensions are those that the server has granted, with [state.ExtStreams].
	Extensions state.Extension
	sshexec.Streams
	NoProgram bool // nothing runs on the host
	// Connect is what standard input and output are joined to in place of a program, which
	// the host connects to; the zero Address is nothing.
	Connect forward.Address
	// Later is a program that runs once the forwardings are there; nil for none. There is no
	// other one.
	Later      *Later
	Forwarding forwarding.Config
	// Ready is called once when all forwardings have been set up; may be nil. Its error ends
	// the session.
	Ready func() error
	// Log receives messages for the user.
	Log func(text string)
}

// Later is a command of the account's shell, which is a login shell if it is empty.
type Later struct{ Command string }

// Errors of a session that has not ended with its program.
var (
	// ErrNoAnswer means that the server has never answered.
	ErrNoAnswer = errors.New("the server does not answer")
	// ErrLost means that the session has ended without its program's exit status.
	ErrLost = errors.New("the session has ended")
)

const (
	// answerTimeout is how long a server is waited for that has never answered.
	answerTimeout = time.Minute

	// burst is the number of datagrams that are handled in a row.
	burst = 64
)

// session is a session without a terminal. It is owned by the goroutine of run.
type session struct {
	cfg       Config
	transport *wire.Transport[state.User, state.Screen]
	roamer    *roaming.Roamer
	mux       *forwarding.Forwarding
	program   program
	later     state.ExitStatus // of cfg.Later
	joined    *connection      // nil if nothing is connected to
	ready     bool             // Ready was called
	timer     *alarm.Alarm
	now       time.Time // when the turn under way began
	begun     time.Time
	ctx       context.Context
	quit      <-chan struct{} // closed when ctx ends; nil once that was handled
	leaving   bool            // the client ends the session
	reason    error           // why
	panics    chan any        // of the feeders
}

// Run runs a session until its end, and returns the program's exit status. The end of ctx
// ends the session, and its cause is the error then.
func Run(ctx context.Context, cfg Config) (state.ExitStatus, error) {
	now := time.Now()
	s := &session{ctx: ctx, quit: ctx.Done(), cfg: cfg, timer: alarm.New(), now: now, begun: now, panics: make(chan any, 1)}
	defer s.timer.Close()
	err := s.connect(now)
	cfg.Key.Wipe()
	s.cfg.Key.Wipe()
	if err != nil {
		return state.ExitStatus{}, err
	}
	defer s.roamer.Close()
	defer s.mux.Close()
	return s.run()
}

func (s *session) connect(now time.Time) (err error) {
	s.transport, err = wire.New(wire.Config[state.User, state.Screen]{
		Key:         s.cfg.Key,
		Direction:   datagram.ToServer,
		Identifiers: s.cfg.Extensions.Has(state.ExtIdentifiers),
		Paths:       s.cfg.Extensions.Has(state.ExtPaths),
		Streams:     true,
		MinDelay:    wire.ClientMinDelay,
		MTU:         datagram.MTU(s.cfg.Server.Addr()),
		Remote:      state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows)},
	}, now)
	if err != nil {
		return fmt.Errorf("start the session: %w", err)
	}
	s.mux = forwarding.New(s.transport.Streams(), s.cfg.Forwarding, s.start, s.cfg.Log)
	switch {
	case s.cfg.Connect != (forward.Address{}):
		s.joined = connect(s.mux.Mux, s.cfg.Connect, &s.cfg)
	case !s.cfg.NoProgram:
		s.program = startProgram(s.transport.Streams(), s.mux.Mux, &s.cfg)
	}
	s.mux.Begin()
	roam := s.cfg.Roaming
	roam.Server, roam.Transport, roam.Start = s.cfg.Server, s.transport, s.start
	if s.roamer, err = roaming.New(now, roam); err != nil {
		return fmt.Errorf("open a UDP socket: %w", err)
	}
	return nil
}

// start runs a feeder in a goroutine of its own. A panic in it is that of the session.
func (s *session) start(f func()) {
	go func() {
		defer func() {
			if r := recover(); r != nil {
				select {
				case s.panics <- r:
				default:
				}
			}
		}()
		f()
	}()
}

func (s *session) run() (state.ExitStatus, error) {
	s.timer.Set(s.now)
	for {
		s.wait()
		s.mux.Service(s.now)
		if err := s.setUp(); err != nil {
			s.leave(err)
		}
		if s.joined != nil && s.joined.relay.Delivered() {
			s.leave(s.joined.err)
		}
		if s.roamer.Decide(s.now).Ask {
			s.roamer.RefuseLogin(s.now)
		}
		if err := s.transport.Tick(s.now, s.send); err != nil {
			return state.ExitStatus{}, fmt.Errorf("continue the session: %w", err)
		}
		s.roamer.Flush()
		if ended, err := s.ended(); ended {
			if s.later.Known {
				return s.later, err
			}
			remote, _ := s.transport.Remote()
			return remote.ExitStatus, err
		}
		s.timer.Set(deadline.Earliest(s.transport.Deadline(s.now), s.roamer.Deadline(), s.answerDeadline(), s.transport.LingerUntil()))
	}
}

// setUp calls Ready once the server has answered all requests. An error ends the session.
func (s *session) setUp() error {
	if err := s.mux.Err(); err != nil {
		return err
	}
	if s.ready || s.transport.Heard().IsZero() || s.mux.Pending() {
		return nil
	}
	s.ready = true
	if s.cfg.Later != nil {
		s.runLater()
	}
	if s.cfg.Ready == nil {
		return nil
	}
	return s.cfg.Ready()
}

// wait handles the next event, and the datagrams that have arrived with it.
func (s *session) wait() {
	select {
	case <-s.timer.C():
		s.now = time.Now()
	case d := <-s.roamer.Incoming():
		s.now = time.Now()
		s.receive(d)
		s.receiveMore()
	case f := <-s.roamer.Failed():
		s.now = time.Now()
		s.roamer.HandleFailure(s.now, f)
	case event := <-s.roamer.Events():
		s.now = time.Now()
		event(s.now)
	case <-s.roamer.Changed():
		s.now = time.Now()
		s.roamer.AddressesChanged(s.now)
	case <-s.mux.Ready():
		s.now = time.Now()
	case <-s.quit:
		s.now, s.quit = time.Now(), nil
		s.leave(context.Cause(s.ctx))
	case r := <-s.panics:
		panic(r)
	}
}

// leave announces the end of the session to the server.
func (s *session) leave(reason error) {
	if !s.leaving {
		s.leaving, s.reason = true, reason
		s.transport.Shutdown(s.now)
	}
}

func (s *session) receiveMore() {
	for range burst {
		select {
		case d := <-s.roamer.Incoming():
			s.receive(d)
		default:
			return
		}
	}
}

func (s *session) receive(d paths.Datagram) {
	defer s.roamer.Release(d)
	s.transport.Receive(s.now, d.Data, d.Path, d.Congested) // a stranger can cause any error
	if !s.transport.PathState(d.Path).Heard.IsZero() {
		s.roamer.NoteHeard(d.Path)
	}
}

func (s *session) send(path datagram.Path, data []byte) {
	err := s.roamer.Send(s.now, path, data)
	if errors.Is(err, udp.ErrTooLong) {
		s.transport.TooLong(path)
	}
	s.roamer.Sent(s.now, path, err)
}

// ended reports whether the session has ended, and the output was written.
func (s *session) ended() (ended bool, err error) {
	never := s.transport.Heard().IsZero()
	switch {
	case s.leaving:
		return s.transport.Closed() || s.transport.TimedOut(s.now) || never, s.reason
	case s.transport.Closed():
		return s.finished()
	case never && !s.now.Before(s.answerDeadline()):
		return true, ErrNoAnswer
	}
	return false, nil
}

// finished is ended once the server has ended the session.
func (s *session) finished() (ended bool, err error) {
	remote, _ := s.transport.Remote()
	switch {
	case remote.ExitStatus.Stopped != "":
		return true, fmt.Errorf("%w: %s", ErrLost, remote.ExitStatus.Stopped)
	case !remote.ExitStatus.Known:
		return true, ErrLost
	case s.transport.LingerUntil().After(s.now) && s.transport.Lossy():
		return false, nil
	}
	// A program that was not started has no streams.
	return remote.ExitStatus.Reason != "" || s.program.delivered(), nil
}

func (s *session) answerDeadline() time.Time {
	if !s.transport.Heard().IsZero() {
		return time.Time{}
	}
	return s.begun.Add(answerTimeout)
}
