package softaes

import (
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"
)

const (
	nonceSize = 12
	tagSize   = BlockSize
	// maxDoubles limits texts to 2^maxDoubles blocks.
	maxDoubles = 32
)

var errForged = errors.New("softaes: message authentication failed")

// block is a block in two big-endian words.
type block [2]uint64

func load(b []byte) block {
	return block{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

func (x block) store(b []byte) {
	binary.BigEndian.PutUint64(b, x[0])
	binary.BigEndian.PutUint64(b[8:], x[1])
}

func (x block) xor(y block) block { return block{x[0] ^ y[0], x[1] ^ y[1]} }

// double multiplies by 2 in GF(2^128) (RFC 7253, section 2).
func (x block) double() block {
	return block{x[0]<<1 | x[1]>>63, x[1]<<1 ^ -(x[0]>>63)&0x87}
}

// ocb implements AEAD_AES_128_OCB_TAGLEN128 (RFC 7253) with the RFC's names.
type ocb struct {
	cipher   *Cipher
	star     block             // L_*
	dollar   block             // L_$
	doubles  [maxDoubles]block // L_0, L_1, ...
	top      block             // the nonce of ktop, without its last 6 bits
	ktop     block
	haveKtop bool
	work     batch        // input and output of the cipher
	offsets  [lanes]block // added to each block after the cipher
}

// NewOCB returns AES-128-OCB3 (RFC 7253) with a nonce of 12 bytes and a tag of 16
// bytes. It is not safe for concurrent use.
func NewOCB(key *[KeySize]byte) cipher.AEAD {
	o := &ocb{cipher: New(key)}
	o.star = o.encipher(block{})
	o.dollar = o.star.double()
	o.doubles[0] = o.dollar.double()
	for i := 1; i < maxDoubles; i++ {
		o.doubles[i] = o.doubles[i-1].double()
	}
	return o
}

func (*ocb) NonceSize() int { return nonceSize }
func (*ocb) Overhead() int  { return tagSize }

func (o *ocb) encipher(x block) block {
	x.store(o.work[:])
	o.cipher.encrypt(&o.work)
	return load(o.work[:])
}

// start returns Offset_0 for nonce (RFC 7253, section 4.2).
func (o *ocb) start(nonce []byte) block {
	if len(nonce) != nonceSize {
		panic("softaes: incorrect nonce length")
	}
	var padded [BlockSize]byte
	padded[0] = 8 * tagSize % 128 << 1
	padded[BlockSize-nonceSize-1] |= 1
	copy(padded[BlockSize-nonceSize:], nonce)
	bottom := uint(padded[BlockSize-1] & 63)
	padded[BlockSize-1] &^= 63
	if top := load(padded[:]); !o.haveKtop || top != o.top {
		o.top, o.ktop, o.haveKtop = top, o.encipher(top), true
	}
	stretch := o.ktop[0] ^ (o.ktop[0]<<8 | o.ktop[1]>>56)
	return block{
		o.ktop[0]<<bottom | o.ktop[1]>>(64-bottom),
		o.ktop[1]<<bottom | stretch>>(64-bottom),
	}
}

// advance returns Offset_i for i from 1 on, given Offset_{i-1}.
func (o *ocb) advance(offset block, i int) block {
	return offset.xor(o.doubles[bits.TrailingZeros(uint(i))])
}

func padded(short []byte) block {
	var b [BlockSize]byte
	b[copy(b[:], short)] = 0x80
	return load(b[:])
}

// grow appends n bytes of arbitrary value to dst. It returns the extended slice and
// the added part.
func grow(dst []byte, n int) (all, added []byte) {
	all = slices.Grow(dst, n)[:len(dst)+n]
	return all, all[len(dst):]
}

// Seal implements [cipher.AEAD]. The blocks of the text, the mask of its incomplete
// last block, and the tag go through the cipher in one sequence of batches.
func (o *ocb) Seal(dst, nonce, plain, associated []byte) []byte {
	sum := o.hash(associated)
	offset, checksum := o.start(nonce), block{}
	whole, rest := len(plain)/BlockSize, len(plain)%BlockSize
	units := whole + 1
	if rest > 0 {
		units++
	}
	all, out := grow(dst, len(plain)+tagSize)
	for first := 0; first < units; first += lanes {
		n := min(lanes, units-first)
		for lane := range n {
			var x block
			switch i := first + lane; {
			case i < whole:
				p := load(plain[i*BlockSize:])
				checksum = checksum.xor(p)
				offset = o.advance(offset, i+1)
				o.offsets[lane], x = offset, p.xor(offset)
			case i < units-1:
				checksum = checksum.xor(padded(plain[i*BlockSize:]))
				offset = offset.xor(o.star)
				o.offsets[lane], x = block{}, offset
			default:
				o.offsets[lane], x = sum, checksum.xor(offset).xor(o.dollar)
			}
			x.store(o.work[lane*BlockSize:])
		}
		o.cipher.encrypt(&o.work)
		for lane := range n {
			y := load(o.work[lane*BlockSize:]).xor(o.offsets[lane])
			switch i := first + lane; {
			case i < whole:
				y.store(out[i*BlockSize:])
			case i < units-1:
				y.store(o.work[lane*BlockSize:])
				subtle.XORBytes(out[i*BlockSize:len(plain)], plain[i*BlockSize:], o.work[lane*BlockSize:])
			default:
				y.store(out[len(plain):])
			}
		}
	}
	return all
}

// Open implements [cipher.AEAD].
func (o *ocb) Open(dst, nonce, sealed, associated []byte) ([]byte, error) {
	if len(sealed) < tagSize {
		return nil, errForged
	}
	text, tag := sealed[:len(sealed)-tagSize], sealed[len(sealed)-tagSize:]
	sum := o.hash(associated)
	all, out := grow(dst, len(text))
	offset, checksum := o.openBlocks(o.start(nonce), out, text)
	if rest := len(text) % BlockSize; rest > 0 {
		offset = offset.xor(o.star)
		var mask [BlockSize]byte
		o.encipher(offset).store(mask[:])
		end := len(text) - rest
		subtle.XORBytes(out[end:], text[end:], mask[:])
		checksum = checksum.xor(padded(out[end:]))
	}
	var want [tagSize]byte
	o.encipher(checksum.xor(offset).xor(o.dollar)).xor(sum).store(want[:])
	if subtle.ConstantTimeCompare(want[:], tag) != 1 {
		clear(out)
		return nil, errForged
	}
	return all, nil
}

// openBlocks decrypts the whole blocks of text to out. It returns the offset of the
// last one and the checksum of the plaintext.
func (o *ocb) openBlocks(offset block, out, text []byte) (last, checksum block) {
	whole := len(text) / BlockSize
	for first := 0; first < whole; first += lanes {
		n := min(lanes, whole-first)
		for lane := range n {
			i := first + lane
			offset = o.advance(offset, i+1)
			o.offsets[lane] = offset
			load(text[i*BlockSize:]).xor(offset).store(o.work[lane*BlockSize:])
		}
		o.cipher.decrypt(&o.work)
		for lane := range n {
			p := load(o.work[lane*BlockSize:]).xor(o.offsets[lane])
			checksum = checksum.xor(p)
			p.store(out[(first+lane)*BlockSize:])
		}
	}
	return offset, checksum
}

// hash returns HASH of associated data (RFC 7253, section 4.1).
func (o *ocb) hash(associated []byte) (sum block) {
	offset := block{}
	for i := 1; len(associated) >= BlockSize; i++ {
		offset = o.advance(offset, i)
		sum = sum.xor(o.encipher(load(associated).xor(offset)))
		associated = associated[BlockSize:]
	}
	if len(associated) > 0 {
		sum = sum.xor(o.encipher(padded(associated).xor(offset.xor(o.star))))
	}
	return sum
}
