package vt

const (
	esc = 0x1b
	del = 0x7f
)

// charset is a graphic character set of 94 or 96 characters (ISO 2022), an index in
// charsetTable. The zero charset is ASCII.
type charset uint8

const (
	ascii charset = iota
	specialGraphics
	technical
	supplemental
	supplementalGraphic
	latin1 // British in NRC mode
	latin1Of96
	british // of a VT100
	firstNational
)

// charsetTable are the sets that can be designated: name is the characters after
// the intermediate, level the least conformance level. The national sets need NRC
// mode (DECNRCM) and are ASCII except for the pairs in replaced.
var charsetTable = [...]struct {
	name     string
	level    int
	replaced string
}{
	ascii:               {name: "B"},
	specialGraphics:     {name: "0"},
	technical:           {name: ">", level: 3},
	supplemental:        {name: "<", level: 2},
	supplementalGraphic: {name: "%5", level: 3},
	latin1:              {name: "A", level: 2},
	latin1Of96:          {name: "A", level: 3}, // after - . /
	british:             {name: "A", replaced: "#£"},

	firstNational: {name: "4", level: 2, replaced: dutch},
	{name: "5", level: 2, replaced: finnish}, {name: "C", level: 2, replaced: finnish},
	{name: "6", level: 2, replaced: norwegian}, {name: "E", level: 2, replaced: norwegian}, {name: "`", level: 3, replaced: norwegian},
	{name: "7", level: 2, replaced: swedish}, {name: "H", level: 2, replaced: swedish},
	{name: "9", level: 3, replaced: canadian}, {name: "Q", level: 2, replaced: canadian},
	{name: "=", level: 2, replaced: swiss},
	{name: "K", level: 2, replaced: "@§[Ä\\Ö]Ü{ä|ö}ü~ß"}, // German
	{name: "R", level: 2, replaced: french}, {name: "f", level: 2, replaced: french},
	{name: "Y", level: 2, replaced: "#£@§[°\\ç]é`ù{à|ò}è~ì"}, // Italian
	{name: "Z", level: 2, replaced: "#£@§[¡\\Ñ]¿{°|ñ}ç"},     // Spanish
	{name: "%6", level: 3, replaced: "[Ã\\Ç]Õ{ã|ç}õ"},        // Portuguese
}

// National replacement sets (VT320): pairs of a character of ASCII and its replacement.
const (
	dutch     = "#£@¾[ĳ\\½]||ƒ{¨}¼~´"
	finnish   = "[Ä\\Ö]Å^Ü`é{ä|ö}å~ü"
	norwegian = "@Ä[Æ\\Ø]Å^Ü`ä{æ|ø}å~ü"
	swedish   = "@É[Ä\\Ö]Å^Ü`é{ä|ö}å~ü"
	canadian  = "@à[â\\ç]ê^î`ô{é|ù}è~û"
	swiss     = "#ù@à[é\\ç]ê^î_è`ô{ä|ö}ü~û"
	french    = "#£@à[°\\ç]§{é|ù}è~¨"
)

// charsets are the four designated sets and the ones in use. The zero charsets are
// those after RIS.
type charsets struct {
	g      [4]charset
	left   uint8 // locking shift: GL is G0 to G3
	right  uint8 // GR is G1 to G3; 0 stands for G2, as after RIS
	single uint8 // single shift: the next character is of G2 or G3; 0 is none
}

func (c *charsets) plain() bool { return c.single == 0 && c.g[c.left] == ascii }

// gl returns the set in GL, or that of a single shift.
func (c *charsets) gl() charset {
	if c.single != 0 {
		return c.g[c.single]
	}
	return c.g[c.left]
}

func (c *charsets) gr() charset { return c.g[c.inRight()] }

func (c *charsets) inRight() int {
	if c.right == 0 {
		return 2
	}
	return int(c.right)
}

// shift performs a shift by the final byte of its escape sequence: SS2, SS3, LS2,
// LS3, LS1R, LS2R or LS3R.
func (c *charsets) shift(final byte) {
	switch final {
	case 'N', 'O':
		c.single = final - 'N' + 2
	case 'n', 'o':
		c.left = final - 'n' + 2
	case '~', '}', '|':
		c.right = '~' - final + 1
	}
}

// designate performs SCS: the intermediates ( ) * + designate G0 to G3, and - . /
// designate G1 to G3 with sets of 96. An unknown set changes nothing.
func (t *Terminal) designate(inter uint16, final byte) {
	name := string(final)
	if second := inter >> 8; second != 0 {
		name = string([]byte{byte(second), final})
	}
	g, of96 := int(inter&0xff)-'(', false
	switch inter & 0xff {
	case '(', ')', '*', '+':
	case '-', '.', '/':
		g, of96 = int(inter&0xff-'-')+1, true
	default:
		return
	}
	if set, ok := t.charsetNamed(name, of96); ok {
		t.charsets.g[g] = set
		t.charsetsChanged()
	}
}

