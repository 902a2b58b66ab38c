package client

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/signal"
	"time"

	"gm/internal/deadline"
	"gm/vt"
	"gm/wire/datagram"
	"gm/wire/state"
	"gm/wire/udp"
)

// loop owns a running session. All of its methods but those that read or write
// run in one goroutine.
type loop struct {
	session       *session
	display       display
	tty           *tty
	sockets       *sockets
	writer        *writer
	query         termQuery
	dialect       vt.Dialect // by the terminal's name alone
	queryTerminal bool       // the terminal is asked what it can do
	queryDCS      bool       // and with device control strings
	// recolored: the terminal has reported that its colours have changed.
	colorsChanged bool

	reader         *keyReader
	watchdog       *watchdog
	feederErr      chan error // a feeder can not go on
	done           chan struct{}
	releasedTraces *vt.Screen // the traces that the watchdog would take back
	leaveLast      bool       // the last screen of a program that ends is left behind
	suspended      bool       // the terminal is the shell's
	ttyClosed      bool       // the terminal is gone
	mtuSmall       bool
	turn           time.Time // when the turn under way began
}

// runSession runs a session on the user's terminal until it ends, and leaves
// the terminal as it was, whatever happens. The key is wiped.
func runSession(server netip.AddrPort, key datagram.Key, s settings) (end outcome, err error) {
	terminal, err := openTTY()
	if err != nil {
		return outcome{}, err
	}
	now, size := time.Now(), terminal.size()
	session, err := newSession(now, server, key, size.cols, size.rows, s)
	key.Wipe()
	if err != nil {
		return outcome{}, fmt.Errorf("start the session: %w", err)
	}
	dialect := vt.UserTerminal(s.term, s.colorTerm)
	dialect.KeyModes = s.extensions.Has(state.ExtKeys)
	session.handleResize(now, size)
	l := &loop{
		session: session,
		display: display{dialect: dialect, noInit: s.noInit},
		dialect: dialect,
		tty:     terminal,

		leaveLast:     !s.ownStatus,
		queryTerminal: s.extensions&(state.ExtAppearance|state.ExtTerminal) != 0 && !dialect.NoOSC, // a terminal that may print OSC is not asked
		queryDCS:      !dialect.NoDCS && !s.plainDCS,
		feederErr:     make(chan error, 1),
		done:          make(chan struct{}),
	}
	l.display.workingDirectory, _ = os.Getwd()
	if !l.queryTerminal { // all that will be known
		session.handleReplies(now, vt.Theme{}, vt.Capabilities{})
	}
	if l.sockets, err = openSockets(now, server, l.start); err != nil {
		return outcome{}, fmt.Errorf("open a UDP socket: %w", err)
	}
	defer l.sockets.close()
	return l.run()
}

// start runs a feeder in a goroutine of its own. A panic in it ends the session
// in the orderly way.
func (l *loop) start(f func()) {
	go func() {
		defer func() {
			if r := recover(); r != nil {
				l.fail(internalError(r))
			}
		}()
		f()
	}()
}

func (l *loop) fail(err error) {
	select {
	case l.feederErr <- err:
	default:
	}
}

// run takes the terminal over and gives it back on every way out.
func (l *loop) run() (end outcome, err error) {
	l.tty.output = openOutput(l.tty.out)
	l.writer = newWriter(l.tty.output)
	l.watchdog = newWatchdog()
	l.reader = newKeyReader(l.watchdog.noteQuitKeys)
	defer close(l.done)
	defer func() {
		if r := recover(); r != nil {
			err = internalError(r)
		}
		err = errors.Join(err, l.leave())
		l.writer.close()
	}()
	l.start(func() { l.writer.run() })
	quits := l.quitSignals() // none may end the process from here on
	events, stop := watchSignals(l.tty.keyboard.resized())
	defer stop()
	if err := l.enter(); err != nil {
		return outcome{}, err
	}
	go l.watchdog.watch(quits)
	escape := l.session.input.escapeKey
	l.start(func() { l.reader.read(l.tty, escape, l.done) })
	l.start(func() { l.reader.pass(l.done) })
	return l.iterate(events)
}

