package vt

import (
	"encoding/hex"
	"fmt"
	"gm/vt/parser"
	"strings"
)

// DCSDispatch does a device control string.
func (p *performer) DCSDispatch(s *parser.Sequence, data []byte) {
	t := (*Terminal)(p)
	t.last.valid = false
	switch {
	case s.Marker != 0:
	case s.Intermediates == '$' && s.Final == 'q':
		t.decrqss(string(data))
	case s.Intermediates == '$' && s.Final == 't' && t.level >= 3:
		t.decrsps(s, string(data))
	case s.Intermediates == '+' && s.Final == 'q':
		t.xtgettcap(string(data))
	}
}

// decrqss reports a setting as the sequence that would set it (DECRQSS). A
// rendition is reported as the user's terminal shows it.
func (t *Terminal) decrqss(setting string) {
	if setting == "m" {
		pen := t.screen.Pen
		t.ofUser(func(t *Terminal) { t.replyDCS("1$r" + t.user.shown(pen).parameters() + "m") })
		return
	}
	if value, ok := t.setting(setting); ok {
		t.replyDCS("1$r" + value + setting)
	} else {
		t.replyDCS("0$r")
	}
}

func (t *Terminal) setting(name string) (value string, ok bool) {
	cols, rows := t.screen.Size()
	switch name {
	case "r":
		return fmt.Sprintf("%d;%d", t.margin.top+1, t.margin.bottom+1), true
	case "s":
		return fmt.Sprintf("%d;%d", t.margin.left+1, t.margin.right+1), true
	case " q":
		return fmt.Sprint(max(t.screen.Cursor.Shape, 1)), true
	case "\"p":
		return fmt.Sprintf("%d;1", levelNumber+t.level), true
	case "\"q":
		return flag(t.brush&cellProtected != 0 && !t.guarded, "1", "0"), true
	case "q", "$}", "$~": // no lights, no status line
		return "0", true
	case "*x":
		return fmt.Sprint(t.extent), true
	case "$|":
		return fmt.Sprint(cols), true
	case "t", "*|":
		return fmt.Sprint(rows), true
	}
	return "", false
}

func flag(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

// parameters gives the SGR parameters that set r after a reset.
func (r Rendition) parameters() string {
	b := []byte("0")
	for n, a := range sgrOn {
		if a != 0 && r.Attrs&a != 0 {
			b = fmt.Appendf(b, ";%d", n)
		}
	}
	switch r.Underline {
	case UnderlineNone:
	case UnderlineSingle:
		b = append(b, ";4"...)
	case UnderlineDouble:
		b = append(b, ";21"...)
	default:
		b = fmt.Appendf(b, ";4:%d", r.Underline)
	}
	if r.Attrs&Overline != 0 {
		b = append(b, ";53"...)
	}
	b = r.Fg.parameter(b, 30)
	b = r.Bg.parameter(b, 40)
	b = r.UnderlineColor.parameter(b, 50)
	return string(b)
}

// parameter appends the SGR parameter that sets c: base is 30 for text, 40 for
// the background, 50 for the underline.
func (c Color) parameter(b []byte, base int) []byte {
	if red, green, blue, ok := c.RGB(); ok {
		return fmt.Appendf(b, ";%d:2::%d:%d:%d", base+8, red, green, blue)
	}
	n, ok := c.Palette()
	switch {
	case !ok:
		return b
	case n < 8 && base != 50:
		return fmt.Appendf(b, ";%d", base+int(n))
	case n < 16 && base != 50:
		return fmt.Appendf(b, ";%d", base+60+int(n)-8)
	}
	return fmt.Appendf(b, ";%d:5:%d", base+8, n)
}

// xtgettcap reports the terminfo values of names, all in hexadecimal (XTGETTCAP).
// Each name gets an answer of its own, up to the first unknown one. That name is
// not repeated, as it would be text of the program's choice.
func (t *Terminal) xtgettcap(names string) {
	for code := range strings.SplitSeq(names, ";") {
		name, err := hex.DecodeString(code)
		if err != nil {
			return
		}
		value, ok := capabilities[string(name)]
		if !ok {
			t.replyDCS("0+r")
			return
		}
		t.ofUser(func(t *Terminal) { t.reportCapability(string(name), value) })
	}
}

// reportCapability reports a capability as unknown if the user's terminal lacks
// it.
func (t *Terminal) reportCapability(name, value string) {
	if !t.user.Features.Has(usersCapabilities[name]) {
		t.replyDCS("0+r")
		return
	}
	t.replyDCS("1+r" + upperHex(name) + "=" + upperHex(value))
}

func upperHex(text string) string { return strings.ToUpper(hex.EncodeToString([]byte(text))) }

// shown returns the part of r that the terminal shows.
func (c *Capabilities) shown(r Rendition) Rendition {
	if !c.Features.Has(FeatureUnderlines) {
		r.Underline = min(r.Underline, UnderlineSingle)
	}
	if !c.Features.Has(FeatureUnderlineColor) {
		r.UnderlineColor = 0
	}
	if !c.Features.Has(FeatureDirectColor) {
		r.Fg, r.Bg, r.UnderlineColor = r.Fg.reduced(256), r.Bg.reduced(256), r.UnderlineColor.reduced(256)
	}
	return r
}
