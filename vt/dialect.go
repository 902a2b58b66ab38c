package vt

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
	Notices                 bool // OSC 9, 99, 777
	Marks                   bool // OSC 133, 633 and 1337 ; SetMark
	Notes                   bool // OSC 1337 ; SetUserVar and CurrentDir, 633 ; P ; Cwd
	Progress                bool // OSC 9 ; 4
	Pointer                 bool // OSC 22
	Directory               bool // OSC 7
	SetColors               bool // OSC 4, 10 to 14, 17, 19, 104 and 110 to 119
	PixelMouse              bool // mode 1016; without it, 1006 in its place
	Clusters                bool // mode 2027: a grapheme cluster as one character
	LineAttributes          bool // DECDHL, DECSWL, DECDWL
	// EventsApart says that Events travel beside the diff: Notices and Marks are not in it.
	EventsApart    bool
	ExplicitWidths bool // OSC 66: a character with its columns
	origins        [toggleCount]toggleOrigin
	// ContestedWidths says that the reader may give some characters another
	// width: after one of those the diff moves absolutely.
	ContestedWidths bool

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
	return Dialect{Titles: true, ContestedWidths: true, origins: scrollIs(originReset)}
}

// Full is the dialect of gm's own emulator: everything a Screen holds.
func Full() Dialect {
	return Dialect{
		Faint: true, Strike: true, Overline: true, Underlines: true, CursorShape: true,
		Repeat: true, Links: true, Titles: true, AnyClipboard: true, Keyboard: true,
		Notices: true, Marks: true, Notes: true, Progress: true, Pointer: true, Directory: true, PixelMouse: true, Clusters: true, LineAttributes: true,
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
