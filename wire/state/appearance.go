package state

import (
	"slices"

	"gm/vt"

	"google.golang.org/protobuf/encoding/protowire"
)

// Appearance is how the user's terminal looks, as far as is known. It travels
// between gm and gm, if both have agreed to (the package doc).
type Appearance struct {
	// Theme has direct colours; any other Color is one that is not known.
	Theme vt.Theme
	// Width and Height are the window's, in pixels; 0 if they are not known.
	Width, Height int
}

// maxPixels bounds the width and the height of a window.
const maxPixels = 1 << 16

// Fields of an appearance.
const (
	fieldPixelWidth  protowire.Number = 1
	fieldPixelHeight protowire.Number = 2
	fieldColor       protowire.Number = 3
)

// ofOSC and the number of an OSC name a colour that is not of the palette.
const ofOSC = 100

// slots are the colours of a theme with the numbers that name them.
func slots(t *vt.Theme) (numbers []uint64, colors []*vt.Color) {
	for i := range t.Palette {
		numbers, colors = append(numbers, uint64(i)), append(colors, &t.Palette[i])
	}
	numbers = append(numbers, ofOSC+10, ofOSC+11, ofOSC+12, ofOSC+17, ofOSC+19)
	colors = append(colors, &t.Foreground, &t.Background, &t.Cursor, &t.Selection, &t.SelectedText)
	return numbers, colors
}

// known gives a without what does not travel.
func (a Appearance) known() Appearance {
	_, colors := slots(&a.Theme)
	for _, c := range colors {
		if _, _, _, ok := c.RGB(); !ok {
			*c = 0
		}
	}
	if a.Width <= 0 || a.Height <= 0 {
		a.Width, a.Height = 0, 0
	}
	a.Width, a.Height = min(a.Width, maxPixels), min(a.Height, maxPixels)
	return a
}

// Merge gives a, and what under knows in place of what a does not.
func (a Appearance) Merge(under Appearance) Appearance {
	if a.Width == 0 || a.Height == 0 {
		a.Width, a.Height = under.Width, under.Height
	}
	_, colors := slots(&a.Theme)
	_, others := slots(&under.Theme)
	for i, c := range colors {
		if c.IsDefault() {
			*c = *others[i]
		}
	}
	return a
}

// appendAppearance appends an instruction that tells of a.
func appendAppearance(dst []byte, a Appearance) []byte {
	at := len(dst)
	if a.Width > 0 {
		dst = appendUint(dst, fieldPixelWidth, uint64(a.Width))
		dst = appendUint(dst, fieldPixelHeight, uint64(a.Height))
	}
	numbers, colors := slots(&a.Theme)
	for i, c := range colors {
		if r, g, b, ok := c.RGB(); ok {
			dst = appendUint(dst, fieldColor, numbers[i]<<24|uint64(r)<<16|uint64(g)<<8|uint64(b))
		}
	}
	return enclose(enclose(dst, at, kindAppearance), at, fieldInstruction)
}

// parseAppearance reads the content of an appearance. Of what it tells twice
// the last counts; colours of a number that is not known are skipped.
func parseAppearance(message []byte) (Appearance, error) {
	var a Appearance
	numbers, colors := slots(&a.Theme)
	for len(message) > 0 {
		var f field
		var err error
		if f, message, err = nextField(message); err != nil {
			return Appearance{}, err
		}
		switch {
		case f.is(fieldPixelWidth, protowire.VarintType):
			a.Width = int(min(f.varint, maxPixels))
		case f.is(fieldPixelHeight, protowire.VarintType):
			a.Height = int(min(f.varint, maxPixels))
		case f.is(fieldColor, protowire.VarintType):
			if i := slices.Index(numbers, f.varint>>24); i >= 0 {
				*colors[i] = vt.RGBColor(uint8(f.varint>>16), uint8(f.varint>>8), uint8(f.varint))
			}
		}
	}
	return a.known(), nil
}
