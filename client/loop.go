package client

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"

	"gm/client/display"
	"gm/client/forwarding"
	"gm/client/passthrough"
	"gm/client/picture"
	"gm/client/roaming"
	"gm/client/route"
	"gm/internal/alarm"
	"gm/internal/deadline"
	"gm/internal/sanitize"
	"gm/vt"
	"gm/wire/datagram"
	"gm/wire/state"
	"gm/wire/stream"
	"gm/wire/udp"
)

// loop owns a running session and the user's terminal. It runs in one goroutine. The
// feeders, which are the readers of keyboard and sockets, the writer and the signals,
// only send it events.
type loop struct {
	session  *session
	display  *display.Display
	tty      *tty
	roamer   *roaming.Roamer
	forwards *forwarding.Forwarding // nil without the extension "streams"
	passages passthrough.Reader
	pictures picture.Painter
	writer   *writer
	reader   *keyReader
	watchdog *watchdog
	timer    *alarm.Alarm
	garbage  alarm.Collector
	now      time.Time // when the turn under way began
	sendAt   time.Time // when datagrams are sent again; zero while none is held back

	system    <-chan systemEvent
	feederErr chan error // why a feeder has failed
	done      chan struct{}

	query         termQuery
	dialect       vt.Dialect // of the terminal's name, without its replies
	queryTerminal bool       // the terminal is asked for its capabilities
	queryDCS      bool       // also with device control strings
	colorsChanged bool       // the terminal has reported that its colours have changed

	resizing   resizing
	phase      phase
	phaseSince time.Time
	suspending bool      // the process stops once the terminal is given back
	asking     bool      // the terminal is given back for the questions of a login
	closing    bool      // the session has ended
	failed     error     // a forwarding that ends the session; nil if none does
	finalFrame bool      // the session's last screen is still to be painted
	leaveLast  bool      // the last screen of a program that ends is left behind
	ttyClosed  bool      // the terminal has hung up
	quitAt     time.Time // when the user first asked for the end; zero if not yet

	releasedTraces *vt.Screen // the traces that the watchdog would undo
}

// runSession runs a session on the user's terminal until it ends, and restores the
// terminal on every way out. The key is wiped.
func runSession(c connection, s settings) (end sessionResult, err error) {
	terminal, err := openTTY()
	if err != nil {
		return sessionResult{}, err
	}
	now, size := time.Now(), terminal.size()
	session, err := newSession(now, c.server, c.key, size.cols, size.rows, s)
	c.key.Wipe()
	if err != nil {
		return sessionResult{}, fmt.Errorf("start the session: %w", err)
	}
	session.handleResize(now, size)
	l := newLoop(session, terminal, s)
	if !l.queryTerminal { // no replies will come
		session.handleReplies(now, vt.Theme{}, vt.Capabilities{})
	}
	if err := l.connect(now, c); err != nil {
		return sessionResult{}, fmt.Errorf("open a UDP socket: %w", err)
	}
	defer l.roamer.Close()
	if err := l.beginForwards(c.forwarding, c.forwardOver); err != nil {
		return sessionResult{}, err
	}
	return l.run()
}

// beginForwards sets up the forwardings of the session. The server answers later. login is the
// one that carries them beside a server without streams; nil if there is none.
func (l *loop) beginForwards(cfg forwarding.Config, login *forwarding.SSH) error {
	l.session.commands.off = cfg.CommandLineOff
	streams := l.session.transport.Streams()
	if l.session.readOnly {
		if cfg.Any() {
			fmt.Fprintln(stderr(), "gm: warning: nothing is forwarded: this client is read-only")
		}
		cfg, login = forwarding.Config{}, nil
	}
	if streams == nil && cfg.X11 != nil {
		fmt.Fprintln(stderr(), "gm: warning: X11 is not forwarded: the server on the host cannot do so")
	}
	switch {
	case streams != nil:
		cfg.Accept = func(s *stream.Stream) bool { return l.passages.Accept(s) || l.pictures.Accept(s) }
		l.forwards = forwarding.New(streams, cfg, l.start, l.logForwarding)
	case login != nil:
		cfg.X11 = nil
		l.forwards = forwarding.NewOverSSH(time.Now(), *login, cfg, l.start, l.logForwarding)
	case cfg.Any():
		fmt.Fprintln(stderr(), "gm: warning: nothing is forwarded: the server on the host cannot do so")
		return nil
	default:
		return nil
	}
	l.session.canForward = !l.session.readOnly
	l.forwards.Begin()
	return l.forwards.Err()
}

