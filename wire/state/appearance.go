package state

import (
	"slices"

	"gm/vt"
	"gm/wire/protofield"

	"google.golang.org/protobuf/encoding/protowire"
)

// Appearance holds the colors and the pixel size of the user's terminal. It is
// sent with [ExtAppearance] (protocol, section 11.2). Unknown properties are zero.
type Appearance struct {
	// Theme holds direct colors. Any other kind of color means unknown.
	Theme vt.Theme
	// Width and Height are the size of the window in pixels; 0 if unknown.
	Width, Height int
}

// maxPixels is the largest width or height of a window; larger ones are clamped.
const maxPixels = 1 << 16

// Fields of the message Appearance.
const (
	fieldPixelWidth  protowire.Number = 1
	fieldPixelHeight protowire.Number = 2
	fieldColor       protowire.Number = 3
)

// dynamicColor plus the number of the OSC that sets a color is the number on the
// wire of a color outside the palette.
const dynamicColor = 100

// themeColors returns the numbers on the wire of the colors of t, and pointers to
// them in the same order.
func themeColors(t *vt.Theme) (numbers []uint64, colors []*vt.Color) {
	for i := range t.Palette {
		numbers, colors = append(numbers, uint64(i)), append(colors, &t.Palette[i])
	}
	numbers = append(numbers, dynamicColor+10, dynamicColor+11, dynamicColor+12, dynamicColor+17, dynamicColor+19)
	colors = append(colors, &t.Foreground, &t.Background, &t.Cursor, &t.Selection, &t.SelectedText)
	return numbers, colors
}

// normalized returns a without the properties that cannot be sent: colors that are
// not direct, and a width without a height. Sizes are clamped to maxPixels.
func (a Appearance) normalized() Appearance {
	_, colors := themeColors(&a.Theme)
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

// Merge returns a with its unknown properties taken from under.
func (a Appearance) Merge(under Appearance) Appearance {
	if a.Width == 0 || a.Height == 0 {
		a.Width, a.Height = under.Width, under.Height
	}
	_, colors := themeColors(&a.Theme)
	_, others := themeColors(&under.Theme)
	for i, c := range colors {
		if c.IsDefault() {
			*c = *others[i]
		}
	}
	return a
}

func appendAppearance(dst []byte, a Appearance) []byte {
	at := len(dst)
	if a.Width > 0 {
		dst = protofield.AppendUint(dst, fieldPixelWidth, uint64(a.Width))
		dst = protofield.AppendUint(dst, fieldPixelHeight, uint64(a.Height))
	}
	numbers, colors := themeColors(&a.Theme)
	for i, c := range colors {
		if r, g, b, ok := c.RGB(); ok {
			dst = protofield.AppendUint(dst, fieldColor, numbers[i]<<24|uint64(r)<<16|uint64(g)<<8|uint64(b))
		}
	}
	return protofield.Enclose(protofield.Enclose(dst, at, kindAppearance), at, fieldInstruction)
}

// parseAppearance parses the body of an Appearance. The last value of a repeated
// property wins, and colors with unknown numbers are skipped.
func parseAppearance(message []byte) (Appearance, error) {
	var a Appearance
	numbers, colors := themeColors(&a.Theme)
	for len(message) > 0 {
		var f protofield.Field
		var err error
		if f, message, err = protofield.Next(message); err != nil {
			return Appearance{}, err
		}
		switch {
		case f.Is(fieldPixelWidth, protowire.VarintType):
			a.Width = int(min(f.Varint, maxPixels))
		case f.Is(fieldPixelHeight, protowire.VarintType):
			a.Height = int(min(f.Varint, maxPixels))
		case f.Is(fieldColor, protowire.VarintType):
			if i := slices.Index(numbers, f.Varint>>24); i >= 0 {
				*colors[i] = vt.RGBColor(uint8(f.Varint>>16), uint8(f.Varint>>8), uint8(f.Varint))
			}
		}
	}
	return a.normalized(), nil
}
