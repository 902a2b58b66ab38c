package vt

// Cell is one column of a row: a code point or a cluster, its width, and its
// Rendition. It holds no pointer, so the garbage collector never reads a row. The
// zero Cell is a blank in the default rendition.
//
// Bits 0..20 are the code point, or with cellCluster set a number in the
// screen's cluster table; 0 is a blank that nothing was written to. Of the
// Rendition, bits 48..56 are the Attrs and bits 57..59 the Underline, so that a
// rectangle operation changes bits only; bits 32..47 number the rest of it in the
// screen's style table.
type Cell uint64

const (
	cellRune      Cell = 1<<21 - 1
	cellCluster   Cell = 1 << 21
	cellWide      Cell = 1 << 22 // the left half of a wide character
	cellTail      Cell = 1 << 23 // the right half; the rest of it is as in the left
	cellProtected Cell = 1 << 24 // DECSCA; not seen, never sent

	cellStyleShift          = 32
	cellAttrsShift          = 48
	cellUnderlineShift      = 57
	cellStyle          Cell = 0xffff << cellStyleShift
	cellAttrs          Cell = Cell(allAttrs) << cellAttrsShift
	cellUnderline      Cell = 7 << cellUnderlineShift

	// cellRendition are the bits that stand for a Rendition.
	cellRendition = cellStyle | cellAttrs | cellUnderline

	// cellSeen are the bits that a person can see the effect of.
	cellSeen = cellRune | cellCluster | cellWide | cellTail | cellRendition
)

// Blank says that nothing is drawn in the cell but its background.
func (c Cell) Blank() bool { return c&(cellRune|cellTail|cellCluster) == 0 || c.isSpace() }

func (c Cell) isSpace() bool { return c&(cellRune|cellCluster|cellTail) == ' ' }

// Wide says that the cell is the left half of a wide character.
func (c Cell) Wide() bool { return c&cellWide != 0 }

// Tail says that the cell is the right half of a wide character.
func (c Cell) Tail() bool { return c&cellTail != 0 }

func (c Cell) style() uint16 { return uint16(c >> cellStyleShift) }

func (c Cell) withStyle(n uint16) Cell { return c&^cellStyle | Cell(n)<<cellStyleShift }

// withRendition returns c in the rendition of the cell r.
func (c Cell) withRendition(r Cell) Cell { return c&^cellRendition | r&cellRendition }

func (c Cell) attrs() Attrs { return Attrs(c>>cellAttrsShift) & allAttrs }

func (c Cell) underline() Underline { return Underline(c>>cellUnderlineShift) & 7 }

// attributes returns the bits of a cell that stand for the attributes of r.
func (r *Rendition) attributes() Cell {
	return Cell(r.Attrs&allAttrs)<<cellAttrsShift | Cell(r.Underline&7)<<cellUnderlineShift
}
