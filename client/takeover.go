package client

import (
	"fmt"
	"time"

	"gm/internal/deadline"
)

// phase is a step of taking the user's terminal over or of giving it back. The loop
// never blocks in one: it moves on when the writer or the terminal is ready.
type phase uint8

const (
	phaseReleased  phase = iota // the terminal is the shell's, in its own modes
	phaseEntering               // in raw mode; a frame from before is being written
	phaseShown                  // the session's frames are written
	phaseReleasing              // to be given back; the last frame is being written
	phaseStopping               // the last sequences are being written
	phaseDraining               // input is dropped until the replies to queries have arrived
)

// enter puts the terminal into raw mode and has the screen painted from scratch.
func (l *loop) enter(now time.Time) error {
	if err := l.tty.makeRaw(); err != nil {
		return fmt.Errorf("set up the terminal: %w", err)
	}
	l.setPhase(now, phaseEntering)
	return l.advance(now)
}

func (l *loop) release(now time.Time) error {
	if l.phase == phaseEntering || l.phase == phaseShown {
		l.setPhase(now, phaseReleasing)
	}
	return l.advance(now)
}

func (l *loop) suspend(now time.Time) {
	if l.phase == phaseEntering || l.phase == phaseShown {
		l.suspending = true
		l.setPhase(now, phaseReleasing)
	}
}

// resume takes the terminal over after the process was stopped and continued,
// whether or not it had given the terminal back.
func (l *loop) resume(now time.Time) {
	if l.suspending || l.asking {
		return // continued before it has stopped, or at a question of the login
	}
	l.session.resetInput()
	if l.enter(now) != nil { // SIGCONT is also sent when the terminal hangs up
		l.terminalClosed(now)
		return
	}
	l.session.handleResize(now, l.tty.size())
}

func (l *loop) setPhase(now time.Time, p phase) { l.phase, l.phaseSince = p, now }

// advance moves through the phases as far as it can without waiting.
func (l *loop) advance(now time.Time) error {
	for before := phase(0xff); before != l.phase; {
		before = l.phase
		switch {
		case l.phase == phaseReleased || l.phase == phaseShown:
		case l.phase == phaseDraining:
			if !l.query.owed(now) || l.ttyClosed {
				return l.restore(now)
			}
		case !l.writer.busy:
			l.writeNext(now)
		case !l.stallDeadline().IsZero() && !now.Before(l.stallDeadline()):
			l.abandon(now)
		}
	}
	return nil
}

func (l *loop) writeNext(now time.Time) {
	switch l.phase {
	case phaseEntering:
		size := l.tty.size()
		start := l.display.Start(l.writer.buffer(), size.cols, size.rows)
		l.renewRelease()
		l.resizing = resizing{}
		l.writer.start(l.appendQueries(now, start))
		l.setPhase(now, phaseShown)
	case phaseReleasing:
		if l.endPassage(); l.writer.busy {
			return
		}
		if l.finalFrame && l.writeFinal(now) {
			return
		}
		l.setPhase(now, phaseStopping)
		l.display.Suspending = l.suspending || l.asking
		stop := l.display.Stop(l.pictures.Stop(l.writer.buffer()))
		switch {
		case l.suspending:
			stop = append(stop, "\r\n[gm is suspended.]\r\n"...)
		case l.asking:
			stop = append(stop, "\r\n[gm logs in again. Ctrl-C goes back to the session.]\r\n"...)
		}
		l.writer.start(stop)
	case phaseStopping:
		l.setPhase(now, phaseDraining)
	}
}

// pass writes the next bytes of a passage.
func (l *loop) pass(now time.Time) (any bool) {
	output, repaint := l.passages.Append(l.writer.buffer(), now)
	l.writer.start(output)
	if l.session.passing = l.passages.InControlMode(); repaint {
		l.display.Repaint()
	}
	return len(output) > 0
}

// mayPass reports whether paint would write bytes of a passage.
func (l *loop) mayPass() bool {
	_, shown := l.session.transport.Remote()
	switch {
	case l.phase != phaseShown || l.ttyClosed || l.writer.busy:
		return false
	case l.passages.Active():
		return l.passages.Ready()
	}
	return l.passages.Due(shown) && !l.display.NeedsPosition()
}

