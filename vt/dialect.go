package vt

import (
	"slices"
	"strings"
)

// Dialect is what the reader of a diff understands beyond what every reader
// does (mosh-protocol, section 8). What it does not understand is left out.
type Dialect struct {
	Faint, Strike, Overline bool // SGR 2, 9, 53
	Underlines              bool // SGR 4:n and 58:, with colons
	CursorShape             bool // DECSCUSR
	Repeat                  bool // REP
	Links                   bool // OSC 8
	Titles                  bool // OSC 0, 1, 2
	AnyClipboard            bool // OSC 52 with any selection, not only c
	Keyboard                bool // kitty keyboard, modifyOtherKeys
	KeyModes                bool // DECCKM, DECNKM, DECBKM, which a stock reader does not carry
	Notifications           bool // OSC 9, 99, 777
	Marks                   bool // OSC 133, 633 and 1337 ; SetMark
	Notes                   bool // OSC 1337 ; SetUserVar and CurrentDir, 633 ; P ; Cwd
	Progress                bool // OSC 9 ; 4
	Pointer                 bool // OSC 22
	Directory               bool // OSC 7
	SetColors               bool // OSC 4, 10 to 14, 17, 19, 104 and 110 to 119
	PixelMouse              bool // mode 1016; without it, 1006 in its place
	Clusters                bool // mode 2027: a grapheme cluster as one character
	LineAttributes          bool // DECDHL, DECSWL, DECDWL
	// EventsApart says that Events travel beside the diff: Notifications and Marks are not in it.
	EventsApart    bool
	ExplicitWidths bool // OSC 66: a character with its columns
	origins        [toggleCount]toggleOrigin
	// AmbiguousWidths says that the reader may give some characters another
	// width: after one of those the diff moves absolutely.
	AmbiguousWidths bool

	// What follows is for a terminal that a person looks at.

	// HideCursor says that a cursor that runs about is seen: it is hidden
	// while a frame is painted.
	HideCursor bool
	// Widths is how the terminal lays out characters, where that is known.
	Widths Widths
	// Colors is how many colours there are: 256, 16, 8, or 2 for none at all.
	// 0 stands for direct colour. What is not there becomes the nearest.
	Colors int
	// DoubtfulUnderlines says that it is not known whether Underlines is true.
	DoubtfulUnderlines bool
	NoBCE              bool // erasing leaves the default background
	NoPan              bool // no SU and SD
	NoOSC              bool // OSC may be printed: no titles, clipboard, links
	NoDCS              bool // DCS goes on to another terminal
	// Basic is a VT100: no ECH, CHA, VPA, SU, SD, IL, DL, ICH, DCH.
	Basic bool
}

// Stock is the dialect of mosh 1.4.0.
func Stock() Dialect {
	return Dialect{Titles: true, AmbiguousWidths: true, origins: scrollIs(originReset)}
}

// Full is the dialect of gm's own emulator: everything a Screen holds.
func Full() Dialect {
	return Dialect{
		Faint: true, Strike: true, Overline: true, Underlines: true, CursorShape: true,
		Repeat: true, Links: true, Titles: true, AnyClipboard: true, Keyboard: true,
		Notifications: true, Marks: true, Notes: true, Progress: true, Pointer: true, Directory: true, PixelMouse: true, Clusters: true, LineAttributes: true,
		KeyModes: true, SetColors: true,
		origins: [toggleCount]toggleOrigin{originSaved, originSaved, originSaved, originSaved, originSaved, originSaved},
	}
}

// rendition gives what the reader shows for r.
func (d *Dialect) rendition(r Rendition) Rendition {
	if !d.Underlines {
		r.Underline = min(r.Underline, UnderlineSingle)
		r.UnderlineColor = 0
	}
	if r.Attrs&(Faint|RapidBlink|Strike|Overline) != 0 {
		r.Attrs = d.attrs(r.Attrs)
	}
	if !d.Links {
		r.Link = 0
	}
	if d.Colors != 0 {
		r.Fg, r.Bg = r.Fg.reduced(d.Colors), r.Bg.reduced(d.Colors)
		r.UnderlineColor = r.UnderlineColor.reduced(d.Colors)
	}
	return r
}

