package vt

import (
	"slices"
	"strings"

	"gm/vt/cellwidth"
)

// Dialect describes what the receiver of a diff understands beyond the sequences that
// every receiver understands (protocol, section 8). A diff omits everything else.
type Dialect struct {
	Faint, Strike, Overline bool // SGR 2, 9, 53
	Underlines              bool // SGR 4:n and 58:, with colons
	CursorShape             bool // DECSCUSR
	Repeat                  bool // REP
	Links                   bool // OSC 8
	Titles                  bool // OSC 0, 1, 2
	AnyClipboard            bool // OSC 52 with any selection, not only c
	Keyboard                bool // kitty keyboard, modifyOtherKeys
	KeyModes                bool // DECCKM, DECNKM, DECBKM, which mosh does not carry
	Notifications           bool // OSC 9, 99, 777
	Marks                   bool // OSC 133, 633 and 1337 ; SetMark
	Notes                   bool // OSC 1337 ; SetUserVar and CurrentDir, 633 ; P ; Cwd
	Progress                bool // OSC 9 ; 4
	Pointer                 bool // OSC 22
	Directory               bool // OSC 7
	SetColors               bool // OSC 4, 10 to 14, 17, 19, 104 and 110 to 119
	PixelMouse              bool // mode 1016; without it, 1006 is sent instead
	Clusters                bool // mode 2027: a grapheme cluster as one character
	LineAttributes          bool // DECDHL, DECSWL, DECDWL
	Pictures                bool // cells of pictures, which are blank otherwise
	// EventsApart reports that events travel beside the diff, which then carries neither
	// Notifications nor Marks.
	EventsApart    bool
	ExplicitWidths bool // OSC 66: a character with its columns
	origins        [toggleCount]toggleOrigin
	// AmbiguousWidths reports that some characters may have another width in the
	// receiver: after one of those the diff moves absolutely.
	AmbiguousWidths bool

	// The fields below are for the user's terminal.

	// HideCursor hides the cursor while a frame is painted, so that it is not seen
	// moving.
	HideCursor bool
	// Widths describes how the terminal lays out characters, as far as is known.
	Widths cellwidth.Layout
	// Colors is the number of colours: 256, 16, 8, or 2 for a terminal without colour.
	// 0 is direct colour. Others are replaced by the nearest.
	Colors int
	// DoubtfulUnderlines reports that Underlines is a guess.
	DoubtfulUnderlines bool
	NoBCE              bool // erasing leaves the default background
	NoPan              bool // no SU nor SD
	NoOSC              bool // OSC may be printed as text: no titles, clipboard, links
	NoDCS              bool // DCS is passed through to another terminal
	// Scrollback reports that the terminal shows its main screen, of which it keeps the
	// lines that scroll off the top. The only sequence that makes it keep any is then LF:
	// ED 2, SU, DL and margins do so in some terminals and not in others.
	Scrollback bool
	// PictureIDs is the first byte of the ids that pictures have there, by which they differ
	// from those of other programs. Their other bytes are those of the number.
	PictureIDs uint8
	// Basic is a VT100: no ECH, CHA, VPA, SU, SD, IL, DL, ICH, DCH.
	Basic bool
}

// Stock is the dialect of mosh 1.4.0.
func Stock() Dialect {
	return Dialect{Titles: true, AmbiguousWidths: true, origins: scrollIs(originReset)}
}

// Full is the dialect of gm's own emulator, which understands everything a Screen
// holds.
func Full() Dialect {
	return Dialect{
		Faint: true, Strike: true, Overline: true, Underlines: true, CursorShape: true,
		Repeat: true, Links: true, Titles: true, AnyClipboard: true, Keyboard: true,
		Notifications: true, Marks: true, Notes: true, Progress: true, Pointer: true, Directory: true, PixelMouse: true, Clusters: true, LineAttributes: true,
		KeyModes: true, SetColors: true, Pictures: true,
		origins: [toggleCount]toggleOrigin{originSaved, originSaved, originSaved, originSaved, originSaved, originSaved},
	}
}

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

// attrs removes the attributes that the receiver lacks. A receiver without Overline
// treats SGR 6 as SGR 5.
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

// UserTerminal returns the dialect of the user's terminal according to $TERM and
// $COLORTERM, without terminfo. A terminal like xterm gets the colours and underlines
// of programs unchanged until more is known of it (see With). A terminal with an
// unknown name is treated as a VT100.
func UserTerminal(term, colorterm string) Dialect {
	d := Dialect{
		Faint: true, Strike: true, Overline: true, CursorShape: true, Links: true,
		Titles: true, AnyClipboard: true, Directory: true, SetColors: true, Notifications: true, Marks: true, Notes: true, Progress: true, Pointer: true, AmbiguousWidths: true, HideCursor: true,
		origins:        scrollIs(originSaved),
		LineAttributes: true, // ignored by some, as by ECMA-35: the text is correct either way
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

// With returns the dialect of a terminal that has reported c. Its reports override its
// name.
func (d Dialect) With(c Capabilities) Dialect {
	f := c.Features
	switch {
	case d.NoOSC:
		return d // it was not queried
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

// familyOf returns the beginning of a terminal's name: "screen" for "screen-bce" and
// "screen.xterm-256color".
func familyOf(term string) string {
	if i := strings.IndexAny(term, "-."); i >= 0 {
		return term[:i]
	}
	return term
}

// modernFamilies have underline styles, direct colour and the kitty keyboard protocol.
var modernFamilies = []string{"alacritty", "contour", "foot", "ghostty", "kitty", "rio", "wezterm"}

// xtermFamilies ignore OSC and CSI sequences that they do not know.
var xtermFamilies = []string{
	"Eterm", "gnome", "iterm", "iterm2", "konsole", "kterm", "mintty", "mlterm", "ms", "putty", "rxvt", "st", "vte",
}

func plainTerminal(family string) Dialect {
	d := Dialect{NoOSC: true, NoPan: true, AmbiguousWidths: true, HideCursor: true, origins: scrollIs(originSaved)}
	if family != "linux" && family != "cygwin" {
		d.NoBCE, d.Basic = true, true
	}
	return d
}

// TermColors returns the number of colours that terminfo has for a terminal's name, or
// -1 for none. It does not read terminfo. A name it does not know counts as a modern
// terminal.
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

// limitedFamilies show no more colours than their names have in terminfo, except that
// linux has 16, by blink and bold.
var limitedFamilies = []string{"Eterm", "ansi", "cygwin", "kterm", "linux", "rxvt", "screen"}

// colorsByName returns Dialect.Colors for a terminal's name: 0, all colours, unless the
// name stands for fewer.
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
