package session

import (
	"time"

	"gm/wire/state"
)

// Programs change the line discipline before they write a prompt, which is
// seen when the prompt's frame is made. Those that write nothing are found by
// looking for a short while after the last input or output.
const (
	firstLook = 10 * time.Millisecond
	lookAgain = 4 // times the pause before
	lookCount = 4 // 10, 50, 210 and 850 ms after
)

// listening is what becomes of keys at this host.
type listening struct {
	discipline state.Discipline // as it was when it was looked at last

	look  time.Time // when to look again though nothing happens; zero if never
	pause time.Duration
	looks int // that are left

	given uint64    // the newest input that the terminal has
	heard uint64    // the newest that it has echoed, if it echoes
	wrote time.Time // when the last output came
}

// stir notes that the program may change the discipline.
func (l *listening) stir(now time.Time) {
	l.look, l.pause, l.looks = now.Add(firstLook), firstLook, lookCount
}

// give notes that the terminal has the input up to state num, and says whether
// its echo was there before this news.
func (l *listening) give(now time.Time, num uint64, began time.Time) (echoed bool) {
	l.given = num
	if echoed = !l.wrote.Before(began); echoed {
		l.heard = num
	}
	l.stir(now)
	return echoed
}

// output notes output, which has the echo of what was given: a terminal echoes
// as it is given input.
func (l *listening) output(now time.Time) {
	l.heard, l.wrote = l.given, now
	l.stir(now)
}

// update takes the discipline as it is, and says whether that is news.
func (l *listening) update(now time.Time, d state.Discipline) bool {
	if d == l.discipline {
		return false
	}
	l.discipline = d
	l.stir(now)
	return true
}

// looked notes that one of the looks was taken.
func (l *listening) looked(now time.Time) {
	if l.looks--; l.looks == 0 {
		l.look = time.Time{}
		return
	}
	l.pause *= lookAgain
	l.look = now.Add(l.pause)
}

// listen looks at the discipline if that is due. A change goes out at once.
func (s *Session) listen(now time.Time) {
	if !due(now, s.lookDeadline()) {
		return
	}
	s.listening.looked(now)
	if s.listening.update(now, s.host.Discipline()) {
		s.frames.dirty = true
		s.wire.Expedite(now, 0)
	}
}

// lookDeadline is when listen has something to do; zero if never.
func (s *Session) lookDeadline() time.Time {
	if !s.cfg.Extensions.Has(state.ExtEcho) {
		return time.Time{}
	}
	return s.listening.look
}

// listens gives what is to be told with a frame that is made now. That more was
// heard is told along with what else is new, and only of a terminal that
// echoes.
func (s *Session) listens(now time.Time, next state.Screen) state.EchoState {
	if !s.cfg.Extensions.Has(state.ExtEcho) {
		return state.EchoState{}
	}
	l := &s.listening
	l.update(now, s.host.Discipline())
	sent := s.frames.sent
	next.EchoState = state.EchoState{
		Discipline:    l.discipline,
		Alternate:     s.term.AlternateScreen(),
		EchoedThrough: sent.EchoState.EchoedThrough,
	}
	if l.discipline.Has(state.Canonical|state.Echo) && !next.Equal(sent) {
		next.EchoState.EchoedThrough = l.heard
	}
	return next.EchoState
}