// passes reports whether a passage has bytes for the terminal. The end of the session waits
// for them, unless the user has asked for it.
func (l *loop) passes() bool {
	return l.phase == phaseShown && !l.ttyClosed && l.quitAt.IsZero() && l.passages.Ready()
}

// endPassage ends a passage that the terminal is in.
func (l *loop) endPassage() {
	if l.passages.Active() {
		l.writer.start(l.passages.Stop(l.writer.buffer()))
		l.session.passing = false
		l.display.Repaint()
	}
}

// writeFinal writes the last frames of a session, once the terminal's cursor is located
// and until all lines that have scrolled off are in its scrollback. It reports whether it
// writes or waits.
func (l *loop) writeFinal(now time.Time) bool {
	if l.ttyClosed {
		return false
	}
	l.setPhase(now, phaseReleasing)
	if l.display.NeedsPosition() {
		if l.locate(now); l.display.NeedsPosition() || l.writer.busy {
			return true
		}
	}
	for l.finalFrame && !l.writer.busy {
		l.writer.start(l.nextFrame(now))
		l.finalFrame = l.display.Behind(l.session.scrolledOff())
	}
	return l.writer.busy
}

// restore sets the old modes of the terminal and stops the process if it is to be
// suspended.
func (l *loop) restore(now time.Time) error {
	l.watchdog.release.Store(nil)
	l.setPhase(now, phaseReleased)
	err := l.tty.restore()
	if l.asking && !l.closing {
		l.roamer.LogIn(now, false)
		return err
	}
	if !l.suspending {
		return err
	}
	l.suspending = false
	if err != nil {
		l.terminalClosed(now)
		return nil
	}
	return suspendSelf()
}

// stallDeadline returns when a terminal that takes no output is abandoned: writeTimeout
// after the start of the phase and the request for the end. It is zero without one.
func (l *loop) stallDeadline() time.Time {
	if l.quitAt.IsZero() {
		return time.Time{}
	}
	return deadline.Latest(l.quitAt, l.phaseSince).Add(writeTimeout)
}

// abandon restores a terminal that takes no output. Pending output is discarded.
func (l *loop) abandon(now time.Time) {
	l.writer.abandon()
	l.tty.saved = nil
	l.watchdog.releaseTerminal(func() {})
	l.suspending = false
	l.setPhase(now, phaseReleased)
}

// phaseDeadline returns when advance has something to do if no event comes before;
// zero if nothing.
func (l *loop) phaseDeadline() time.Time {
	switch l.phase {
	case phaseReleased, phaseShown:
		return time.Time{}
	case phaseDraining:
		return l.query.began.Add(replyTimeout)
	case phaseReleasing:
		if l.finalFrame && !l.writer.busy {
			return deadline.Earliest(l.stallDeadline(), l.locateDeadline())
		}
	}
	return l.stallDeadline()
}

func (l *loop) renewRelease() {
	release := l.tty.emergencyRestore(l.display.EmergencyStop())
	l.watchdog.release.Store(&release)
	l.releasedTraces = l.display.PendingTraces()
}

// close restores the terminal. It returns when that is done or the terminal is
// abandoned.
func (l *loop) close() error {
	l.closing, l.suspending = true, false
	now := time.Now()
	err := l.release(now)
	for l.phase != phaseReleased {
		l.arm(now)
		e := l.wait()
		now = time.Now()
		l.handleClosing(now, e)
		err = l.advance(now)
	}
	return err
}

func (l *loop) handleClosing(now time.Time, e event) {
	switch {
	case e.kind == eventFrameWritten:
		l.ttyClosed = l.writer.wrote(e.err) != nil || l.ttyClosed
	case e.kind == eventInput && e.input == nil:
		l.ttyClosed = true
	case e.kind == eventInput:
		l.query.filter(now, e.input)
	case e.kind == eventSystem && e.system == systemQuit:
		l.requestQuit(now)
	}
}
