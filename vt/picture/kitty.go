package picture

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Command is a command of kitty's graphics protocol: an application program command that
// begins with G. Its fields are named by their keys there.
type Command struct {
	Action      byte // a: t, T, q, p, d or another; t if absent
	Quiet       int  // q
	Format      int  // f
	Medium      byte // t
	Compression byte // o
	Width       int  // s
	Height      int  // v
	More        bool // m
	ID          uint32
	Number      uint32 // I
	Placement   uint32 // p
	Source      Rect   // x, y, w, h
	Cols, Rows  int    // c, r
	OffsetX     int    // X
	OffsetY     int    // Y
	Z           int
	KeepCursor  bool // C
	Virtual     bool // U
	Delete      byte // d
	Parent      link // P, Q, H, V

	acts   bool // the key a is there
	starts bool // keys other than those of a chunk are there
	data   []byte
}

// Errors of kitty's protocol. Their texts begin with the codes that programs get. EBADF is
// kitty's own for a file that it cannot open; programs then send the data (ranger).
var (
	errNoImage  = errors.New("ENOENT:there is no such image")
	errInvalid  = errors.New("EINVAL:the command is malformed")
	errSize     = errors.New("EINVAL:the image is too large")
	errNoData   = errors.New("ENODATA:there are too few data")
	errNoPNG    = errors.New("EBADPNG:the file is malformed")
	errDirect   = errors.New("EBADF:only direct transmission is possible")
	errAction   = errors.New("ENOTSUPPORTED:there are no animations")
	errNoParent = errors.New("ENOPARENT:there is no such parent")
	errCycle    = errors.New("ECYCLE:the placement would be its own parent")
	errTooMany  = errors.New("ENOSPC:there are too many relative placements")
	errTooDeep  = errors.New("ETOODEEP:there are too many parents")
	errTooBig   = errors.New("EFBIG:there are too many data")
)

// ParseCommand parses a command, without its G. ok is false for one that is malformed, or that
// names an image twice, by its id and by a number.
func ParseCommand(text []byte) (c Command, ok bool) {
	c = Command{Action: 't', Medium: 'd', Delete: 'a'}
	control, payload, _ := bytes.Cut(text, []byte(";"))
	for len(control) > 0 {
		var pair []byte
		pair, control, _ = bytes.Cut(control, []byte(","))
		if len(pair) < 3 || pair[1] != '=' || !c.set(pair[0], pair[2:]) {
			return c, false
		}
	}
	c.data = payload
	c.Format = cmp.Or(c.Format, 32)
	return c, c.ID == 0 || c.Number == 0 || c.Action == 'd'
}

// isReply reports whether the command has the form of a reply. A terminal that a program
// sends its replies back to must not reply.
func (c *Command) isReply() bool {
	return !c.acts && (string(c.data) == "OK" || bytes.IndexByte(c.data, ':') >= 0)
}