// quitSignals returns a channel for the signals that end the program. They are
// heard of in this way until the end of the process.
func (l *loop) quitSignals() <-chan os.Signal {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, quitSignals()...)
	return signals
}

// enter makes the terminal ours.
func (l *loop) enter() error {
	l.writer.wait(nil)
	if err := l.tty.makeRaw(); err != nil {
		return fmt.Errorf("set up the terminal: %w", err)
	}
	start := l.display.start(l.writer.buffer())
	l.renewRelease()
	l.writer.start(l.ask(time.Now(), start))
	return nil
}

// renewRelease tells the watchdog how to give the terminal back.
func (l *loop) renewRelease() {
	release := l.tty.emergencyRestore(l.display.emergencyStop())
	l.watchdog.release.Store(&release)
	l.releasedTraces = l.display.pendingTraces
}

// leave makes the terminal the user's again.
func (l *loop) leave() error {
	if l.tty.saved == nil {
		return nil
	}
	err := l.writer.wait(l.watchdog.quitRequested)
	if err == nil {
		l.writer.start(l.display.stop(l.writer.buffer()))
		err = l.writer.wait(l.watchdog.quitRequested)
	}
	if errors.Is(err, errOutputStalled) {
		l.tty.saved = nil
		l.watchdog.releaseTerminal(func() {})
		return nil
	}
	l.drainReplies()
	l.watchdog.release.Store(nil)
	return l.tty.restore()
}

// turns does what is due and waits for what comes, until the session ends.
func (l *loop) iterate(events <-chan event) (outcome, error) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		now := time.Now()
		if err := l.tick(now); err != nil {
			return outcome{}, err
		}
		if end := l.session.ended(now); end != endingNone {
			if l.writer.wait(l.watchdog.quitRequested) == nil {
				l.paint(now) // what came with the end
			}
			if end == endingClean && l.leaveLast {
				l.display.finalScreen = l.session.lastScreen()
			}
			return l.session.outcome(end), nil
		}
		l.paint(now)
		timer.Reset(time.Until(l.deadline(now)))
		h := l.wait(now, events, timer.C)
		if err := l.handle(time.Now(), h); err != nil {
			return outcome{}, err
		}
	}
}

// due sends what is due, from the port that is due.
func (l *loop) tick(now time.Time) error {
	l.turn = now
	l.session.statistics(now, l.sockets.local)
	l.sockets.hop(now, l.session.contact().answered)
	err := l.session.tick(now, l.send)
	if err != nil {
		return fmt.Errorf("the session can not go on: %w", err)
	}
	return nil
}

// send sends a datagram. A network that is gone may come back, so that errors
// are told and count as loss; one that is too long asks for shorter ones.
func (l *loop) send(data []byte) {
	err := l.sockets.send(data)
	l.session.notices.sent(l.turn, trouble(err))
	if errors.Is(err, udp.ErrTooLong) && !l.mtuSmall {
		l.mtuSmall = true
		l.session.transport.SetMTU(datagram.MTUSmall)
	}
}

func (l *loop) deadline(now time.Time) time.Time {
	return deadline.Earliest(
		l.session.deadline(now),
		l.sockets.hopper.Deadline(l.session.contact().answered),
		l.query.deadline(),
	)
}

// paint brings the terminal up to date, unless it is still busy with an older
// frame: then the next turn does.
func (l *loop) paint(now time.Time) {
	if l.suspended || l.ttyClosed || l.writer.busy {
		return
	}
	frame := l.session.frame(now)
	l.reader.brackets.Store(frame.Modes.BracketedPaste)
	output := l.display.frame(l.askColors(now, l.writer.buffer()), frame)
	if l.display.pendingTraces != l.releasedTraces {
		l.renewRelease()
	}
	l.writer.start(output)
}
