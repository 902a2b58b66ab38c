package session

import (
	"net/netip"
	"time"

	"gm/vt"
	"gm/wire/datagram"
	"gm/wire/state"
)

// OutputStep is the most output in bytes that Output should be given at once.
const OutputStep = 1 << 10

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
	// ClientChanged reports the address of the newest client that is not silent; the
	// zero Addr if there is none. It is not called before Start.
	ClientChanged(client netip.Addr)
	// Idle reports whether the program is a login shell that waits for a command, and
	// nothing else runs on its terminal. It is called only while no client is there.
	Idle() bool
	// Log writes a line of the verbose log (-v).
	Log(format string, a ...any)
}

// Config configures a session.
type Config struct {
	Terminal vt.Options
	Timeouts Timeouts
	// Piped means that the program has no terminal. The end of its output means that the
	// client has received all of it.
	Piped bool
}

// Session is a program on a terminal, from before its first client connects until
// its end. Clients come and go: each is an [Attachment]. A Session does no I/O and reads
// no clock.
type Session struct {
	cfg         Config
	host        Host
	term        *vt.Terminal
	attachments []*Attachment
	policy      SizePolicy
	routed      []routeState // of the attachments, at the last RoutesChanged
	lastTyped   uint64       // the highest Attachment.typed
	reported    netip.Addr   // the last one given to Host.ClientChanged
	lastAddr    netip.Addr   // of the newest client, even if it has left; invalid if none came

	created   time.Time
	started   bool      // Host.Start was called
	contacted time.Time // when it was called
	heard     time.Time // when a client was heard last; zero if none was
	running   bool      // Host.Start succeeded
	hungUp    bool      // the program was hung up
	finished  bool

	ending    bool // the shutdown has begun
	endedAt   time.Time
	keepUntil time.Time // until when the end waits for a client; zero if it does not
	confirmed bool      // a client has the end

	lingerCheck time.Time // when a shell that has run a command is looked at again

	historyLines int       // the most that a client has wanted
	erasable     time.Time // when ED 2 adds the screen to the history again

	exit         exitState
	passages     passages
	queue        inputQueue
	replies      []byte    // of the terminal, which wait until repliesDue
	repliesDue   time.Time // zero if there are none
	termios      termiosWatcher
	events       eventExpiry
	pixels       vt.Pixels       // of the program's tty (TIOCGWINSZ); zero if unknown
	capabilities vt.Capabilities // of the leader's terminal
}

// New returns a session without attachments.
func New(cfg Config, h Host, now time.Time) *Session {
	return &Session{cfg: cfg, host: h, created: now, term: vt.NewTerminal(state.InitialCols, state.InitialRows, cfg.Terminal)}
}

func (s *Session) setSize(now time.Time, cols, rows int) {
	s.term.Resize(cols, rows)
	s.markDirty(now)
	if s.running {
		s.host.Resize(s.winsize())
	}
	s.sendReplies(now)
}

func (s *Session) updateSize(now time.Time) {
	cols, rows := s.wantedSize()
	if c, r := s.size(); c != cols || r != rows {
		s.setSize(now, cols, rows)
	}
}

// SetSizePolicy replaces the policy for the size of the screen.
func (s *Session) SetSizePolicy(now time.Time, p SizePolicy) {
	s.policy = p
	s.updateSize(now)
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
		s.end(now, err.Error(), 0)
	}
}

// Output handles output of the program, of at most OutputStep bytes. It is not called while
// the session is Blocked.
func (s *Session) Output(now time.Time, p []byte) {
	if len(p) == 0 {
		return
	}
	s.allowErased(now)
	s.term.Write(p)
	s.takePassages(now)
	s.termios.onOutput(now)
	s.events.onOutput(now, s.term.EventCount())
	for _, a := range s.attachments {
		a.onOutput(now, p)
	}
	s.sendReplies(now)
}

func (s *Session) markDirty(now time.Time) {
	for _, a := range s.attachments {
		a.frames.markDirty(now, s.term)
	}
}

// CancelSequence ends a sequence that output has begun and not completed (CAN). It is not
// called in a control mode.
func (s *Session) CancelSequence() { s.term.Write([]byte{0x18}) }

// Fail finishes the session at once, because nothing can be sent any more.
func (s *Session) Fail(err error) {
	s.host.Log("session ends: %v", err)
	s.finished = true
}

// Finished reports whether nothing is left to do, so that the session can be
// dropped.
func (s *Session) Finished() bool { return s.finished }
