package vt

import (
	"fmt"
	"strconv"
	"strings"
)

// sgr performs SGR with the parameters that the dialect knows.
func (r *diffReceiver) sgr(params string) {
	p := strings.Split(params, ";")
	for i := 0; i < len(p); i++ {
		if rest, ok := strings.CutPrefix(p[i], "4:"); ok {
			r.want(r.dialect.Underlines, "underline style")
			r.Pen.Underline = Underline(rest[0] - '0')
			continue
		}
		if rest, ok := strings.CutPrefix(p[i], "58:"); ok {
			r.want(r.dialect.Underlines, "underline colour")
			r.Pen.UnderlineColor, _ = sgrColor(strings.Split(strings.Replace(rest, "::", ":", 1), ":"))
			continue
		}
		n, _ := strconv.Atoi(p[i])
		switch {
		case n == 38 || n == 48:
			c, used := sgrColor(p[i+1:])
			i += used
			if n == 38 {
				r.Pen.Fg = c
			} else {
				r.Pen.Bg = c
			}
		default:
			r.attribute(n)
		}
	}
}

func sgrColor(p []string) (c Color, used int) {
	var n [4]int
	for i := range min(len(p), 4) {
		n[i], _ = strconv.Atoi(p[i])
	}
	if n[0] == 5 {
		return PaletteColor(uint8(n[1])), 2
	}
	return RGBColor(uint8(n[1]), uint8(n[2]), uint8(n[3])), 4
}

func (r *diffReceiver) attribute(n int) {
	d, p := r.dialect, &r.Pen
	r.want((n != 2 || d.Faint) && (n != 9 || d.Strike) && (n != 53 || d.Overline) && (n != 59 || d.Underlines), fmt.Sprint("SGR ", n))
	switch {
	case n == 0:
		*p = Rendition{Link: p.Link}
	case n == 4:
		p.Underline = UnderlineSingle
	case n == 24:
		p.Underline = UnderlineNone
	case n == 39:
		p.Fg = 0
	case n == 49:
		p.Bg = 0
	case n == 59:
		p.UnderlineColor = 0
	case n >= 30 && n < 38:
		p.Fg = PaletteColor(uint8(n - 30))
	case n >= 40 && n < 48:
		p.Bg = PaletteColor(uint8(n - 40))
	case n >= 90 && n < 98:
		p.Fg = PaletteColor(uint8(n - 82))
	case n >= 100 && n < 108:
		p.Bg = PaletteColor(uint8(n - 92))
	default:
		r.flag(n)
	}
}

func (r *diffReceiver) flag(n int) {
	for _, o := range offs {
		if n == o.code {
			r.Pen.Attrs &^= o.attrs
			return
		}
	}
	for _, o := range ons {
		if n == o.code {
			r.Pen.Attrs |= o.attrs
			return
		}
	}
	r.want(false, fmt.Sprint("SGR ", n))
}

// toggleOf returns the toggle of a mode and fails if the dialect does not have the
// mode.
func (r *diffReceiver) toggleOf(n int) *Toggle {
	r.want(n == 1007 || r.dialect.KeyModes, fmt.Sprint("mode ", n))
	m, _ := find(privateModes[:], n)
	return r.Modes.toggle(m)
}

// color performs an OSC of colours in the form that diffs use.
func (r *diffReceiver) color(number, text string) {
	n, _ := strconv.Atoi(number)
	parts := strings.Split(text, ";")
	r.want(len(parts) <= 2*colorsAtOnce, "length")
	switch {
	case n == 4:
		for i := 0; i < len(parts); i += 2 {
			r.setOne(parts[i], parts[i+1])
		}
	case n == 104:
		for _, slot := range parts {
			r.setOne(slot, "")
		}
	case n > 100:
		r.want(text == "", "parameter")
		r.setOne(fmt.Sprint(256+5+n-110), "")
	default:
		r.setOne(fmt.Sprint(256+5+n-10), text)
	}
}

func (r *diffReceiver) setOne(slot, spec string) {
	n, err := strconv.Atoi(slot)
	r.want(err == nil && n >= 0, "slot "+slot)
	var c Color
	if spec != "" {
		v, err := strconv.ParseUint(strings.ReplaceAll(strings.TrimPrefix(spec, "rgb:"), "/", ""), 16, 32)
		r.want(err == nil && len(spec) == len("rgb:00/00/00"), "colour "+spec)
		c = RGBColor(uint8(v>>16), uint8(v>>8), uint8(v))
	}
	r.setColor(n, c)
}
