package picture

import (
	"math/rand/v2"
	"slices"
)

// maxPlacements bounds the placements of a session, and maxNames the numbers that programs
// have used for placeholders.
const (
	maxPlacements = 4096
	maxNames      = 4096
)

// Store has the pictures of a session. The zero Store is empty.
type Store struct {
	images []*stored // the oldest first
	bytes  int
	placed map[uint32]*Placement // by number
	// names are the numbers of placements by those that programs give their images: the
	// colours of placeholders that programs print.
	names map[Name]uint32
	ids   map[uint32]uint32 // the images in names, by the number
	last  uint32            // the last number of a placement
	// relative is set if there may be relative placements.
	relative bool
	upload   *upload
	file     *file
	packer   *Packer // nil if no image is packed now
}

// stored is an image with its placements.
type stored struct {
	*Image
	id, number uint32 // of the program; 0 for none
	placements []named
}

// named is a placement with the program's number for it.
type named struct {
	*Placement
	id      uint32
	virtual bool
	z       int
	link    link
}

// Result is the effect of a command on a screen.
type Result struct {
	Reply []byte
	// Place is to be shown at the cursor; nil for none. Below leaves cells with text alone.
	Place             *Placement
	KeepCursor, Below bool
	KeepColumn        bool // the cursor moves down alone
	// Gone are the placements that the screen is to lose.
	Gone []uint32
	// Renumber are the new numbers of cells by their old ones.
	Renumber map[uint32]uint32
	// Delete is the kind of a deletion by position, which the caller performs with RemoveAt:
	// c, p, q, x or y. A capital letter frees the data. X and Y are from 1.
	Delete  byte
	X, Y, Z int
}

// Command performs a command of kitty's protocol, without APC, G and ST. cell is the size of a
// cell in pixels.
func (s *Store) Command(text []byte, cell Size) (r Result) {
	c, ok := ParseCommand(text)
	switch {
	case c.isReply():
	case !ok:
		r.Reply = c.reply(errInvalid)
	case c.Action == 't' || c.Action == 'T' || c.Action == 'q' || s.upload != nil && !c.starts && c.Action != 'p' && c.Action != 'd':
		if u := s.chunk(c); u != nil {
			s.transmitted(u, cell, &r)
		}
	case c.Action == 'p':
		err := s.place(&c, s.find(&c), cell, &r)
		r.Reply = c.reply(err)
	case c.Action == 'd':
		s.delete(&c, &r)
	default:
		r.Reply = c.reply(errAction)
	}
	s.dropOrphans(&r)
	return r
}

func (s *Store) transmitted(u *upload, cell Size, r *Result) {
	c := &u.command
	image, err := u.image()
	if c.Action == 'q' { // a query has an id alone
		c.Number, c.Placement = 0, 0
	} else if c.ID != 0 {
		s.drop(r, func(i *stored) bool { return i.id == c.ID })
	}
	switch {
	case err != nil, c.Action == 'q':
	case c.Action == 't' && c.ID == 0 && c.Number == 0:
		err = errInvalid
	default:
		if c.Number != 0 {
			c.ID = s.freshID()
		}
		i := s.add(image, c.ID, c.Number)
		if c.Action == 'T' {
			err = s.place(c, i, cell, r)
		}
	}
	r.Reply = c.reply(err)
}

func (s *Store) freshID() uint32 {
	for {
		id := rand.Uint32N(1<<31) + 1
		if !slices.ContainsFunc(s.images, func(i *stored) bool { return i.id == id }) {
			return id
		}
	}
}

func (s *Store) add(m *Image, id, number uint32) *stored {
	m.Sum()
	i := &stored{Image: m, id: id, number: number}
	s.images = append(s.images, i)
	s.bytes += len(m.Data)
	return i
}

// find returns the image that a command names; nil if there is none.
func (s *Store) find(c *Command) *stored {
	for _, i := range slices.Backward(s.images) {
		if c.ID != 0 && i.id == c.ID || c.ID == 0 && c.Number != 0 && i.number == c.Number {
			return i
		}
	}
	return nil
}

