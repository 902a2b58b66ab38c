package client

import (
	"fmt"
	"time"
)

// event is what the system tells of outside of the keyboard and the network.
type event uint8

const (
	eventResized   event = iota
	eventSuspend         // the user's shell wants its terminal back
	eventContinued       // and has given it back
	eventQuit
)

// happening is one thing that the loop has waited for. Of its fields those are set
// that its kind has.
type happening struct {
	kind     happeningKind
	input    []byte // nil at the end of the keyboard
	datagram inboundPacket
	event    event
	err      error
}

type happeningKind uint8

const (
	timePassed happeningKind = iota
	inputCame
	datagramCame
	frameWritten // err is why it could not be
	eventCame
	feederFailed // err is why
	pathRefused  // err is why
)

// wait waits for the next thing that happens. The watchdog knows of all other time
// as busy.
func (l *loop) wait(now time.Time, events <-chan event, timer <-chan time.Time) happening {
	keyboard := l.reader.keys
	if !l.session.queue.mayRead(now) {
		keyboard = nil
	}
	l.watchdog.setIdle()
	defer l.watchdog.setBusy()
	select {
	case <-timer:
		return happening{kind: timePassed}
	case input := <-keyboard:
		return happening{kind: inputCame, input: input}
	case d := <-l.sockets.incoming:
		return happening{kind: datagramCame, datagram: d}
	case err := <-l.sockets.refused:
		return happening{kind: pathRefused, err: err}
	case err := <-l.writer.done:
		return happening{kind: frameWritten, err: err}
	case e := <-events:
		return happening{kind: eventCame, event: e}
	case err := <-l.feederErr:
		return happening{kind: feederFailed, err: err}
	}
}

// handle does what a happening asks for.
func (l *loop) handle(now time.Time, h happening) error {
	switch h.kind {
	case timePassed:
		l.handleReplies(now)
		if err := l.handleActions(l.session.handleKeys(now, l.query.flush(now))); err != nil {
			return err
		}
		return l.handleActions(l.session.flushPartial(now))
	case inputCame:
		return l.handleInput(now, h.input)
	case datagramCame:
		defer l.sockets.release(h.datagram)
		if err := l.session.receive(now, h.datagram.data, h.datagram.congested); err != nil {
			return fmt.Errorf("the session can not go on: %w", err)
		}
		if !l.session.contact().heard.IsZero() {
			l.sockets.noteHeard()
		}
	case pathRefused:
		l.session.refusal = trouble(h.err)
	case frameWritten:
		if l.writer.wrote(h.err) != nil {
			l.terminalClosed()
		}
	case eventCame:
		return l.handleEvent(h.event)
	case feederFailed:
		return h.err
	}
	return nil
}

// read takes one read of the terminal; nil is its end.
func (l *loop) handleInput(now time.Time, input []byte) error {
	if input == nil {
		l.terminalClosed()
		return nil
	}
	keys := l.query.filter(now, input)
	l.handleReplies(now)
	err := l.handleActions(l.session.handleKeys(now, keys))
	l.watchdog.noteHandled(len(input))
	return err
}

// typed does what the user has asked for.
func (l *loop) handleActions(w keyActions) error {
	if l.session.quitting {
		l.watchdog.arm()
	}
	if w.repaint {
		l.display.repaint()
	}
	if w.suspend && canSuspend {
		return l.suspend()
	}
	return nil
}

// lost ends the session because the terminal is gone.
func (l *loop) terminalClosed() {
	l.ttyClosed = true
	l.session.quit(time.Now(), "The terminal is gone.")
}

func (l *loop) handleEvent(e event) error {
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
		if l.enter() != nil { // the system says so too when the terminal hangs up
			l.terminalClosed()
			return nil
		}
		l.session.handleResize(now, l.tty.size())
	case eventQuit:
		l.watchdog.arm()
		l.session.quit(now, "Exiting on signal...")
	}
	return nil
}

// suspend gives the terminal to the user's shell. eventContinued ends it.
func (l *loop) suspend() error {
	if l.leave() != nil {
		l.terminalClosed()
		return nil
	}
	l.suspended = true
	fmt.Fprintln(l.tty.out, "\n[gm is suspended.]")
	return suspendSelf()
}
