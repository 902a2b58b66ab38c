package picture

import (
	"encoding/base64"
	"fmt"

	"gm/vt/picture"
)

// kittyChunk is the length of the base64 text of a command (kitty, graphics protocol).
const kittyChunk = 4096

// appendKitty appends a placement of a part of a picture, after the picture if the terminal
// does not have it.
func (p *Painter) appendKitty(dst []byte, t part, area picture.Rect) []byte {
	c := t.of
	if c.id == 0 {
		p.lastID++
		c.id = p.lastID
		dst = p.appendTransmission(dst, c, "a=t")
	}
	return fmt.Appendf(dst, "\x1b_Ga=p,q=2,C=1,i=%d,x=%d,y=%d,w=%d,h=%d,c=%d,r=%d\x1b\\",
		c.id, area.X, area.Y, area.Width, area.Height, t.Cols, t.Rows)
}

// appendTransmission appends the pixels of a picture, which are then not kept any more.
func (p *Painter) appendTransmission(dst []byte, c *prepared, action string) []byte {
	m := c.pixels
	text := base64.StdEncoding.EncodeToString(appendDeflated(nil, m.pix))
	dst = fmt.Appendf(dst, "\x1b_G%s,q=2,f=32,o=z,i=%d,s=%d,v=%d,", action, c.id, m.Width, m.Height)
	c.pixels, c.bytes, p.pixelBytes = nil, 0, p.pixelBytes-c.bytes
	for len(text) > kittyChunk {
		dst = append(append(dst, "m=1;"...), text[:kittyChunk]...)
		dst = append(dst, "\x1b\\\x1b_Gq=2,"...)
		text = text[kittyChunk:]
	}
	dst = append(append(dst, "m=0;"...), text...)
	return append(dst, "\x1b\\"...)
}

// appendRemoval appends the removal of what is shown. The terminal keeps the pictures.
func (p *Painter) appendRemoval(dst []byte) []byte {
	for i, t := range p.shown {
		if i == 0 || t.of != p.shown[i-1].of {
			dst = fmt.Appendf(dst, "\x1b_Ga=d,q=2,d=i,i=%d\x1b\\", t.of.id)
		}
	}
	return dst
}

func appendDeletion(dst []byte, id uint32) []byte {
	if id == 0 {
		return dst
	}
	return fmt.Appendf(dst, "\x1b_Ga=d,q=2,d=I,i=%d\x1b\\", id)
}

// appendFile appends a part of a picture as a file of iTerm2. A whole one is the file as the
// program has sent it.
func appendFile(dst []byte, t part, area picture.Rect) []byte {
	c := t.of
	width, height := t.Cols*c.cell.Width, t.Rows*c.cell.Height
	var file []byte
	switch {
	case c.isFile() && t.Cols == c.placement.Cols && t.Rows == c.placement.Rows && c.placement.Target.X == 0 && c.placement.Target.Y == 0:
		to := target(c.placement, area.Size)
		file, width, height = c.placement.Image.Data, to.Width, to.Height
	case c.pixels == nil:
		return dst
	default:
		file = appendPNG(nil, c.pixels, area)
	}
	dst = fmt.Appendf(dst, "\x1b]1337;File=inline=1;doNotMoveCursor=1;preserveAspectRatio=0;width=%dpx;height=%dpx;size=%d:", width, height, len(file))
	return append(base64.StdEncoding.AppendEncode(dst, file), '\a')
}
