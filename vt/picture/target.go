package picture

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// StreamKind is the kind of the streams that carry pictures to a client (protocol, section
// 11.15).
const StreamKind = 8

// MaxForgotten bounds the hashes in a target: with them it has less than 1024 bytes.
const MaxForgotten = 16

// Target is that of a stream with a placement and, unless the client has them, the data of
// its image.
type Target struct {
	*Placement
	// Forgotten are the hashes of images that the client is to forget before, at most 16.
	Forgotten []string
}

// formatNames are the formats in targets.
var formatNames = [...]string{PNG: "png", JPEG: "jpeg", GIF: "gif", RGB: "rgb", RGBA: "rgba", Sixel: "sixel"}

// compressed follows the name of a format.
const compressed = "+zlib"

func (m *Image) formatName() string {
	if m.Compressed {
		return formatNames[m.Format] + compressed
	}
	return formatNames[m.Format]
}

// Append appends the target as that of a stream: fields, with NUL between them.
func (t Target) Append(dst []byte) []byte {
	dst = append(append(dst, t.Image.formatName()...), 0)
	dst = append(dst, t.Image.Hash...)
	dst = strconv.AppendUint(append(dst, 0), uint64(t.Number), 10)
	for _, n := range t.numbers() {
		dst = strconv.AppendInt(append(dst, 0), int64(*n), 10)
	}
	for _, hash := range t.Forgotten[:min(len(t.Forgotten), MaxForgotten)] {
		dst = append(append(dst, 0), hash...)
	}
	return dst
}

// numbers are the numbers in a target, but for that of the placement.
func (p *Placement) numbers() []*int {
	return []*int{
		&p.Image.Width, &p.Image.Height, &p.Cols, &p.Rows, &p.Box.Width, &p.Box.Height,
		&p.Source.X, &p.Source.Y, &p.Source.Width, &p.Source.Height,
		&p.Target.X, &p.Target.Y, &p.Target.Width, &p.Target.Height,
	}
}

// targetHead is the number of fields before the numbers.
const targetHead = 3

// ParseTarget parses the target of a stream. The image has no data yet. ok is false if the
// target is malformed or exceeds a limit.
func ParseTarget(text []byte) (t Target, ok bool) {
	t.Placement = &Placement{Image: new(Image)}
	numbers := t.numbers()
	fields := strings.Split(string(text), "\x00")
	if len(fields) < targetHead+len(numbers) || len(fields) > targetHead+len(numbers)+MaxForgotten {
		return t, false
	}
	m := t.Image
	var name string
	name, m.Compressed = strings.CutSuffix(fields[0], compressed)
	m.Format, m.Hash = Format(max(slices.Index(formatNames[:], name), 0)), fields[1]
	number, err := strconv.ParseUint(fields[2], 10, 24)
	for i, n := range numbers {
		v, wrong := strconv.ParseUint(fields[targetHead+i], 10, 31)
		if wrong != nil {
			return t, false
		}
		*n = int(v)
	}
	t.Number, t.Forgotten = uint32(number), fields[targetHead+len(numbers):]
	hashes := append([]string{m.Hash}, t.Forgotten...)
	return t, err == nil && !slices.ContainsFunc(hashes, notHash) && (!m.Compressed || m.PixelBytes() > 0 || m.Format == Sixel) && t.checkSize() == nil
}

func notHash(text string) bool {
	b, err := hex.DecodeString(text)
	return err != nil || len(b) != hashBytes
}
