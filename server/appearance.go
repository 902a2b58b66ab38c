package server

import (
	"slices"

	"gm/wire/state"
)

// dress makes the terminal look as the user's does. A program that asked to
// hear of a change does so, of the size in pixels with that in cells if both
// change.
func (s *session) dress(events []state.Event) {
	looks := s.looks
	for _, e := range events {
		if e.Appearance != nil {
			looks = e.Appearance.Over(looks)
		}
	}
	if looks == s.looks || !s.cfg.dressed {
		return
	}
	s.looks = looks
	s.term.SetTheme(looks.Theme)
	s.term.SetPixels(looks.Width, looks.Height)
	if !slices.ContainsFunc(events, func(e state.Event) bool { return e.Cols > 0 }) {
		s.term.Resize(s.size())
	}
	s.reply()
}
