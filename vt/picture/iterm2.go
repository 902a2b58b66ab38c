package picture

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// file is a file that comes in several commands.
type file struct {
	arguments string
	data      []byte
}

// maxArguments bounds the arguments of a file, in bytes.
const maxArguments = 4 << 10

// File performs a command of iTerm2, the text after OSC 1337 and a semicolon, if it shows a
// file or is a part of one. used reports whether it is.
func (s *Store) File(text []byte, cell, window Size) (r Result, used bool) {
	name, rest, _ := bytes.Cut(text, []byte("="))
	switch string(name) {
	case "File":
		arguments, data, found := bytes.Cut(rest, []byte(":"))
		if !found || !inline(arguments) {
			return r, false
		}
		s.file = nil
		return s.showFile(string(arguments), decodeFile(nil, data), cell, window), true
	case "MultipartFile":
		s.file = nil
		if !inline(rest) {
			return r, false
		}
		s.file = &file{arguments: string(rest)}
		return r, true
	case "FilePart":
		if s.file == nil {
			return r, false
		}
		s.file.data = decodeFile(s.file.data, rest)
		return r, true
	case "FileEnd":
		f := s.file
		if f == nil {
			return r, false
		}
		s.file = nil
		return s.showFile(f.arguments, f.data, cell, window), true
	}
	return r, false
}

// decodeFile appends the bytes of base64. It returns nil if that is malformed or too long.
func decodeFile(dst, text []byte) []byte {
	text = bytes.TrimRight(text, "=")
	if len(dst)+base64.RawStdEncoding.DecodedLen(len(text)) > MaxData {
		return nil
	}
	dst, err := base64.RawStdEncoding.AppendDecode(dst, text)
	if err != nil {
		return nil
	}
	return dst
}

func inline(arguments []byte) bool {
	return len(arguments) <= maxArguments && slices.Contains(strings.Split(string(arguments), ";"), "inline=1")
}

func (s *Store) showFile(arguments string, data []byte, cell, window Size) (r Result) {
	m, err := File(data)
	if err != nil {
		return r
	}
	if cell.Width <= 0 || cell.Height <= 0 {
		cell = defaultCell
	}
	l := layout{source: Rect{Size: m.Size}}
	stretch := false
	for argument := range strings.SplitSeq(arguments, ";") {
		key, value, _ := strings.Cut(argument, "=")
		switch key {
		case "width":
			l.width = pixels(value, cell.Width, window.Width*cell.Width)
		case "height":
			l.height = pixels(value, cell.Height, window.Height*cell.Height)
		case "preserveAspectRatio":
			stretch = value == "0"
		case "doNotMoveCursor":
			r.KeepCursor = value == "1"
		}
	}
	if l.width == 0 && l.height == 0 && m.Width > window.Width*cell.Width {
		l.width = window.Width * cell.Width
	}
	if l.width > 0 && l.height > 0 && !stretch {
		fit := contained(m.Size, Size{l.width, l.height})
		l.width, l.height = fit.Width, fit.Height
	}
	r.Place = s.placement(s.add(m, 0, 0), s.nextNumber(), named{}, l, cell)
	return r
}

// pixels returns a length of iTerm2 in pixels: in cells, pixels (px) or per cent of the
// window; 0 for that of the image.
func pixels(text string, cell, window int) int {
	unit := cell
	digits := strings.TrimSuffix(text, "px")
	if digits != text {
		unit = 1
	}
	percent := strings.TrimSuffix(text, "%")
	if percent != text {
		digits, unit = percent, 1
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n <= 0 || n > maxBox {
		return 0
	}
	if percent != text {
		return window * min(n, 100) / 100
	}
	return n * unit
}
