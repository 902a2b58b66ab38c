package vt

// Cell is one column of a row: a code point or a cluster, its width, and the
// number of its Rendition. It holds no pointer, so the garbage collector never
// reads a row. The zero Cell is a blank in the default rendition.
//
// Bits 0..20 are the code point, or with cellCluster set a number in the
// screen's cluster table; 0 is a blank that nothing was written to. Bits
// 32..47 number a Rendition in the screen's style table; 0 is the default.
type Cell uint64

const (
	cellRune      Cell = 1<<21 - 1
	cellCluster   Cell = 1 << 21
	cellWide      Cell = 1 << 22 // the left half of a wide character
	cellTail      Cell = 1 << 23 // the right half; the rest of it is as in the left
	cellProtected Cell = 1 << 24 // DECSCA; not seen, never sent

	cellStyleShift      = 32
	cellStyle      Cell = 0xffff << cellStyleShift

	// cellSeen are the bits that a person can see the effect of.
	cellSeen = cellRune | cellCluster | cellWide | cellTail | cellStyle
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