func (t *Terminal) charsetNamed(name string, of96 bool) (set charset, ok bool) {
	switch {
	case of96:
		if set, ok = latin1Of96, name == "A"; ok && t.conformance < charsetTable[set].level {
			set = ascii
		}
		return set, ok
	case name == "A" && t.conformance < 2:
		return british, true
	case name == "1" || name == "2": // of the alternate character ROM
		return ascii, true
	}
	for i, c := range charsetTable {
		if c.name != name {
			continue
		}
		set = charset(i)
		if t.conformance < c.level || set >= firstNational && !t.modes.has(decnrcm) {
			set = ascii
		}
		return set, true
	}
	return ascii, false
}

// charsetsChanged configures the parser for bytes outside of GL. It decodes UTF-8
// if ASCII is in GR, as after RIS, and NRC mode is off (xterm).
func (t *Terminal) charsetsChanged() {
	t.parser.EightBit = t.charsets.gr() != ascii || t.modes.has(decnrcm)
	t.parser.PrintDEL = t.charsets.gl() == latin1Of96
}

func (t *Terminal) endSingleShift() {
	if t.charsets.single != 0 {
		t.charsets.single = 0
		t.charsetsChanged()
	}
}

// translate returns the code point of byte c of GL and ends a single shift.
func (t *Terminal) translate(c byte) rune {
	set := t.charsets.gl()
	t.endSingleShift()
	return set.decode(c, t.modes.has(decnrcm))
}

// PrintGR prints a character of the set in GR, or of Latin-1 if that is ASCII.
func (p *performer) PrintGR(c byte) {
	t := (*Terminal)(p)
	set := t.charsets.gr()
	if t.charsets.single != 0 {
		set = t.charsets.gl()
		t.endSingleShift()
	}
	if set == ascii {
		t.printRune(rune(c))
	} else if c &= 0x7f; c != del || set == latin1Of96 || set == supplemental || set == supplementalGraphic {
		t.printRune(set.decode(c, t.modes.has(decnrcm)))
	}
}

func (s charset) decode(c byte, national bool) rune {
	switch s {
	case ascii:
	case specialGraphics:
		if c >= 0x5f && c < del {
			return lineDrawing[c-0x5f]
		}
	case technical:
		if c > ' ' {
			return technicalSet[c-'!']
		}
	case supplemental, supplementalGraphic:
		return supplementalSet[c-' ']
	case latin1, latin1Of96:
		if national {
			return british.decode(c, national)
		}
		return rune(c) | 0x80
	default:
		return nationalRune(charsetTable[s].replaced, rune(c))
	}
	return rune(c)
}

func nationalRune(pairs string, c rune) rune {
	second, found := false, false
	for _, r := range pairs {
		if second && found {
			return r
		}
		second, found = !second, !second && r == c
	}
	return c
}

// lineDrawing is the DEC special graphics set from 0x5f (blank) on.
var lineDrawing = [...]rune{
	' ', '◆', '▒', '␉', '␌', '␍', '␊', '°', '±', '␤', '␋', '┘', '┐', '┌',
	'└', '┼', '⎺', '⎻', '─', '⎼', '⎽', '├', '┤', '┴', '┬', '│', '≤', '≥', 'π',
	'≠', '£', '·',
}

// technicalSet is the DEC technical set from 0x21 on. Unassigned characters are
// reversed question marks, as in xterm.
var technicalSet = []rune("⎷┌─⌠⌡│⎡⎣⎤⎦⎧⎩⎫⎭⎨⎬⸮⸮⸮⸮⸮⸮⸮⸮⸮⸮⸮≤≠≥∫∴∝∞÷Δ∇ΦΓ∼≃Θ×Λ⇔⇒≡ΠΨ⸮Σ⸮⸮√ΩΞΥ⊂⊃∩∪∧∨¬" +
	"αβχδεφγηιθκλ⸮ν∂πψρστ⸮ƒωξυζ←↑→↓⸮")

// supplementalSet is the DEC supplemental graphic set from 0x20 on.
var supplementalSet = []rune("\u00a0¡¢£⸮¥⸮§¤©ª«⸮⸮⸮⸮°±²³⸮µ¶·⸮¹º»¼½⸮¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏ⸮ÑÒÓÔÕÖŒØÙÚÛÜŸ⸮ß" +
	"àáâãäåæçèéêëìíîï⸮ñòóôõöœøùúûüÿ⸮⸮")
