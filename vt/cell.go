package vt

// Cell is one column of a row: a code point or a cluster, its width, and its
// Rendition. It holds no pointer, so the garbage collector never reads a row. The
// zero Cell is a blank in the default rendition.
//
// Bits 0..20 are the code point, or with cellCluster set a number in the
// screen's cluster table; 0 is a blank that nothing was written to.
//
// Of the Rendition, bits 25..33 are the Attrs and bits 34..36 the Underline, so that
// a rectangle operation changes bits only. Bits 40..63 stand for the rest of it: the
// direct colour of the text or of the background, if there is nothing else, so that a
// picture needs no table; or a number in the screen's style table.
type Cell uint64

const (
	cellRune      Cell = 1<<21 - 1
	cellCluster   Cell = 1 << 21
	cellWide      Cell = 1 << 22 // the left half of a wide character
	cellTail      Cell = 1 << 23 // the right half; the rest of it is as in the left
	cellProtected Cell = 1 << 24 // DECSCA; not seen, never sent

	cellAttrsShift          = 25
	cellAttrs          Cell = Cell(allAttrs) << cellAttrsShift
	cellUnderlineShift      = 34
	cellUnderline      Cell = 7 << cellUnderlineShift

	directShift         = 37
	cellDirectFg   Cell = 1 << directShift       // the style is a colour of the text
	cellDirectBg   Cell = 1 << (directShift + 1) // the style is a colour of the background
	cellDirect          = cellDirectFg | cellDirectBg
	cellStyleShift      = 40
	cellStyle      Cell = 0xffffff << cellStyleShift

	// cellRendition are the bits that stand for a Rendition.
	cellRendition = cellStyle | cellDirect | cellAttrs | cellUnderline

	// cellSeen are the bits that a person can see the effect of.
	cellSeen = cellRune | cellCluster | cellWide | cellTail | cellRendition
)

// Blank says that nothing is drawn in the cell but its background.
func (c Cell) Blank() bool { return c&(cellRune|cellTail|cellCluster) == 0 || c.isSpace() }

func (c Cell) isSpace() bool { return c&(cellRune|cellCluster|cellTail) == ' ' }

// Wide says that the cell is the left half of a wide character.
func (c Cell) Wide() bool { return c&cellWide != 0 }

// columns returns how many columns a character takes whose left half is c.
func (c Cell) columns() int { return 1 + int(c/cellWide&1) }

// Tail says that the cell is the right half of a wide character.
func (c Cell) Tail() bool { return c&cellTail != 0 }

// style returns the number of the cell's style; 0 also for a direct colour.
func (c Cell) style() uint16 {
	if c&cellDirect != 0 {
		return 0
	}
	return uint16(c >> cellStyleShift)
}

func (c Cell) withStyle(n uint16) Cell { return c&^cellStyle | Cell(n)<<cellStyleShift }

// directColor returns the bits that stand for a direct colour; direct is
// cellDirectFg or cellDirectBg.
func directColor(c Color, direct Cell) Cell { return direct | Cell(c&^colorKind)<<cellStyleShift }

// withRendition returns c in the rendition of the cell r.
func (c Cell) withRendition(r Cell) Cell { return c&^cellRendition | r&cellRendition }

func (c Cell) attrs() Attrs { return Attrs(c>>cellAttrsShift) & allAttrs }

func (c Cell) underline() Underline { return Underline(c>>cellUnderlineShift) & 7 }

// attributes returns the bits of a cell that stand for the attributes of r.
func (r *Rendition) attributes() Cell {
	return Cell(r.Attrs&allAttrs)<<cellAttrsShift | Cell(r.Underline&7)<<cellUnderlineShift
}