func (s *Store) place(c *Command, i *stored, cell Size, r *Result) error {
	switch {
	case i == nil:
		return errNoImage
	case c.Parent.image == 0:
		c.Parent = link{}
	default:
		if err := s.checkLink(c, i); err != nil {
			return err
		}
	}
	c.ID = i.id
	source := c.Source
	if source.Width == 0 {
		source.Width = i.Width - source.X
	}
	if source.Height == 0 {
		source.Height = i.Height - source.Y
	}
	source.Width, source.Height = min(source.Width, i.Width-source.X), min(source.Height, i.Height-source.Y)
	if !(Rect{Size: i.Size}).contains(source) {
		return errInvalid
	}
	l := layout{source: source, cols: c.Cols, rows: c.Rows, contain: c.Virtual}
	if !c.Virtual {
		l.x, l.y = c.OffsetX, c.OffsetY
	}
	if c.Placement != 0 || c.Virtual {
		i.remove(s, func(n named) bool { return n.virtual == c.Virtual && n.id == c.Placement }, r)
	}
	p := s.placement(i, s.numberFor(c), named{id: c.Placement, virtual: c.Virtual, z: c.Z, link: c.Parent}, l, cell)
	s.relative = s.relative || c.Parent != (link{})
	if c.Virtual {
		s.name(Name{i.id, 0}, p.Number)
		s.name(Name{i.id, c.Placement}, p.Number)
	} else if c.Parent == (link{}) {
		r.Place, r.KeepCursor, r.Below = p, c.KeepCursor, c.Z < 0
	}
	return nil
}

// Name is what placeholders that a program prints tell of their picture: the id of the image,
// and that of a virtual placement, which may be 0 for any.
type Name struct{ Image, Placement uint32 }

// numberFor returns the number of a new placement. A virtual one has that of the placeholders
// which were printed before it.
func (s *Store) numberFor(c *Command) uint32 {
	for _, name := range []Name{{c.ID, c.Placement}, {c.ID, 0}} {
		if n, ok := s.names[name]; ok && c.Virtual && s.placed[n] == nil {
			return n
		}
	}
	return s.nextNumber()
}

func (s *Store) name(name Name, number uint32) {
	if s.names == nil || len(s.names) >= maxNames {
		s.names, s.ids = make(map[Name]uint32), make(map[uint32]uint32)
	}
	s.names[name], s.ids[number] = number, name.Image
}

// Named returns the number of the placement of placeholders. A program may print them before
// it transmits the image.
func (s *Store) Named(name Name) uint32 {
	n, ok := s.names[name]
	if !ok {
		n = s.nextNumber()
		s.name(name, n)
	}
	return n
}

// ImageOf returns the id of the image that placeholders with a number have named; 0 if unknown.
func (s *Store) ImageOf(number uint32) uint32 { return s.ids[number] }

func (s *Store) nextNumber() uint32 {
	if s.last == 0 {
		s.last = rand.Uint32N(MaxNumber)
	}
	for {
		s.last = s.last%MaxNumber + 1
		if s.placed[s.last] == nil {
			return s.last
		}
	}
}

func (s *Store) placement(i *stored, number uint32, n named, l layout, cell Size) *Placement {
	n.Placement = &Placement{Number: number, Image: i.Image}
	l.place(n.Placement, cell)
	i.placements = append(i.placements, n)
	if s.placed == nil {
		s.placed = make(map[uint32]*Placement)
	}
	s.placed[number] = n.Placement
	return n.Placement
}

// remove removes placements of i. The screen loses the cells of those with r. Placeholders
// of a virtual one stay, under another number, as the program may place an image there again.
func (i *stored) remove(s *Store, which func(named) bool, r *Result) {
	i.placements = slices.DeleteFunc(i.placements, func(n named) bool {
		if !which(n) {
			return false
		}
		delete(s.placed, n.Number)
		switch {
		case !n.virtual && r != nil:
			r.Gone = append(r.Gone, n.Number)
		case n.virtual:
			s.rename(i.id, n, r)
		}
		return true
	})
}

