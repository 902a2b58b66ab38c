package vt

import (
	"slices"
	"strings"
)

// UserTerminal returns the dialect of the terminal that a person looks at, from
// its name ($TERM) and from $COLORTERM. No terminfo is read. A terminal like xterm
// is sent the colours and underlines of programs as they came, as long as nothing
// else is known of it (With); one without a known name is a VT100.
func UserTerminal(term, colorterm string) Dialect {
	d := Dialect{
		Faint: true, Strike: true, Overline: true, CursorShape: true, Links: true,
		Titles: true, AnyClipboard: true, Directory: true, SetColors: true, Notices: true, Marks: true, Notes: true, Progress: true, Pointer: true, ContestedWidths: true, HideCursor: true,
		origins:        scrollIs(originSaved),
		LineAttributes: true, // or ignored, as ECMA-35 has it: the text is right in either case
	}
	family := familyOf(strings.TrimPrefix(term, "xterm-"))
	switch {
	case slices.Contains(modern, family):
		d.Underlines, d.Keyboard, d.PixelMouse = true, true, true
		return d
	case strings.HasPrefix(term, "xterm"):
		d.Keyboard, d.PixelMouse = true, true
		d.Underlines, d.DoubtfulUnderlines = true, true
	case family == "tmux":
		d.Underlines, d.Keyboard = true, true
	case family == "screen":
		d.NoBCE, d.NoDCS, d.CursorShape, d.Links = true, true, false, false
	case slices.Contains(xtermLike, family):
		d.Underlines, d.DoubtfulUnderlines = true, true
	default:
		d = plainTerminal(family)
	}
	if colorterm != "truecolor" && colorterm != "24bit" {
		d.Colors = fewColors(term)
	}
	return d
}

// With returns the dialect of a terminal that has reported c. What it reports counts
// for more than its name.
func (d Dialect) With(c Capabilities) Dialect {
	f := c.Features
	switch {
	case d.NoOSC:
		return d // it was not asked
	case f.Has(FeatureDirectColor):
		d.Colors = 0
	case f.Has(FeatureSettings) && d.Colors == 0:
		d.Colors = 256
	}
	switch {
	case f.Has(FeatureUnderlines):
		d.Underlines, d.DoubtfulUnderlines = true, false
	case f.Has(FeatureSettings):
		d.Underlines, d.DoubtfulUnderlines = false, false
	}
	d.PixelMouse = c.Mode(1016) != modeUnknown
	d.Widths = c.Widths
	for i, m := range toggleModes {
		d.origins[i] = originOf(c.Mode(int(privateModes[m])), d.origins[i])
	}
	return d
}

// familyOf returns the beginning of a terminal's name: "screen" of "screen-bce"
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
	d := Dialect{NoOSC: true, NoPan: true, ContestedWidths: true, HideCursor: true, origins: scrollIs(originSaved)}
	if family != "linux" && family != "cygwin" {
		d.NoBCE, d.Basic = true, true
	}
	return d
}

// TermColors returns the number of colours that terminfo has for a terminal's
// name, without terminfo: -1 for none. A name that is not known is taken for a
// modern one.
func TermColors(term string) int {
	base, _, _ := strings.Cut(term, "-")
	switch {
	case term == "" || term == "dumb",
		strings.HasSuffix(term, "-mono") || strings.HasSuffix(term, "-m"),
		strings.HasPrefix(base, "vt") && base != "vte":
		return -1
	case strings.HasSuffix(term, "-direct"):
		return 1 << 24
	case strings.HasSuffix(term, "-88color"):
		return 88
	case strings.HasSuffix(term, "-16color"):
		return 16
	case strings.HasSuffix(term, "-256color"):
		return 256
	case slices.Contains([]string{"xterm", "screen", "tmux", "rxvt", "linux", "ansi", "cygwin", "putty"}, term),
		strings.HasSuffix(term, "-color"):
		return 8
	}
	return 256
}

// plainColors are families of terminals that show no more colours than their names
// have. (Linux has 16, by blinking and boldness.)
var plainColors = []string{"Eterm", "ansi", "cygwin", "kterm", "linux", "rxvt", "screen"}

// fewColors returns Dialect.Colors for a terminal's name: 0, all, unless the name
// has fewer.
func fewColors(term string) int {
	n := TermColors(term)
	family := familyOf(term)
	switch {
	case n < 0:
		return 2
	case family == "linux", n == 16 || n == 88:
		return 16
	case n == 8 && (strings.HasSuffix(term, "-color") || slices.Contains(plainColors, family)):
		return 8
	case family == "screen" && n == 256:
		return 256
	}
	return 0
}
