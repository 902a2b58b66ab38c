package session

import (
	"net/netip"
	"slices"
	"time"

	"gm/vt"
	"gm/wire/datagram"
	"gm/wire/state"
)

const (
	// OutputStep is the most output in bytes that Output should be given at once.
	OutputStep = 1 << 10

	// InitialCols and InitialRows are the size of the screen until a client reports
	// its own.
	InitialCols, InitialRows = 80, 24
)

// Host does the I/O of a session. Its methods are called by the session's own
// methods and must not call them.
type Host interface {
	// Start starts the program on a terminal of that size. The greeting is shown
	// before the program's output. An error is shown too and ends the session.
	Start(cols, rows int) (greeting []byte, err error)
	// Write begins to write input to the program's terminal. flushes reports whether
	// it contains an interrupt that discards output. The caller of the session calls
	// Wrote when the write has ended, and not before Write has returned.
	Write(input []byte, flushes bool)
	// EndWrite ends a write that blocks.
	EndWrite()
	// FlushInput discards the input that the program has not read, if there is so much
	// that the line discipline would not see an interrupt. It reports whether it did.
	FlushInput() bool
	// HangUp closes the program's terminal.
	HangUp()
	// Resize changes the size of the program's terminal.
	Resize(size Winsize)
	// Discipline returns the line discipline of the program's terminal; the zero
	// Discipline if there is none.
	Discipline() state.Discipline
	// Send sends a datagram of an attachment; fits is false if it is too long for the
	// path.
	Send(a *Attachment, data []byte, path datagram.Path) (fits bool)
	// ClientChanged reports the new address of an attachment's client, the zero Addr
	// once it is silent. It is not called before Start.
	ClientChanged(a *Attachment, client netip.Addr)
	// Log writes a line of the verbose log (-v).
	Log(format string, a ...any)
}

// Config configures a session.
type Config struct {
	Terminal vt.Options
	Timeouts Timeouts
}

// Session is a program on a terminal, from before its first client connects until
// its end. It does no I/O and reads no clock.
type Session struct {
	cfg         Config
	host        Host
	term        *vt.Terminal
	attachments []*Attachment // the last one stays when it has finished

	created   time.Time
	started   bool      // Host.Start was called
	contacted time.Time // when it was called
	running   bool      // it succeeded
	ending    bool      // the shutdown has begun
	hungUp    bool      // all clients have left, and the program was hung up
	finished  bool

	exit         exitState
	queue        inputQueue
	termios      termiosWatcher
	events       eventExpiry
	pixels       vt.Pixels       // of the program's tty (TIOCGWINSZ); zero if unknown
	capabilities vt.Capabilities // of the user's terminal, as reported last
}

// New returns a session without attachments.
func New(cfg Config, h Host, now time.Time) *Session {
	return &Session{cfg: cfg, host: h, created: now, term: vt.NewTerminal(InitialCols, InitialRows, cfg.Terminal)}
}

// resize applies the last change of size among events. Sizes in between were never
// visible.
func (s *Session) resize(now time.Time, events []state.UserEvent) {
	for _, e := range slices.Backward(events) {
		if e.Cols == 0 {
			continue
		}
		s.term.Resize(e.Cols, e.Rows)
		s.markDirty(now)
		if s.running {
			s.host.Resize(s.winsize())
		}
		s.sendReplies()
		return
	}
}

func (s *Session) size() (cols, rows int) { return s.term.Snapshot().Size() }

// start starts the program. If that fails, the user's screen shows the error.
func (s *Session) start(now time.Time) {
	s.started, s.contacted = true, now
	greeting, err := s.host.Start(s.size())
	s.running = err == nil
	if s.running && s.pixels.Width > 0 {
		s.host.Resize(s.winsize())
	}
	s.Output(now, greeting)
	if err != nil {
		s.Output(now, []byte("gm: "+err.Error()+"\r\n"))
		s.exit.startFailed(err)
		s.end(now, err.Error())
	}
}

// Output handles output of the program, of at most OutputStep bytes.
func (s *Session) Output(now time.Time, p []byte) {
	if len(p) == 0 {
		return
	}
	s.term.Write(p)
	s.termios.onOutput(now)
	s.events.onOutput(now, s.term.EventCount())
	for _, a := range s.attachments {
		a.onOutput(now, p)
	}
	s.sendReplies()
}

func (s *Session) markDirty(now time.Time) {
	for _, a := range s.attachments {
		a.frames.markDirty(now, s.term)
	}
}

// CancelSequence ends a sequence that output has begun and not completed (CAN).
func (s *Session) CancelSequence() { s.term.Write([]byte{0x18}) }

// end begins the shutdown: the last screen, then the handshake with each client.
// If no client can be reached, the next Tick finishes the session.
func (s *Session) end(now time.Time, why string) {
	if s.ending {
		return
	}
	s.host.Log("session ends: %s", why)
	s.ending = true
	for _, a := range s.attachments {
		a.offer(now, s.term.Snapshot())
		a.wire.Shutdown(now)
	}
}

// Stop ends the session because the server has received a signal, of that number
// and name.
func (s *Session) Stop(now time.Time, number int, name string) {
	if !s.ending {
		s.exit.stopped(number, name)
	}
	s.end(now, name)
}

// Fail finishes the session at once, because nothing can be sent any more.
func (s *Session) Fail(err error) {
	s.host.Log("session ends: %v", err)
	s.finished = true
}

// UserSignal handles SIGUSR1. It stops the session unless a client was heard
// within Timeouts.Signal.
func (s *Session) UserSignal(now time.Time, number int, name string) {
	if limit := s.cfg.Timeouts.Signal; limit == 0 || now.Sub(s.heard()) >= limit {
		s.Stop(now, number, name)
	}
}

// Finished reports whether nothing is left to do, so that the session can be
// dropped.
func (s *Session) Finished() bool { return s.finished }
