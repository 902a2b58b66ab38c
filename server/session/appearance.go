package session

import (
	"slices"
	"time"

	"gm/vt"
	"gm/wire/state"
)

// capabilitiesTimeout bounds how long after the first contact replies wait for the
// report of the user's terminal. It must be shorter than programs wait for replies,
// and longer than a round trip and the terminal's own delay.
const capabilitiesTimeout = time.Second

// Winsize is a size in cells and in pixels (TIOCGWINSZ); 0 pixels are unknown.
type Winsize struct{ Cols, Rows, Width, Height int }

// applyAppearance makes the terminal look and reply as the user's does. If a program
// has asked for reports of the size in pixels and the size in cells changes too, one
// report covers both.
func (a *Attachment) applyAppearance(events []state.UserEvent) {
	s := a.session
	appearance, capabilities := a.appearance, s.capabilities
	reportsCapabilities := a.extensions.Has(state.ExtTerminal)
	reported := false
	for _, e := range events {
		if e.Appearance != nil && a.extensions.Has(state.ExtAppearance) {
			appearance = e.Appearance.Merge(appearance)
		}
		if e.Terminal != nil && reportsCapabilities {
			capabilities, reported = *e.Terminal, true
		}
	}
	if appearance == a.appearance && !reported {
		return
	}
	pixels := vt.Pixels{Width: appearance.Width, Height: appearance.Height}
	resized := pixels != s.pixels
	a.appearance, s.pixels = appearance, pixels
	if !reportsCapabilities { // an older client
		capabilities.Text = pixels
	}
	s.capabilities = capabilities
	s.term.SetTheme(appearance.Theme)
	if reported || !reportsCapabilities {
		s.term.SetCapabilities(capabilities)
	}
	s.setPixels()
	if !slices.ContainsFunc(events, func(e state.UserEvent) bool { return e.Cols > 0 }) {
		s.term.Resize(s.size())
		if resized && s.running {
			s.host.Resize(s.winsize())
		}
	}
	s.sendReplies()
}

func (s *Session) setPixels() {
	size := s.capabilities.Text
	if size == (vt.Pixels{}) {
		size = s.pixels
	}
	s.term.SetPixels(size.Width, size.Height)
}

func (s *Session) winsize() Winsize {
	cols, rows := s.size()
	return Winsize{cols, rows, s.pixels.Width, s.pixels.Height}
}

func (s *Session) capabilitiesDeadline() time.Time {
	if !s.started || !s.term.Awaiting() {
		return time.Time{}
	}
	return s.contacted.Add(capabilitiesTimeout)
}

func (s *Session) expireCapabilities(now time.Time) {
	if due(now, s.capabilitiesDeadline()) {
		s.term.SetCapabilities(s.capabilities)
		s.sendReplies()
	}
}