// rename gives the placeholders of a virtual placement of an image, which ends, another number.
// Without a screen they have none.
func (s *Store) rename(image uint32, n named, r *Result) {
	fresh := uint32(0)
	if r != nil {
		if r.Renumber == nil {
			r.Renumber = make(map[uint32]uint32)
		}
		fresh = s.nextNumber()
		r.Renumber[n.Number] = fresh
	}
	for _, name := range []Name{{image, 0}, {image, n.id}} {
		switch {
		case s.names[name] != n.Number:
		case r == nil:
			delete(s.names, name)
		default:
			s.name(name, fresh)
		}
	}
	delete(s.ids, n.Number)
}

func all(named) bool { return true }

func (s *Store) drop(r *Result, which func(*stored) bool) {
	s.images = slices.DeleteFunc(s.images, func(i *stored) bool {
		if !which(i) {
			return false
		}
		i.remove(s, all, r)
		s.bytes -= len(i.Data)
		return true
	})
}

func (s *Store) delete(c *Command, r *Result) {
	free := c.Delete < 'a'
	kind := c.Delete | 0x20
	switch kind {
	case 'a':
		for _, i := range s.images {
			i.remove(s, func(n named) bool { return !n.virtual }, r)
		}
	case 'i', 'n':
		if kind == 'i' {
			c.Number = 0
		} else {
			c.ID = 0
		}
		if i := s.find(c); i != nil {
			i.remove(s, func(n named) bool { return c.Placement == 0 || n.id == c.Placement }, r)
		}
	case 'r':
		for _, i := range s.images {
			if i.id != 0 && int(i.id) >= c.Source.X && int(i.id) <= c.Source.Y {
				i.remove(s, all, r)
			}
		}
	case 'z':
		for _, i := range s.images {
			i.remove(s, func(n named) bool { return !n.virtual && n.z == c.Z }, r)
		}
	case 'c', 'p', 'q', 'x', 'y':
		r.Delete, r.X, r.Y, r.Z = c.Delete, c.Source.X, c.Source.Y, c.Z
		return
	default:
		return
	}
	if free {
		s.free()
	}
}

// free drops the images without placements.
func (s *Store) free() {
	s.drop(nil, func(i *stored) bool { return len(i.placements) == 0 })
}

// RemoveAt performs the deletion by position in r, where the placements of some numbers are.
func (s *Store) RemoveAt(numbers []uint32, r *Result) {
	for _, i := range s.images {
		i.remove(s, func(n named) bool {
			return !n.virtual && slices.Contains(numbers, n.Number) && (r.Delete|0x20 != 'q' || n.z == r.Z)
		}, r)
	}
	if r.Delete < 'a' {
		s.free()
	}
	s.dropOrphans(r)
}

// Placement returns the placement of a number; nil if there is none.
func (s *Store) Placement(number uint32) *Placement { return s.placed[number] }

// Sixel adds a picture in sixels, in a device control string, whose data it keeps.
func (s *Store) Sixel(data []byte, cell Size) (*Placement, error) {
	m, err := ParseSixel(data)
	if err != nil {
		return nil, err
	}
	return s.placement(s.add(m, 0, 0), s.nextNumber(), named{}, layout{source: Rect{Size: m.Size}}, cell), nil
}

// Memory returns the bytes of all images.
func (s *Store) Memory() int { return s.bytes }

// Crowded reports whether the store exceeds a limit, so that Sweep must be called.
func (s *Store) Crowded() bool { return s.bytes > MaxMemory || len(s.placed) > maxPlacements }

// Sweep drops pictures until the store is within its limits: those that are not shown first,
// and among them those that no program can place again.
func (s *Store) Sweep(shown map[uint32]bool) {
	for _, i := range s.images {
		i.remove(s, func(n named) bool { return !n.virtual && !shown[n.Number] }, nil)
	}
	s.drop(nil, func(i *stored) bool { return i.id == 0 && len(i.placements) == 0 })
	for s.Crowded() && len(s.images) > 0 {
		oldest := s.images[0]
		for _, i := range s.images {
			if !slices.ContainsFunc(i.placements, func(n named) bool { return shown[n.Number] }) {
				oldest = i
				break
			}
		}
		s.drop(nil, func(i *stored) bool { return i == oldest })
	}
}

// Reset drops what programs have named, and the transmissions under way.
func (s *Store) Reset() { *s = Store{last: s.last} }
