package vt

import "gm/vt/parser"

// apply changes r as SGR with the parameters p does (ECMA-48, 8.3.117; ISO
// 8613-6 for colons; xterm ctlseqs). What is unknown changes nothing.
func (r *Rendition) apply(p *parser.Params) {
	if p.N == 0 {
		r.clear()
		return
	}
	for i := 0; i < p.N; {
		switch n := p.At(i, 0); {
		case i+1 < p.N && p.IsSub(i+1):
			i = r.applyColons(p, i)
		case n == 38 || n == 48 || n == 58:
			i = r.applyColor(p, i)
		default:
			r.one(n)
			i++
		}
	}
}

// clear is SGR 0. A hyperlink is not a part of it.
func (r *Rendition) clear() { *r = Rendition{Link: r.Link} }

// sgrOn is the attribute that a parameter sets.
var sgrOn = [...]Attrs{
	1: Bold, 2: Faint, 3: Italic, 5: Blink, 6: RapidBlink, 7: Inverse,
	8: Invisible, 9: Strike,
}

// sgrOff are the attributes that a parameter from 22 on resets.
var sgrOff = [...]Attrs{
	0: Bold | Faint, 1: Italic, 3: Blink | RapidBlink, 5: Inverse,
	6: Invisible, 7: Strike,
}

// one applies a parameter that stands alone.
func (r *Rendition) one(n int) {
	switch {
	case n == 0:
		r.clear()
	case n == 4:
		r.Underline = UnderlineSingle
	case n < len(sgrOn):
		r.Attrs |= sgrOn[n]
	case n == 21:
		r.Underline = UnderlineDouble
	case n == 24:
		r.Underline = UnderlineNone
	case n >= 22 && n < 22+len(sgrOff):
		r.Attrs &^= sgrOff[n-22]
	case n == 53:
		r.Attrs |= Overline
	case n == 55:
		r.Attrs &^= Overline
	default:
		r.color(n)
	}
}

// color applies a parameter that sets one of the first colours, or resets one.
func (r *Rendition) color(n int) {
	switch {
	case n >= 30 && n <= 37:
		r.Fg = PaletteColor(uint8(n - 30))
	case n == 39:
		r.Fg = 0
	case n >= 40 && n <= 47:
		r.Bg = PaletteColor(uint8(n - 40))
	case n == 49:
		r.Bg = 0
	case n == 59:
		r.UnderlineColor = 0
	case n >= 90 && n <= 97:
		r.Fg = PaletteColor(uint8(n - 90 + 8))
	case n >= 100 && n <= 107:
		r.Bg = PaletteColor(uint8(n - 100 + 8))
	}
}

// applyColor applies 38, 48 or 58 at i with its values after semicolons, and
// gives where the next parameter is.
func (r *Rendition) applyColor(p *parser.Params, i int) int {
	switch p.At(i+1, 0) {
	case 5:
		if n := part(p, i+2); n >= 0 {
			r.setColor(p.At(i, 0), indexed(n))
		}
		return i + 3
	case 2:
		if min(part(p, i+2), part(p, i+3), part(p, i+4)) >= 0 {
			r.setColor(p.At(i, 0), direct(p, i+2))
		}
		return i + 5
	}
	return i + 2
}

// part returns parameter i, a part of a colour: 0 if the sequence ends before it,
// -1 if it is there and empty, which leaves the colour as it was (xterm).
func part(p *parser.Params, i int) int {
	if i >= p.N {
		return 0
	}
	return int(p.Value[i])
}

// applyColons applies the parameter at i whose values follow after colons, and
// gives where the next parameter is.
func (r *Rendition) applyColons(p *parser.Params, i int) int {
	end := i + 1
	for end < p.N && p.IsSub(end) {
		end++
	}
	switch n, count := p.At(i, 0), end-i-1; {
	case n == 4:
		if style := p.At(i+1, 0); style <= int(UnderlineDashed) {
			r.Underline = Underline(style)
		}
	case n != 38 && n != 48 && n != 58:
	case p.At(i+1, 0) == 5 && count >= 2:
		r.setColor(n, indexed(p.At(i+2, 0)))
	case p.At(i+1, 0) == 2 && count == 4: // without a colour space
		r.setColor(n, direct(p, i+2))
	case p.At(i+1, 0) == 2 && count >= 5:
		r.setColor(n, direct(p, i+3))
	}
	return end
}

func (r *Rendition) setColor(n int, c Color) {
	if c.IsDefault() {
		return
	}
	switch n {
	case 38:
		r.Fg = c
	case 48:
		r.Bg = c
	case 58:
		r.UnderlineColor = c
	}
}

// indexed gives entry n of the palette, or the default colour if there is none.
func indexed(n int) Color {
	if n > 255 {
		return 0
	}
	return PaletteColor(uint8(n))
}

// direct gives the colour of three parameters from i on, or the default colour
// if one is over 255.
func direct(p *parser.Params, i int) Color {
	r, g, b := p.At(i, 0), p.At(i+1, 0), p.At(i+2, 0)
	if max(r, g, b) > 255 {
		return 0
	}
	return RGBColor(uint8(r), uint8(g), uint8(b))
}