func (c *Command) set(key byte, value []byte) bool {
	switch key {
	case 'a', 't', 'o', 'd':
		if len(value) != 1 {
			return false
		}
		*map[byte]*byte{'a': &c.Action, 't': &c.Medium, 'o': &c.Compression, 'd': &c.Delete}[key] = value[0]
		c.acts, c.starts = c.acts || key == 'a', c.starts || key != 'a'
		return true
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil || n < -1<<31 || n >= 1<<32 || n < 0 && key != 'z' && key != 'H' && key != 'V' {
		return false
	}
	v := int(min(n, math.MaxInt32))
	switch key {
	case 'm':
		c.More = n == 1
		return true
	case 'q':
		c.Quiet = v
		return true
	case 'i':
		c.ID = uint32(n)
		return true
	}
	c.starts = true
	switch key {
	case 'f':
		c.Format = v
	case 's':
		c.Width = v
	case 'v':
		c.Height = v
	case 'I':
		c.Number = uint32(n)
	case 'p':
		c.Placement = uint32(n)
	case 'x':
		c.Source.X = v
	case 'y':
		c.Source.Y = v
	case 'w':
		c.Source.Width = v
	case 'h':
		c.Source.Height = v
	case 'X':
		c.OffsetX = v
	case 'Y':
		c.OffsetY = v
	case 'c':
		c.Cols = min(v, MaxCells)
	case 'r':
		c.Rows = min(v, MaxCells)
	case 'z':
		c.Z = v
	case 'C':
		c.KeepCursor = n == 1
	case 'U':
		c.Virtual = n == 1
	case 'P':
		c.Parent.image = uint32(n)
	case 'Q':
		c.Parent.placement = uint32(n)
	case 'H':
		c.Parent.h = v
	case 'V':
		c.Parent.v = v
	}
	return true
}

// upload is a transmission in chunks.
type upload struct {
	command Command
	data    []byte
	err     error
}

// chunk adds the data of a command to the transmission under way, or begins one. It returns
// the whole transmission once it has ended.
func (s *Store) chunk(c Command) *upload {
	if u := s.upload; u != nil && c.continues(&u.command) {
		u.command.More, u.command.Quiet = c.More, max(u.command.Quiet, c.Quiet)
	} else {
		s.upload = &upload{command: c}
	}
	u := s.upload
	u.add(c.data)
	if u.command.More {
		return nil
	}
	s.upload = nil
	return u
}

// continues reports whether c is a chunk of the transmission that first has begun. Chunks of
// some programs have all keys (ranger).
func (c *Command) continues(first *Command) bool {
	return !c.starts || c.Action == first.Action && c.ID == first.ID && c.Number == first.Number &&
		c.Format == first.Format && c.Medium == first.Medium && c.Width == first.Width && c.Height == first.Height
}

func (u *upload) add(text []byte) {
	text = bytes.TrimRight(text, "=")
	if u.err == nil && len(u.data)+base64.RawStdEncoding.DecodedLen(len(text)) > MaxData {
		u.data, u.err = nil, errTooBig
	}
	if u.err != nil {
		return
	}
	var err error
	if u.data, err = base64.RawStdEncoding.AppendDecode(u.data, text); err != nil {
		u.data, u.err = nil, errInvalid
	}
}

// image returns the image that was transmitted.
func (u *upload) image() (*Image, error) {
	c := &u.command
	switch {
	case c.Medium != 'd':
		return nil, errDirect
	case u.err != nil:
		return nil, u.err
	case c.Format == 100 && c.Compression == 0:
		m, err := File(u.data)
		switch {
		case err == ErrTooLarge:
			err = errSize
		case err != nil || m.Format != PNG:
			err = errNoPNG
		}
		return m, err
	}
	m := &Image{Compressed: c.Compression == 'z', Size: Size{c.Width, c.Height}, Data: u.data}
	switch c.Format {
	case 24:
		m.Format = RGB
	case 32:
		m.Format = RGBA
	}
	size := m.PixelBytes() * m.Width * m.Height
	switch err := m.checkSize(); {
	case err == ErrTooLarge:
		return nil, errSize
	case err != nil, c.Compression != 0 && !m.Compressed:
		return nil, errInvalid
	case m.Compressed:
	case len(m.Data) < size:
		return nil, errNoData
	default:
		m.Data = m.Data[:size]
	}
	return m, nil
}

// reply returns the reply to a command, without APC and ST; nil if the program wants none.
func (c *Command) reply(err error) []byte {
	if c.ID == 0 && c.Number == 0 || c.Quiet >= 2 || c.Quiet == 1 && err == nil {
		return nil
	}
	var keys []string
	for _, k := range []struct {
		name  string
		value uint32
	}{{"i", c.ID}, {"I", c.Number}, {"p", c.Placement}} {
		if k.value != 0 {
			keys = append(keys, fmt.Sprintf("%s=%d", k.name, k.value))
		}
	}
	text := "OK"
	if err != nil {
		text = err.Error()
	}
	return []byte("G" + strings.Join(keys, ",") + ";" + text)
}
