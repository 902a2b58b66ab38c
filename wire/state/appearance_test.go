package state

import (
	"bytes"
	"errors"
	"testing"

	"gm/vt"
	"gm/wire/protofield"
)

// fullAppearance returns an appearance with every property set and distinct colors.
func fullAppearance() Appearance {
	a := Appearance{Width: 1280, Height: 720}
	_, colors := themeColors(&a.Theme)
	for i, c := range colors {
		*c = vt.RGBColor(uint8(i+1), uint8(2*i), uint8(255-i))
	}
	return a
}

// The bytes are derived by hand from protocol, section 11.2.
func TestAppearanceBytes(t *testing.T) {
	some := Appearance{Width: 640, Height: 480}
	some.Theme.Background = vt.RGBColor(0x12, 0x34, 0x56)
	some.Theme.Palette[1] = vt.RGBColor(0xff, 0, 0)
	for want, u := range map[string]User{
		"0a148204 11 088005 10e003 188080fc0f 18d6e8c8f806": User{}.WithAppearance(some),
		"0a098204 06 088005 10e003":                         User{}.WithAppearance(Appearance{Width: 640, Height: 480}),
	} {
		t.Run(all(u), func(t *testing.T) {
			if got := u.AppendDiff(nil, User{}); !bytes.Equal(got, unhex(t, want)) {
				t.Errorf("diff is %x, want %s", got, want)
			}
		})
	}
}

func TestAppearanceRoundTrip(t *testing.T) {
	u := User{}.WithKeys([]byte("a")).WithAppearance(fullAppearance()).WithKeys([]byte("b")).WithSize(80, 24)
	got := mustApply(t, User{}, u.AppendDiff(nil, User{})).Since(User{})
	if len(got) != 4 || got[1].Appearance == nil || *got[1].Appearance != fullAppearance() || string(got[2].Keys) != "b" {
		t.Errorf("%+v", got)
	}
	if u := (User{}).WithAppearance(Appearance{}); u.Unacked() != 0 {
		t.Error("an appearance without properties is sent")
	}
}

func TestAppearanceOmitsIndirectColorsAndHalfSizes(t *testing.T) {
	a := Appearance{Width: -1, Height: 5}
	a.Theme.Cursor, a.Theme.Foreground = vt.PaletteColor(3), vt.RGBColor(1, 2, 3)
	want := Appearance{Theme: vt.Theme{Foreground: vt.RGBColor(1, 2, 3)}}
	if got := (User{}).WithAppearance(a).Since(User{}); *got[0].Appearance != want {
		t.Errorf("%+v, want %+v", *got[0].Appearance, want)
	}
}

func TestParseAppearance(t *testing.T) {
	for name, c := range map[string]struct {
		hex  string
		want Appearance
	}{
		"empty":               {"", Appearance{}},
		"unknown field":       {"2005 080a 1014", Appearance{Width: 10, Height: 20}},
		"width alone":         {"080a", Appearance{}},
		"height alone":        {"1014", Appearance{}},
		"huge":                {"08ffffffffffffffffff01 10ffffff7f", Appearance{Width: maxPixels, Height: maxPixels}},
		"last value wins":     {"0801 080a 1014", Appearance{Width: 10, Height: 20}},
		"wrong wire type":     {"0a0101 080a 1014", Appearance{Width: 10, Height: 20}},
		"unknown color":       {"188384848001 18808080b007 18ffffffffffffffffff01", Appearance{}},
		"last palette entry":  {"1883848478", Appearance{Theme: vt.Theme{Palette: [16]vt.Color{15: vt.RGBColor(1, 2, 3)}}}},
		"selected text":       {"18838484b807", Appearance{Theme: vt.Theme{SelectedText: vt.RGBColor(1, 2, 3)}}},
		"black background":    {"18808080f806", Appearance{Theme: vt.Theme{Background: vt.RGBColor(0, 0, 0)}}},
		"black palette entry": {"1800", Appearance{Theme: vt.Theme{Palette: [16]vt.Color{vt.RGBColor(0, 0, 0)}}}},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := parseAppearance(unhex(t, c.hex)); err != nil || got != c.want {
				t.Errorf("%+v, %v, want %+v", got, err, c.want)
			}
		})
	}
	for _, bad := range []string{"\x08", "\x18\xff", "\x80", "\x0a\x05a"} {
		t.Run(bad, func(t *testing.T) {
			if a, err := parseAppearance([]byte(bad)); !errors.Is(err, protofield.ErrMalformed) {
				t.Errorf("%q: %+v, %v", bad, a, err)
			}
		})
	}
}

func TestAppearanceMerge(t *testing.T) {
	one, two := fullAppearance(), Appearance{Width: 5, Height: 6}
	two.Theme.Cursor = vt.RGBColor(9, 9, 9)
	want := one
	want.Width, want.Height, want.Theme.Cursor = 5, 6, vt.RGBColor(9, 9, 9)
	if got := two.Merge(one); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := (Appearance{}).Merge(one); got != one {
		t.Errorf("empty merged with full: %+v", got)
	}
	if got := (Appearance{Width: 5}).Merge(one); got != one {
		t.Errorf("half a size merged with full: %+v", got)
	}
	if got := one.Merge(two); got != one {
		t.Errorf("full merged with partial: %+v", got)
	}
}