// logForwarding shows a message of a forwarding in ssh's words.
func (l *loop) logForwarding(text string) {
	if l.writer == nil { // the terminal is not taken over yet
		fmt.Fprintln(stderr(), sanitize.Line(text))
		return
	}
	l.session.bar.setBriefMessage(l.now, sanitize.Line(text))
}

// runCommandLines runs the lines that the user has entered at the command line.
func (l *loop) runCommandLines(now time.Time) {
	for _, line := range l.session.commands.take() {
		if l.forwards != nil && !l.session.quitting {
			l.session.showAnswer(now, l.forwards.Command(line))
		}
	}
}

// passAnswers passes on the user's answers to questions about the agent.
func (l *loop) passAnswers() {
	for _, permit := range l.session.answers {
		l.forwards.Answer(permit)
	}
	l.session.answers = nil
}

// serveForwards moves the bytes of forwardings. A failure of one may end the session.
func (l *loop) serveForwards(now time.Time) {
	if l.forwards == nil || l.closing {
		return
	}
	l.forwards.Service(now)
	l.session.ask(l.forwards.Question())
	l.passages.Service(now)
	l.pictures.Service(now)
	if err := l.forwards.Err(); err != nil && l.failed == nil {
		l.failed = err
		l.session.quit(now, sanitize.Line(err.Error()))
	}
}

func newLoop(session *session, terminal *tty, s settings) *loop {
	dialect := vt.UserTerminal(s.term, s.colorTerm)
	dialect.KeyModes = s.extensions.Has(state.ExtKeys)
	dialect.Repeat = dialect.Repeat && !s.plain // a repeated character would not be read
	l := &loop{
		session:   session,
		display:   display.New(dialect),
		dialect:   dialect,
		tty:       terminal,
		leaveLast: !s.ignoreRemoteStatus,
		// A terminal that may print OSC is not queried.
		queryTerminal: s.extensions&(state.ExtAppearance|state.ExtTerminal) != 0 && !dialect.NoOSC,
		queryDCS:      !dialect.NoDCS && !s.printsDCS,
		feederErr:     make(chan error, 1),
		done:          make(chan struct{}),
	}
	l.pictures.Start = l.start
	l.passages.Off, l.passages.ITerm2, l.passages.NoOSC = s.noPassages, s.iTerm2, dialect.NoOSC
	l.display.NoInit = s.noInit
	l.display.WorkingDirectory, _ = os.Getwd()
	if s.usesScrollback() {
		l.display.UseScrollback(s.heading())
	}
	return l
}

func (l *loop) connect(now time.Time, c connection) (err error) {
	cfg := c.roaming
	cfg.Server, cfg.Transport, cfg.Start = c.server, l.session.transport, l.start
	l.session.path.sshAlone = cfg.Several && cfg.Mode == route.SSH
	l.roamer, err = roaming.New(now, cfg)
	return err
}

// start runs a feeder in a goroutine of its own. A panic in it ends the session in
// the orderly way.
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

// run takes the terminal over, runs the session, and restores the terminal on every
// way out.
func (l *loop) run() (end sessionResult, err error) {
	l.tty.output = openOutput(l.tty.out)
	l.writer = newWriter(l.tty.output)
	l.writer.atOnce = writesAtOnce(l.tty.output, l.tty.out)
	l.watchdog = newWatchdog()
	l.reader = newKeyReader(l.watchdog.noteQuitKeys)
	l.timer = alarm.New()
	defer l.timer.Close()
	l.timer.Set(time.Now())
	defer close(l.done)
	defer func() {
		if r := recover(); r != nil {
			err = internalError(r)
		}
		err = errors.Join(err, l.close(), l.failed)
		if l.forwards != nil {
			l.forwards.Close()
		}
		l.writer.close()
	}()
	l.start(func() { l.writer.run() })
	quits := notifyQuit() // none may end the process from here on
	events, stop := watchSignals(l.tty.keyboard.resized())
	defer stop()
	l.system = events
	if err := l.enter(time.Now()); err != nil {
		return sessionResult{}, err
	}
	go l.watchdog.watch(quits)
	escape := l.session.input.escapeKey
	l.start(func() { l.reader.read(l.tty, escape, l.done) })
	l.start(func() { l.reader.pass(l.done) })
	return l.serve()
}

