package session

import (
	"slices"
	"time"

	"gm/vt"
	"gm/wire/state"
)

// terminalTimeout is how long after the first contact answers wait for the
// client's report of the user's terminal. It must be shorter than programs wait
// for theirs, and longer than a round trip and the terminal's own.
const terminalTimeout = time.Second

// Winsize is a size in cells and in pixels (TIOCGWINSZ); 0 pixels are not known.
type Winsize struct{ Cols, Rows, Width, Height int }

// applyAppearance makes the terminal look and answer as the user's does. A program
// that asked to hear of a change does so, of the size in pixels with that in cells
// if both change.
func (s *Session) applyAppearance(events []state.UserEvent) {
	looks, user := s.looks, s.user
	told := false
	for _, e := range events {
		if e.Appearance != nil && s.cfg.Extensions.Has(state.ExtAppearance) {
			looks = e.Appearance.Merge(looks)
		}
		if e.Terminal != nil && s.cfg.Extensions.Has(state.ExtTerminal) {
			user, told = *e.Terminal, true
		}
	}
	if looks == s.looks && !told {
		return
	}
	resized := looks.Width != s.looks.Width || looks.Height != s.looks.Height
	s.looks = looks
	if !s.cfg.Extensions.Has(state.ExtTerminal) { // a client of before there was more to report
		user.Text = vt.Pixels{Width: looks.Width, Height: looks.Height}
	}
	s.user = user
	s.term.SetTheme(looks.Theme)
	if told || !s.cfg.Extensions.Has(state.ExtTerminal) {
		s.term.SetCapabilities(user)
	}
	s.setPixels()
	if !slices.ContainsFunc(events, func(e state.UserEvent) bool { return e.Cols > 0 }) {
		s.term.Resize(s.size())
		if resized && s.running {
			s.host.Resize(s.winsize())
		}
	}
	s.reply()
}

// setPixels sets the size of the text area, or of the tty if that is all that is
// known.
func (s *Session) setPixels() {
	size := s.user.Text
	if size == (vt.Pixels{}) {
		size = vt.Pixels{Width: s.looks.Width, Height: s.looks.Height}
	}
	s.term.SetPixels(size.Width, size.Height)
}

// winsize returns the size of the program's tty.
func (s *Session) winsize() Winsize {
	cols, rows := s.size()
	return Winsize{cols, rows, s.looks.Width, s.looks.Height}
}

// terminalLimit is when the answers that wait for the user's terminal are given
// without it; zero if none do.
func (s *Session) terminalLimit() time.Time {
	if !s.started || !s.term.Awaiting() {
		return time.Time{}
	}
	return s.contacted.Add(terminalTimeout)
}

// expireTerminal ends the wait for the user's terminal.
func (s *Session) expireTerminal(now time.Time) {
	if due(now, s.terminalLimit()) {
		s.term.SetCapabilities(s.user)
		s.reply()
	}
}
