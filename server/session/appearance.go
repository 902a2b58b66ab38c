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

// terminal is what a client has reported of the user's terminal. The zero value is that
// of a client that has reported nothing.
type terminal struct {
	appearance   state.Appearance
	capabilities vt.Capabilities
	known        bool // something was reported
	capable      bool // capabilities is to be used
}

func (a *Attachment) applyTerminal(now time.Time, events []state.UserEvent) {
	t, reported := a.terminal, false
	for _, e := range events {
		if e.Appearance != nil && a.extensions.Has(state.ExtAppearance) {
			t.appearance = e.Appearance.Merge(t.appearance)
		}
		if e.Terminal != nil && a.extensions.Has(state.ExtTerminal) {
			t.capabilities, reported = *e.Terminal, true
		}
	}
	if t.appearance == a.terminal.appearance && !reported {
		return
	}
	t.known, t.capable = true, t.capable || reported
	if !a.extensions.Has(state.ExtTerminal) { // an older client
		t.capabilities.Text, t.capable = t.pixels(), true
	}
	a.terminal = t
	s := a.session
	if a != s.leader() {
		return
	}
	resized := s.adoptTerminal(a)
	if !slices.ContainsFunc(events, func(e state.UserEvent) bool { return e.Cols > 0 }) {
		s.term.Resize(s.size())
		if resized && s.running {
			s.host.Resize(s.winsize())
		}
	}
	s.sendReplies(now)
}

func (t *terminal) pixels() vt.Pixels {
	return vt.Pixels{Width: t.appearance.Width, Height: t.appearance.Height}
}

// adoptTerminal makes the session's terminal look and reply as that of the client does.
// It reports whether the size in pixels has changed. If a program has asked for reports
// of the size in pixels and the size in cells changes too, one report covers both.
func (s *Session) adoptTerminal(a *Attachment) (resized bool) {
	t := &a.terminal
	if !t.known {
		return false
	}
	resized = s.pixels != t.pixels()
	s.pixels = t.pixels()
	s.term.SetTheme(t.appearance.Theme)
	if t.capable {
		s.capabilities = t.capabilities
		s.term.SetCapabilities(t.capabilities)
	}
	s.setPixels()
	return resized
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
		s.sendReplies(now)
	}
}
