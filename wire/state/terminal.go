package state

import (
	"gm/vt"
	"gm/vt/cellwidth"
	"gm/wire/protofield"

	"google.golang.org/protobuf/encoding/protowire"
)

// Fields of the message Terminal (protocol, section 11.5).
const (
	fieldFeatures     protowire.Number = 1
	fieldMode         protowire.Number = 2
	fieldTextWidth    protowire.Number = 3
	fieldTextHeight   protowire.Number = 4
	fieldScreenWidth  protowire.Number = 5
	fieldScreenHeight protowire.Number = 6
	fieldCellWidth    protowire.Number = 7
	fieldCellHeight   protowire.Number = 8
	fieldScheme       protowire.Number = 9
	fieldWidths       protowire.Number = 10
)

// modeBits is the number of low bits in fieldMode that hold the mode's value.
const modeBits = 4

func pixelFields(c *vt.Capabilities) (numbers []protowire.Number, sizes []*int) {
	return []protowire.Number{
			fieldTextWidth, fieldTextHeight, fieldScreenWidth, fieldScreenHeight, fieldCellWidth, fieldCellHeight,
		}, []*int{
			&c.Text.Width, &c.Text.Height, &c.Screen.Width, &c.Screen.Height, &c.Cell.Width, &c.Cell.Height,
		}
}

func appendTerminal(dst []byte, c vt.Capabilities) []byte {
	at := len(dst)
	dst = protofield.AppendUint(dst, fieldFeatures, uint64(c.Features))
	for _, n := range vt.UserModes() {
		if v := c.Mode(int(n)); v != 0 {
			dst = protofield.AppendUint(dst, fieldMode, uint64(n)<<modeBits|uint64(v))
		}
	}
	numbers, sizes := pixelFields(&c)
	for i, size := range sizes {
		if *size > 0 {
			dst = protofield.AppendUint(dst, numbers[i], uint64(*size))
		}
	}
	if c.Scheme != 0 {
		dst = protofield.AppendUint(dst, fieldScheme, uint64(c.Scheme))
	}
	if c.Widths != 0 {
		dst = protofield.AppendUint(dst, fieldWidths, uint64(c.Widths))
	}
	return protofield.Enclose(protofield.Enclose(dst, at, kindTerminal), at, fieldInstruction)
}

// parseTerminal parses the body of a Terminal. Missing properties are unknown, and
// modes and values that this version does not know are skipped.
func parseTerminal(message []byte) (vt.Capabilities, error) {
	var c vt.Capabilities
	numbers, sizes := pixelFields(&c)
	for len(message) > 0 {
		var f protofield.Field
		var err error
		if f, message, err = protofield.Next(message); err != nil {
			return vt.Capabilities{}, err
		}
		if f.Typ != protowire.VarintType {
			continue
		}
		switch f.Num {
		case fieldFeatures:
			c.Features = vt.Feature(f.Varint)
		case fieldMode:
			c.SetMode(int(min(f.Varint>>modeBits, 1<<16)), int(f.Varint&(1<<modeBits-1)))
		case fieldWidths:
			c.Widths = cellwidth.Layout(f.Varint)
		case fieldScheme:
			c.Scheme = uint8(f.Varint & 3 % 3)
		}
		for i, n := range numbers {
			if f.Num == n {
				*sizes[i] = int(min(f.Varint, maxPixels))
			}
		}
	}
	return c, nil
}