// attrs leaves out what the reader lacks. SGR 6 is SGR 5 to it if it does not
// know the other rarities either.
func (d *Dialect) attrs(a Attrs) Attrs {
	if !d.Faint {
		a &^= Faint
	}
	if !d.Strike {
		a &^= Strike
	}
	if !d.Overline {
		a &^= Overline
	}
	if a&RapidBlink != 0 && !d.Overline {
		a = a&^RapidBlink | Blink
	}
	return a
}

// modes gives the modes that the reader is in for m.
func (d *Dialect) modes(m Modes) Modes {
	if !d.Keyboard {
		m.KittyKeys, m.ModifyOtherKeys = 0, 0
	}
	if !d.KeyModes {
		m.CursorKeys, m.Keypad, m.BackArrow = false, false, false
	}
	for i, t := range m.toggles() {
		*t = d.origin(i).carried(*t)
	}
	if m.MouseEncoding == 1016 && !d.PixelMouse {
		m.MouseEncoding = 1006
	}
	return m
}

func (d *Dialect) shape(c Cursor) uint8 {
	if !d.CursorShape {
		return 0
	}
	return c.Shape
}

// UserTerminal returns the dialect of the terminal that a person looks at, from
// its name ($TERM) and from $COLORTERM. No terminfo is read. A terminal like xterm
// is sent the colours and underlines of programs as they came, as long as nothing
// else is known of it (With); one without a known name is a VT100.
func UserTerminal(term, colorterm string) Dialect {
	d := Dialect{
		Faint: true, Strike: true, Overline: true, CursorShape: true, Links: true,
		Titles: true, AnyClipboard: true, Directory: true, SetColors: true, Notifications: true, Marks: true, Notes: true, Progress: true, Pointer: true, AmbiguousWidths: true, HideCursor: true,
		origins:        scrollIs(originSaved),
		LineAttributes: true, // or ignored, as ECMA-35 has it: the text is right in either case
	}
	family := familyOf(strings.TrimPrefix(term, "xterm-"))
	switch {
	case slices.Contains(modernFamilies, family):
		d.Underlines, d.Keyboard, d.PixelMouse = true, true, true
		return d
	case strings.HasPrefix(term, "xterm"):
		d.Keyboard, d.PixelMouse = true, true
		d.Underlines, d.DoubtfulUnderlines = true, true
	case family == "tmux":
		d.Underlines, d.Keyboard = true, true
	case family == "screen":
		d.NoBCE, d.NoDCS, d.CursorShape, d.Links = true, true, false, false
	case slices.Contains(xtermFamilies, family):
		d.Underlines, d.DoubtfulUnderlines = true, true
	default:
		d = plainTerminal(family)
	}
	if colorterm != "truecolor" && colorterm != "24bit" {
		d.Colors = colorsByName(term)
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

// modernFamilies are terminals with underline styles, direct colour and the kitty
// keyboard protocol, under their own names.
var modernFamilies = []string{"alacritty", "contour", "foot", "ghostty", "kitty", "rio", "wezterm"}

// xtermFamilies are those that swallow whatever OSC or CSI they do not know.
var xtermFamilies = []string{
	"Eterm", "gnome", "iterm", "iterm2", "konsole", "kterm", "mintty", "mlterm", "ms", "putty", "rxvt", "st", "vte",
}

// plainTerminal is the dialect of what prints text in OSC, or may.
func plainTerminal(family string) Dialect {
	d := Dialect{NoOSC: true, NoPan: true, AmbiguousWidths: true, HideCursor: true, origins: scrollIs(originSaved)}
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

// limitedFamilies are families of terminals that show no more colours than their names
// have. (Linux has 16, by blinking and boldness.)
var limitedFamilies = []string{"Eterm", "ansi", "cygwin", "kterm", "linux", "rxvt", "screen"}

// colorsByName returns Dialect.Colors for a terminal's name: 0, all, unless the name
// has fewer.
func colorsByName(term string) int {
	n := TermColors(term)
	family := familyOf(term)
	switch {
	case n < 0:
		return 2
	case family == "linux", n == 16 || n == 88:
		return 16
	case n == 8 && (strings.HasSuffix(term, "-color") || slices.Contains(limitedFamilies, family)):
		return 8
	case family == "screen" && n == 256:
		return 256
	}
	return 0
}
