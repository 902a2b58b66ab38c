package session

import (
	"time"

	"gm/wire/state"
)

// Programs change the line discipline before they write a prompt, so it is read for
// each frame. Changes without output are found by polling for a short while after the
// last input or output: 10, 50, 210 and 850 ms after it.
const (
	firstPoll   = 10 * time.Millisecond
	pollBackoff = 4 // factor between two intervals
	pollCount   = 4
)

// termiosWatcher follows the line discipline of the program's terminal, and decides
// which input it has echoed.
type termiosWatcher struct {
	discipline state.Discipline // as read last

	nextPoll  time.Time // zero if no poll is scheduled
	interval  time.Duration
	pollsLeft int

	lastOutput time.Time
}

func (w *termiosWatcher) schedulePoll(now time.Time) {
	w.nextPoll, w.interval, w.pollsLeft = now.Add(firstPoll), firstPoll, pollCount
}

// inputDelivered notes that the terminal has input, in a write that began at began.
// It reports whether output came since, and so the echo: a terminal echoes while it is
// given input.
func (w *termiosWatcher) inputDelivered(now, began time.Time) (echoed bool) {
	w.schedulePoll(now)
	return !w.lastOutput.Before(began)
}

func (w *termiosWatcher) onOutput(now time.Time) {
	w.lastOutput = now
	w.schedulePoll(now)
}

// update sets the discipline and reports whether it has changed.
func (w *termiosWatcher) update(now time.Time, d state.Discipline) bool {
	if d == w.discipline {
		return false
	}
	w.discipline = d
	w.schedulePoll(now)
	return true
}

func (w *termiosWatcher) polled(now time.Time) {
	if w.pollsLeft--; w.pollsLeft == 0 {
		w.nextPoll = time.Time{}
		return
	}
	w.interval *= pollBackoff
	w.nextPoll = now.Add(w.interval)
}

func (s *Session) pollTermios(now time.Time) {
	if !due(now, s.pollDeadline()) {
		return
	}
	s.termios.polled(now)
	if !s.termios.update(now, s.host.Discipline()) {
		return
	}
	for _, a := range s.attachments {
		if a.extensions.Has(state.ExtEcho) {
			a.frames.dirty = true
			a.wire.Expedite(now, 0)
		}
	}
}

func (s *Session) pollDeadline() time.Time {
	for _, a := range s.attachments {
		if a.extensions.Has(state.ExtEcho) {
			return s.termios.nextPoll
		}
	}
	return time.Time{}
}

// echoState returns the echo state to attach to the next frame. EchoedThrough
// advances only if the frame changes anyway and the terminal echoes.
func (a *Attachment) echoState(now time.Time, next state.Screen) state.EchoState {
	if !a.extensions.Has(state.ExtEcho) {
		return state.EchoState{}
	}
	s := a.session
	s.termios.update(now, s.host.Discipline())
	sent := a.frames.sent
	next.EchoState = state.EchoState{
		Discipline:    s.termios.discipline,
		Alternate:     s.term.AlternateScreen(),
		EchoedThrough: sent.EchoState.EchoedThrough,
	}
	if s.termios.discipline.Has(state.Canonical|state.Echo) && !next.Equal(sent) {
		next.EchoState.EchoedThrough = a.echoed
	}
	return next.EchoState
}
