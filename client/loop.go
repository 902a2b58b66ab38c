package client

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"gm/vt"
	"gm/wire"
	"gm/wire/state"
	"gm/wire/udp"
)

// event is what the system tells of outside of the keyboard and the network.
type event uint8

const (
	eventResized   event = iota
	eventSuspend         // the user's shell wants its terminal back
	eventContinued       // and has given it back
	eventQuit
)

// readSize is the most that is read from the keyboard at once, in bytes.
const readSize = 16 << 10

// loop owns a running session. All of its methods but those that read or write
// run in one goroutine.
type loop struct {
	session *session
	display display
	tty     *tty
	sockets *sockets
	writer  *writer
	query   termQuery
	dialect vt.Dialect // by the terminal's name alone
	asks    bool       // the terminal is asked what it can do
	dcs     bool       // and with device control strings
	// recolored: the terminal has reported that its colours have changed.
	recolored bool

	keys      chan []byte
	broken    chan error // a feeder can not go on
	done      chan struct{}
	suspended bool // the terminal is the shell's
	blind     bool // the terminal is gone
	mtuSmall  bool
	turn      time.Time // when the turn under way began
}

// runSession runs a session on the user's terminal until it ends, and leaves
// the terminal as it was, whatever happens. The key is wiped.
func runSession(server netip.AddrPort, key wire.Key, s settings) (end outcome, err error) {
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
		asks:    s.extensions&(state.ExtAppearance|state.ExtTerminal) != 0 && !dialect.NoOSC, // a terminal that may print OSC is not asked
		dcs:     !dialect.NoDCS && !s.plainDCS,
		keys:    make(chan []byte),
		broken:  make(chan error, 1),
		done:    make(chan struct{}),
	}
	if !l.asks { // all that will be known
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
	case l.broken <- err:
	default:
	}
}

// run takes the terminal over and gives it back on every way out.
func (l *loop) run() (end outcome, err error) {
	l.writer = newWriter(l.tty.out)
	defer close(l.done)
	defer func() {
		if r := recover(); r != nil {
			err = internalError(r)
		}
		err = errors.Join(err, l.leave())
		l.writer.close()
	}()
	l.start(func() { l.writer.run() })
	if err := l.enter(); err != nil {
		return outcome{}, err
	}
	l.start(l.readKeys)
	events, stop := watchSignals(l.tty.keys.resized())
	defer stop()
	return l.turns(events)
}

// enter makes the terminal ours.
func (l *loop) enter() error {
	l.writer.wait()
	if err := l.tty.raw(); err != nil {
		return fmt.Errorf("set up the terminal: %w", err)
	}
	l.writer.start(l.ask(time.Now(), l.display.start(l.writer.buffer())))
	return nil
}

// leave makes the terminal the user's again.
func (l *loop) leave() error {
	if l.tty.saved == nil {
		return nil
	}
	l.writer.wait()
	l.writer.start(l.display.stop(l.writer.buffer()))
	l.writer.wait()
	l.drainReplies()
	return l.tty.restore()
}

// turns does what is due and waits for what comes, until the session ends.
func (l *loop) turns(events <-chan event) (outcome, error) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		now := time.Now()
		if err := l.due(now); err != nil {
			return outcome{}, err
		}
		if end := l.session.ended(now); end != endingNone {
			l.writer.wait()
			l.paint(now) // what came with the end
			return l.session.outcome(end), nil
		}
		l.paint(now)
		timer.Reset(time.Until(l.deadline(now)))
		if err := l.wait(now, events, timer.C); err != nil {
			return outcome{}, err
		}
	}
}

// due sends what is due, from the port that is due.
func (l *loop) due(now time.Time) error {
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
func (l *loop) send(datagram []byte) {
	err := l.sockets.send(datagram)
	l.session.notices.sent(l.turn, trouble(err))
	if errors.Is(err, udp.ErrTooLong) && !l.mtuSmall {
		l.mtuSmall = true
		l.session.transport.SetMTU(wire.MTUSmall)
	}
}

func (l *loop) deadline(now time.Time) time.Time {
	return earliest(
		l.session.deadline(now),
		l.sockets.hopper.Deadline(l.session.contact().answered),
		l.query.deadline(),
	)
}

// wait takes the next thing that comes.
func (l *loop) wait(now time.Time, events <-chan event, timer <-chan time.Time) error {
	keyboard := l.keys
	if !l.session.queue.mayRead(now) {
		keyboard = nil
	}
	select {
	case <-timer:
		now := time.Now()
		l.handleReplies(now)
		if err := l.typed(l.session.typed(now, l.query.flush(now))); err != nil {
			return err
		}
		return l.typed(l.session.idle(now))
	case input := <-keyboard:
		return l.read(time.Now(), input)
	case d := <-l.sockets.incoming:
		defer l.sockets.release(d)
		if err := l.session.received(time.Now(), d.data, d.congested); err != nil {
			return fmt.Errorf("the session can not go on: %w", err)
		}
	case err := <-l.writer.done:
		if l.writer.wrote(err) != nil {
			l.lost()
		}
	case e := <-events:
		return l.obey(e)
	case err := <-l.broken:
		return err
	}
	return nil
}

// read takes one read of the terminal; nil is its end.
func (l *loop) read(now time.Time, input []byte) error {
	if input == nil {
		l.lost()
		return nil
	}
	keys := l.query.filter(now, input)
	l.handleReplies(now)
	return l.typed(l.session.typed(now, keys))
}

// typed does what the user has asked for.
func (l *loop) typed(w wish) error {
	if w.repaint {
		l.display.repaint()
	}
	if w.suspend && canSuspend {
		return l.suspend()
	}
	return nil
}

// lost ends the session because the terminal is gone.
func (l *loop) lost() {
	l.blind = true
	l.session.quit(time.Now(), "The terminal is gone.")
}

func (l *loop) obey(e event) error {
	now := time.Now()
	switch e {
	case eventResized:
		l.display.repaint() // even if the size is what it was: it may have changed twice
		l.session.handleResize(now, l.tty.size())
	case eventSuspend:
		return l.suspend()
	case eventContinued:
		l.suspended = false
		l.session.input.splitter.Reset()
		if err := l.enter(); err != nil {
			return err
		}
		l.session.handleResize(now, l.tty.size())
	case eventQuit:
		l.session.quit(now, "Exiting on signal...")
	}
	return nil
}

// suspend gives the terminal to the user's shell. eventContinued ends it.
func (l *loop) suspend() error {
	if err := l.leave(); err != nil {
		return err
	}
	l.suspended = true
	fmt.Fprintln(l.tty.out, "\n[gm is suspended.]")
	return suspendSelf()
}

// paint brings the terminal up to date, unless it is still busy with an older
// frame: then the next turn does.
func (l *loop) paint(now time.Time) {
	if l.suspended || l.blind || l.writer.busy {
		return
	}
	l.writer.start(l.display.frame(l.askColors(now, l.writer.buffer()), l.session.frame(now)))
}

// readKeys hands over what is typed, and nil at the end. It can only be stopped
// by the end of the process: a read of a terminal can not be interrupted.
func (l *loop) readKeys() {
	for {
		keys := make([]byte, readSize)
		n, err := l.tty.keys.Read(keys)
		if err != nil || n == 0 {
			keys, n = nil, 0
		}
		select {
		case l.keys <- keys[:n]:
		case <-l.done:
			return
		}
		if keys == nil {
			return
		}
	}
}
