package filter

import "encoding/binary"

// record describes a function (runtime._func).
type record struct {
	fixed    [11]uint32
	pcdata   []uint32 // offsets in values
	funcdata []uint32
}

// Numbers in record.fixed.
const (
	entryOff = 0 // in the code, in bytes
	nameOff  = 1 // in names
	pcsp     = 4 // in values, like pcfile and pcln
	pcfile   = 5
	pcln     = 6
	npcdata  = 7 // length of pcdata
	cuOffset = 8
	flags    = 10 // four bytes, the last of which is the length of funcdata
)

// maxData bounds the lengths of pcdata and funcdata.
const maxData = 255

// extend makes room for the numbers that follow the fixed ones.
func (r *record) extend() {
	if r.pcdata == nil {
		r.pcdata = make([]uint32, min(r.fixed[npcdata], maxData))
		r.funcdata = make([]uint32, r.fixed[flags]>>24)
	}
}

// transfer reads a number from four bytes or writes it there.
type transfer func(b []byte, order binary.ByteOrder, number *uint32)

func load(b []byte, order binary.ByteOrder, number *uint32)  { *number = order.Uint32(b) }
func store(b []byte, order binary.ByteOrder, number *uint32) { order.PutUint32(b, *number) }

// cursor transfers numbers one after another, and nothing beyond the end.
type cursor struct {
	transfer transfer
	b        []byte
	at       int
}

func (c *cursor) next(order binary.ByteOrder, number *uint32) {
	if c.at+4 <= len(c.b) {
		c.transfer(c.b[c.at:], order, number)
	}
	c.at += 4
}

// rows transfers the index and the records in the form of programs.
func (t *table) rows(transfer transfer) {
	c := cursor{transfer, t.functions, t.first()}
	for i := range t.records {
		r := &t.records[i]
		place := uint32(c.at)
		index := cursor{transfer, t.functions, 8 * i}
		index.next(t.order, &r.fixed[entryOff])
		index.next(t.order, &place)
		for j := range flags {
			c.next(t.order, &r.fixed[j])
		}
		c.next(binary.LittleEndian, &r.fixed[flags])
		r.extend()
		for j := range r.pcdata {
			c.next(t.order, &r.pcdata[j])
		}
		for j := range r.funcdata {
			c.next(t.order, &r.funcdata[j])
		}
		c.at = t.align(c.at)
	}
}

// columns transfers the records column by column. There is no index, because the records
// are in its order.
func (t *table) columns(transfer transfer) {
	c := cursor{transfer, t.functions, t.first()}
	column := func(j int, of func(*record) []uint32) {
		for i := range t.records {
			if numbers := of(&t.records[i]); j < len(numbers) {
				c.next(binary.LittleEndian, &numbers[j])
			}
		}
	}
	fixed := func(r *record) []uint32 { return r.fixed[:] }
	for _, j := range []int{npcdata, flags, entryOff, nameOff, 2, 3, pcsp, pcfile, pcln, cuOffset, 9} {
		column(j, fixed)
	}
	for i := range t.records {
		t.records[i].extend()
	}
	for j := range maxData {
		column(j, func(r *record) []uint32 { return r.pcdata })
	}
	for j := range maxData {
		column(j, func(r *record) []uint32 { return r.funcdata })
	}
}

// clear erases the index and the records.
func (t *table) clear() {
	clear(t.functions[:8*len(t.records)])
	end := t.first()
	for _, r := range t.records {
		end = t.align(end + 4*(len(r.fixed)+len(r.pcdata)+len(r.funcdata)))
	}
	clear(t.functions[t.first():min(end, len(t.functions))])
}
