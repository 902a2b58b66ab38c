package client

import (
	"fmt"
	"time"

	"gm/client/paths"
	"gm/client/roaming"
)

// systemEvent is an event that the operating system reports beside keys and
// datagrams.
type systemEvent uint8

const (
	systemResized   systemEvent = iota // the window may have another size
	systemSuspend                      // SIGTSTP
	systemContinued                    // SIGCONT
	systemQuit                         // a signal that ends the program
)

// event is the result of one wait. Only the fields of its kind are set.
type event struct {
	kind     eventKind
	input    []byte // of eventInput; nil at the end of the keyboard
	datagram paths.Datagram
	system   systemEvent
	failure  paths.Failure
	roaming  roaming.Event
	err      error
}

type eventKind uint8

const (
	eventTimer eventKind = iota
	eventInput
	eventDatagram
	eventPathFailed
	eventRoaming
	eventAddresses    // this machine's addresses may have changed
	eventForwards     // a forwarding has something to do
	eventPicture      // a picture can be drawn
	eventFrameWritten // err is that of the write, or nil
	eventSystem
	eventFeederFailed // err ends the session
)

// wait returns the next event. For the watchdog the loop is idle in it, except while
// closing: the keyboard is not read then, and the watchdog acts on the escape key.
func (l *loop) wait() event {
	net := l.network()
	if !l.closing || l.phase == phaseDraining {
		l.watchdog.setIdle()
		defer l.watchdog.setBusy()
	}
	select {
	case <-l.timer.C():
		return event{kind: eventTimer}
	case input := <-l.keyboard():
		return event{kind: eventInput, input: input}
	case d := <-net.incoming:
		return event{kind: eventDatagram, datagram: d}
	case f := <-net.failed:
		return event{kind: eventPathFailed, failure: f}
	case e := <-net.events:
		return event{kind: eventRoaming, roaming: e}
	case <-net.changed:
		return event{kind: eventAddresses}
	case <-net.forwards:
		return event{kind: eventForwards}
	case done := <-l.pictures.Ready():
		done()
		return event{kind: eventPicture}
	case err := <-l.writer.done:
		return event{kind: eventFrameWritten, err: err}
	case s := <-l.system:
		return event{kind: eventSystem, system: s}
	case err := <-l.feederErr:
		return event{kind: eventFeederFailed, err: err}
	}
}

// network has the channels of the loop's Roamer. They are nil while closing.
type network struct {
	incoming <-chan paths.Datagram
	failed   <-chan paths.Failure
	events   <-chan roaming.Event
	changed  <-chan struct{}
	forwards <-chan struct{} // nil without the extension "streams" too
}

func (l *loop) network() network {
	if l.closing {
		return network{}
	}
	r := l.roamer
	n := network{incoming: r.Incoming(), failed: r.Failed(), events: r.Events(), changed: r.Changed()}
	if l.forwards != nil {
		n.forwards = l.forwards.Ready()
	}
	return n
}

// keyboard returns the channel of the keys; nil while none are to be read.
func (l *loop) keyboard() <-chan []byte {
	if l.phase != phaseDraining && (l.closing || !l.session.mayRead(l.now)) {
		return nil
	}
	return l.reader.keys
}

// handle handles one event. An error ends the session.
func (l *loop) handle(now time.Time, e event) error {
	switch e.kind {
	case eventTimer:
		l.handleReplies(now)
		l.handleActions(now, l.session.handleKeys(now, l.query.flush(now)))
		l.handleActions(now, l.session.flushPartial(now))
	case eventInput:
		l.handleInput(now, e.input)
	case eventDatagram:
		defer l.roamer.Release(e.datagram)
		if err := l.session.receive(now, e.datagram.Data, e.datagram.Path, e.datagram.Congested); err != nil {
			return fmt.Errorf("continue the session: %w", err)
		}
		if !l.session.transport.PathState(e.datagram.Path).Heard.IsZero() {
			l.roamer.NoteHeard(e.datagram.Path)
		}
	case eventPathFailed:
		if err := l.roamer.HandleFailure(now, e.failure); err != nil {
			l.session.refusal = sendErrorText(err)
		}
	case eventRoaming:
		e.roaming(now)
		l.endAsking(now)
	case eventAddresses:
		l.roamer.AddressesChanged(now)
	case eventFrameWritten:
		if l.writer.wrote(e.err) != nil {
			l.terminalClosed(now)
		}
	case eventSystem:
		l.handleSystem(now, e.system)
	case eventFeederFailed:
		return e.err
	}
	return nil
}

func (l *loop) handleInput(now time.Time, input []byte) {
	if input == nil {
		l.terminalClosed(now)
		return
	}
	keys := l.query.filter(now, input)
	if l.phase != phaseDraining { // in which keys are meant for the shell
		l.handleReplies(now)
		l.handleActions(now, l.session.handleKeys(now, keys))
		l.roamer.Typed(now)
	}
	l.watchdog.noteHandled(len(input))
}

func (l *loop) handleActions(now time.Time, a keyActions) {
	if l.session.quitting {
		l.requestQuit(now)
	}
	l.runCommandLines(now)
	l.passAnswers()
	if a.repaint {
		l.display.Repaint()
	}
	if a.suspend && canSuspend {
		l.suspend(now)
	}
	if a.login && !l.roamer.RequestLogin(now) {
		l.session.bar.setBriefMessage(now, cannotLogIn)
	}
}

func (l *loop) handleSystem(now time.Time, s systemEvent) {
	switch s {
	case systemResized:
		l.resized(now) // even if the size is the same: it may have changed twice
		l.session.handleResize(now, l.tty.size())
	case systemSuspend:
		l.suspend(now)
	case systemContinued:
		l.resume(now)
	case systemQuit:
		if l.asking {
			l.roamer.GiveUp() // Ctrl-C answers the question
			return
		}
		l.requestQuit(now)
		l.session.leave(now, "Exiting on signal...")
	}
}

func (l *loop) terminalClosed(now time.Time) {
	l.ttyClosed = true
	if !l.closing {
		l.session.leave(now, "The terminal is gone.")
	}
}

// requestQuit records that the user wants the program to end. From then on a
// terminal that takes no output is given up after writeTimeout.
func (l *loop) requestQuit(now time.Time) {
	if l.quitAt.IsZero() {
		l.quitAt = now
	}
	l.watchdog.arm()
}
