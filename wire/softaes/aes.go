// Package softaes implements AES-128 and AES-128-OCB3 in constant time, for processors
// without AES instructions. There the standard library uses lookup tables, whose
// timing depends on the key and the data.
//
// The implementation is bitsliced: it encrypts four blocks at a time with bitwise
// operations only, whose timing does not depend on their operands.
package softaes

import (
	"encoding/binary"
	"math/bits"
)

const (
	// BlockSize is the size of a block, in bytes.
	BlockSize = 16
	// KeySize is the size of a key, in bytes.
	KeySize = 16
	// lanes is the number of blocks encrypted at a time.
	lanes = 4

	rounds = 10
)

// batch is four consecutive blocks.
type batch [lanes * BlockSize]byte

// Cipher is an instance of AES-128 with a particular key.
type Cipher struct {
	keys [rounds + 1]planes // round keys, repeated in all lanes
}

// New returns a Cipher with key.
func New(key *[KeySize]byte) *Cipher {
	c := &Cipher{}
	words := expand(key)
	for round := range c.keys {
		var b batch
		for lane := range lanes {
			for i := range 4 {
				binary.BigEndian.PutUint32(b[lane*BlockSize+4*i:], words[4*round+i])
			}
		}
		c.keys[round].pack(&b)
	}
	return c
}

// expand returns the key schedule (FIPS 197, section 5.2).
func expand(key *[KeySize]byte) (w [4 * (rounds + 1)]uint32) {
	for i := range 4 {
		w[i] = binary.BigEndian.Uint32(key[4*i:])
	}
	constant := uint32(1)
	for i := 4; i < len(w); i++ {
		t := w[i-1]
		if i%4 == 0 {
			t = subWord(bits.RotateLeft32(t, 8)) ^ constant<<24
			constant = constant<<1 ^ constant>>7*0x11b
		}
		w[i] = w[i-4] ^ t
	}
	return w
}

func subWord(w uint32) uint32 {
	var b batch
	binary.BigEndian.PutUint32(b[:], w)
	var q planes
	q.pack(&b)
	q.sub()
	q.unpack(&b)
	return binary.BigEndian.Uint32(b[:])
}

func (c *Cipher) encrypt(b *batch) {
	var q planes
	q.pack(b)
	q.add(&c.keys[0])
	for round := 1; round < rounds; round++ {
		q.sub()
		q.shiftRows()
		q.mixColumns()
		q.add(&c.keys[round])
	}
	q.sub()
	q.shiftRows()
	q.add(&c.keys[rounds])
	q.unpack(b)
}

func (c *Cipher) decrypt(b *batch) {
	var q planes
	q.pack(b)
	q.add(&c.keys[rounds])
	for round := rounds - 1; round > 0; round-- {
		q.invShiftRows()
		q.invSub()
		q.add(&c.keys[round])
		q.invMixColumns()
	}
	q.invShiftRows()
	q.invSub()
	q.add(&c.keys[0])
	q.unpack(b)
}

func (q *planes) add(k *planes) {
	for i := range q {
		q[i] ^= k[i]
	}
}

// Masks of the rows in a plane. Byte 4*c+r of lane l, in column c and row r of its
// block, is at position 4*(4*c+r)+l: a column has 16 bits of a plane, and a row 4 bits
// of each column.
const (
	row0 = 0x000f000f000f000f
	row1 = row0 << 4
	row2 = row0 << 8
	row3 = row0 << 12
)

// shiftRows rotates row r by r columns (FIPS 197, section 5.1.2).
func (q *planes) shiftRows() {
	for i, x := range q {
		q[i] = x&row0 | bits.RotateLeft64(x, -16)&row1 | bits.RotateLeft64(x, 32)&row2 | bits.RotateLeft64(x, 16)&row3
	}
}

func (q *planes) invShiftRows() {
	for i, x := range q {
		q[i] = x&row0 | bits.RotateLeft64(x, 16)&row1 | bits.RotateLeft64(x, 32)&row2 | bits.RotateLeft64(x, -16)&row3
	}
}