func notifyQuit() <-chan os.Signal {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, quitSignals()...)
	return signals
}

func (l *loop) serve() (sessionResult, error) {
	for {
		event := l.wait()
		l.now = time.Now()
		if err := l.iterate(l.now, event); err != nil {
			return sessionResult{}, err
		}
		if end := l.session.ended(l.now); end != endNone && !l.passes() {
			return l.finish(end), nil
		}
		if l.sendAt.IsZero() {
			l.paint(l.now)
		}
		l.arm(l.now)
	}
}

// outputLead is how long datagrams wait after the effect of keys was painted. The system
// passes output of a program on when the program sleeps, if there is no idle processor.
const outputLead = time.Millisecond

// iterate handles one event and sends the datagrams that are due. The effect of keys is
// painted before that.
func (l *loop) iterate(now time.Time, e event) error {
	if err := l.handle(now, e); err != nil {
		return err
	}
	l.serveForwards(now)
	if e.kind == eventInput && l.sendAt.IsZero() && l.paint(now) {
		l.sendAt = now.Add(outputLead)
	}
	if !now.Before(l.sendAt) {
		l.sendAt = time.Time{}
		if err := l.sendDue(now); err != nil {
			return err
		}
	}
	return l.advance(now)
}

func (l *loop) sendDue(now time.Time) error {
	l.roam(now)
	l.session.statistics(now, l.roamer)
	l.session.listForwards(now, l.forwards.Lines)
	if err := l.session.tick(now, l.send); err != nil {
		return fmt.Errorf("continue the session: %w", err)
	}
	l.roamer.Flush()
	return nil
}

func (l *loop) finish(end endReason) sessionResult {
	l.finalFrame = l.phase == phaseShown && !l.ttyClosed
	switch {
	case l.display.HasScrollback():
		l.display.FinalScreen = l.session.bareScreen()
	case end == endClean && l.leaveLast:
		l.display.FinalScreen = l.session.lastScreen()
	}
	return l.session.outcome(end)
}

func (l *loop) send(path datagram.Path, data []byte) {
	err := l.roamer.Send(l.now, path, data)
	if errors.Is(err, udp.ErrTooLong) {
		l.session.transport.TooLong(path)
	}
	if l.roamer.Sent(l.now, path, err) {
		l.session.sent(l.now, err)
	}
}

func (l *loop) arm(now time.Time) {
	at := l.phaseDeadline()
	if !l.closing && l.session.ended(now) == endNone {
		at = deadline.Earliest(at, l.session.deadline(now), l.query.deadline(), l.roamer.Deadline())
		if !l.passages.Active() {
			at = deadline.Earliest(at, l.locateDeadline())
		}
		if l.forwards != nil {
			at = deadline.Earliest(at, l.forwards.Deadline(now))
		}
	}
	if l.mayPass() || !l.passages.Active() && l.behind() {
		at = now
	}
	if now.Before(l.sendAt) {
		at = l.sendAt
	}
	l.garbage.Pause(!l.closing && l.session.transport.Idle(now))
	l.timer.Set(at)
}

// paint writes the next frame. It reports whether the terminal needed it. While the
// writer is busy with an older one it does nothing: the turn in which that is done paints.
func (l *loop) paint(now time.Time) (changed bool) {
	if l.phase != phaseShown || l.ttyClosed || l.writer.busy {
		return false
	}
	if l.passages.Active() {
		return l.pass(now)
	}
	if l.display.NeedsPosition() {
		if l.locate(now); l.display.NeedsPosition() || l.writer.busy {
			return false
		}
	}
	frame := l.nextFrame(now)
	l.writer.start(frame)
	if _, shown := l.session.transport.Remote(); !l.writer.busy && l.passages.Due(shown) && !l.behind() {
		return l.pass(now)
	}
	return len(frame) > 0
}

// behind reports whether another frame is due although nothing has changed.
func (l *loop) behind() bool {
	return l.phase == phaseShown && !l.writer.busy && l.display.Behind(l.session.scrolledOff())
}

func (l *loop) nextFrame(now time.Time) []byte {
	frame := l.session.frame(now)
	l.reader.bracketedPaste.Store(frame.Modes.BracketedPaste)
	output := l.appendFrame(l.appendColorQueries(now, l.writer.buffer()), frame)
	if l.display.PendingTraces() != l.releasedTraces {
		l.renewRelease()
	}
	return output
}
