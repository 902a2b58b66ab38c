package client

import (
	"math"
	"testing"

	"gm/vt"
)

// rgb is a colour of sRGB.
type rgb uint32

// luminance returns the relative luminance (WCAG 2.1).
func (c rgb) luminance() float64 {
	sum := 0.0
	for shift, weight := range map[int]float64{16: 0.2126, 8: 0.7152, 0: 0.0722} {
		v := float64(c>>shift&0xff) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}

// contrast returns the contrast ratio of two colours (WCAG 2.1).
func contrast(a, b rgb) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// theme is the part of a terminal's theme in which it differs from others.
type theme struct {
	text, background rgb
	blue, white      rgb // colours 4 and 7
}

// themes are the defaults of terminals, and themes that are in use.
var themes = map[string]theme{
	"xterm":            {0x000000, 0xffffff, 0x0000ee, 0xe5e5e5},
	"xterm -rv":        {0xffffff, 0x000000, 0x0000ee, 0xe5e5e5},
	"VS Code dark":     {0xcccccc, 0x1e1e1e, 0x2472c8, 0xe5e5e5},
	"VS Code light":    {0x333333, 0xffffff, 0x0451a5, 0x555555},
	"Solarized dark":   {0x839496, 0x002b36, 0x268bd2, 0xeee8d5},
	"Solarized light":  {0x657b83, 0xfdf6e3, 0x268bd2, 0xeee8d5},
	"Terminal.app":     {0x000000, 0xffffff, 0x0000b2, 0xbfbfbf},
	"GNOME dark":       {0xd0cfcc, 0x171421, 0x12488b, 0xd0cfcc},
	"GNOME light":      {0x171421, 0xffffff, 0x12488b, 0xd0cfcc},
	"Tango":            {0xd3d7cf, 0x2e3436, 0x3465a4, 0xd3d7cf},
	"Windows Terminal": {0xcccccc, 0x0c0c0c, 0x0037da, 0xcccccc},
	"Linux console":    {0xaaaaaa, 0x000000, 0x0000aa, 0xaaaaaa},
}

// cube returns a colour of 16 to 231 (xterm, 256colres.h), which themes do not change.
func cube(t *testing.T, c vt.Color) rgb {
	t.Helper()
	for i := 16; i < 232; i++ {
		if c != vt.PaletteColor(uint8(i)) {
			continue
		}
		levels := []rgb{0, 0x5f, 0x87, 0xaf, 0xd7, 0xff}
		return levels[(i-16)/36]<<16 | levels[(i-16)/6%6]<<8 | levels[(i-16)%6]
	}
	t.Fatalf("%v is a colour of the user's theme", c)
	return 0
}

// TestBarIsReadable holds the contrast of the bar to level AA of WCAG 2.1 in all themes, and
// in reverse video to that of the user's own text.
func TestBarIsReadable(t *testing.T) {
	const least = 4.5
	failed := 0
	for name, theme := range themes {
		for _, term := range []string{"xterm-256color", "xterm-16color", "linux", "vt100"} {
			for _, noColor := range []bool{false, true} {
				look := (&settings{term: term, noColor: noColor}).barRendition()
				got, want := contrast(theme.background, theme.text), min(least, contrast(theme.text, theme.background))
				if look != (vt.Rendition{Attrs: vt.Inverse}) {
					got, want = contrast(cube(t, look.Fg), cube(t, look.Bg)), least
				}
				if got < want {
					t.Errorf("%s, TERM=%s: a contrast of %.1f, want %.1f", name, term, got, want)
				}
			}
		}
		if contrast(theme.white, theme.blue) < least {
			failed++
		}
	}
	if failed < 3 {
		t.Errorf("white on blue is readable in all but %d themes: the computation is wrong", failed)
	}
}

func TestNoColor(t *testing.T) {
	for _, c := range []struct {
		term, noColor string
		colors        bool
	}{{"xterm-256color", "", true}, {"xterm-256color", "1", false}, {"xterm-256color", "0", false}, {"xterm-16color", "", false}, {"alacritty", "", true}} {
		s, err := readSettings(programGM, func(name string) (string, bool) {
			switch name {
			case "TERM":
				return c.term, true
			case "NO_COLOR":
				return c.noColor, true
			}
			return "", false
		})
		if look := s.barRendition(); err != nil || (look.Bg != vt.Color(0)) != c.colors {
			t.Errorf("%+v: %+v, %v", c, look, err)
		}
	}
}