// next returns the plane in which each byte is replaced by the byte below it in its
// column; next2, by the second byte below.
func next(x uint64) uint64  { return x>>4&(row0|row1|row2) | x<<12&row3 }
func next2(x uint64) uint64 { return x>>8&(row0|row1) | x<<8&(row2|row3) }

// mixColumns replaces each byte a by 2a + 3b + c + d, where b, c and d are the bytes
// below it in its column (FIPS 197, section 5.1.3). It computes 2(a+b) + b + (c+d).
func (q *planes) mixColumns() {
	var below, sums planes
	for i, x := range q {
		below[i] = next(x)
		sums[i] = x ^ below[i]
	}
	carry := sums[7]
	q[0] = carry ^ below[0] ^ next2(sums[0])
	q[1] = sums[0] ^ carry ^ below[1] ^ next2(sums[1])
	q[2] = sums[1] ^ below[2] ^ next2(sums[2])
	q[3] = sums[2] ^ carry ^ below[3] ^ next2(sums[3])
	q[4] = sums[3] ^ carry ^ below[4] ^ next2(sums[4])
	q[5] = sums[4] ^ below[5] ^ next2(sums[5])
	q[6] = sums[5] ^ below[6] ^ next2(sums[6])
	q[7] = sums[6] ^ below[7] ^ next2(sums[7])
}

// invMixColumns applies mixColumns to a + 4(a+c): the inverse of its matrix is the
// matrix times the circulant of 5, 0, 4, 0.
func (q *planes) invMixColumns() {
	var sums planes
	for i, x := range q {
		sums[i] = x ^ next2(x)
	}
	sums.double()
	sums.double()
	q.add(&sums)
	q.mixColumns()
}

// double multiplies each byte by 2 in GF(2^8).
func (q *planes) double() {
	carry := q[7]
	q[7], q[6], q[5], q[4], q[3], q[2], q[1], q[0] = q[6], q[5], q[4], q[3]^carry, q[2]^carry, q[1], q[0]^carry, carry
}

// pack sets q to the planes of the blocks in b. It puts byte i of lane l into byte i/2
// of the word i%2*4+l, and then transposes bits and words.
func (q *planes) pack(b *batch) {
	for lane := range lanes {
		low, high := binary.LittleEndian.Uint64(b[lane*BlockSize:]), binary.LittleEndian.Uint64(b[lane*BlockSize+8:])
		q[lane] = evenBytes(low) | evenBytes(high)<<32
		q[lane+4] = evenBytes(low>>8) | evenBytes(high>>8)<<32
	}
	q.transpose()
}

func (q *planes) unpack(b *batch) {
	q.transpose()
	for lane := range lanes {
		even, odd := q[lane], q[lane+4]
		binary.LittleEndian.PutUint64(b[lane*BlockSize:], spread(even)|spread(odd)<<8)
		binary.LittleEndian.PutUint64(b[lane*BlockSize+8:], spread(even>>32)|spread(odd>>32)<<8)
	}
}

func evenBytes(x uint64) uint64 {
	x &= 0x00ff00ff00ff00ff
	x = (x | x>>8) & 0x0000ffff0000ffff
	return (x | x>>16) & 0xffffffff
}

// spread is the inverse of evenBytes. It ignores the upper half of x.
func spread(x uint64) uint64 {
	x &= 0xffffffff
	x = (x | x<<16) & 0x0000ffff0000ffff
	return (x | x<<8) & 0x00ff00ff00ff00ff
}

// transpose exchanges bit j of byte n of word k with bit k of byte n of word j.
func (q *planes) transpose() {
	for i := 0; i < 8; i += 2 {
		q.swap(i, i+1, 1, 0x5555555555555555)
	}
	for _, i := range [...]int{0, 1, 4, 5} {
		q.swap(i, i+2, 2, 0x3333333333333333)
	}
	for i := range 4 {
		q.swap(i, i+4, 4, 0x0f0f0f0f0f0f0f0f)
	}
}

// swap exchanges the bits of word i selected by mask<<shift with those of word j
// selected by mask.
func (q *planes) swap(i, j int, shift uint, mask uint64) {
	x := (q[i]>>shift ^ q[j]) & mask
	q[j] ^= x
	q[i] ^= x << shift
}
