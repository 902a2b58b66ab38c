package vt

import (
	"slices"
	"strings"
)

// UserTerminal gives the dialect of the terminal that a person looks at, from
// its name ($TERM) and from $COLORTERM. No terminfo is read: a name that is not
// known is taken for a terminal like xterm, with nothing that an older one
// might print as text.
func UserTerminal(term, colorterm string) Dialect {
	d := Dialect{
		Faint: true, Strike: true, Overline: true, CursorShape: true, Links: true,
		Titles: true, AnyClipboard: true, Directory: true, ContestedWidths: true, HideCursor: true,
		LineAttributes: true, // or ignored, as ECMA-35 has it: the text is right in either case
	}
	direct := colorterm == "truecolor" || colorterm == "24bit"
	family := familyOf(strings.TrimPrefix(term, "xterm-"))
	switch {
	case slices.Contains(modern, family):
		d.Underlines, d.Keyboard, d.PixelMouse, d.Notices = true, true, true, true
		return d
	case strings.HasPrefix(term, "xterm"):
		d.Underlines, d.Keyboard, d.PixelMouse = direct, true, true
	case family == "tmux":
		d.Underlines, d.Keyboard = true, true
	case family == "screen":
		d.NoBCE, d.NoDCS, d.CursorShape, d.Links = true, true, false, false
	case !slices.Contains(xtermLike, family):
		d = plainTerminal(family)
	}
	d.Colors = colors(term, direct)
	return d
}

// familyOf gives what a terminal's name begins with: "screen" of "screen-bce"
// and of "screen.xterm-256color".
func familyOf(term string) string {
	if i := strings.IndexAny(term, "-."); i >= 0 {
		return term[:i]
	}
	return term
}

// modern are terminals with underline styles, direct colour and the kitty
// keyboard protocol, under their own names.
var modern = []string{"alacritty", "contour", "foot", "ghostty", "kitty", "rio", "wezterm"}

// xtermLike are those that swallow whatever OSC or CSI they do not know.
var xtermLike = []string{
	"Eterm", "gnome", "iterm", "iterm2", "konsole", "kterm", "mintty", "mlterm", "ms", "putty", "rxvt", "st", "vte",
}

// plainTerminal is the dialect of what prints text in OSC, or may.
func plainTerminal(family string) Dialect {
	d := Dialect{NoOSC: true, NoPan: true, ContestedWidths: true, HideCursor: true}
	if family != "linux" && family != "cygwin" {
		d.NoBCE, d.Basic = true, true
	}
	return d
}

// colors gives Dialect.Colors for a terminal's name.
func colors(term string, direct bool) int {
	family := familyOf(term)
	switch {
	case family == "dumb" || strings.HasSuffix(term, "-mono") || strings.HasSuffix(term, "-m") ||
		strings.HasPrefix(family, "vt") && family != "vte":
		return 2
	case direct || strings.HasSuffix(term, "-direct"):
		return 0
	case strings.Contains(term, "256color"),
		family == "xterm" && !strings.Contains(term, "color"),
		slices.Contains(xtermLike, family) && family != "rxvt" && family != "Eterm":
		return 256
	case family == "linux" || strings.Contains(term, "16color") || strings.Contains(term, "88color"):
		return 16
	}
	return 8
}
