package wire

import (
	"encoding/binary"
	"errors"
)

// fragment is a piece of a packed instruction (protocol, section 4):
//
//	instruction_id[8] || (final << 15 | number)[2] || data
//
// Its first byte is that of the id, which is 0 and so also its kind,
// datagram.KindFragment.
type fragment struct {
	id     uint64 // of the instruction
	number int    // 0 to maxFragments-1
	final  bool
	data   []byte // a part of the payload that was parsed
}

const (
	fragmentHeader = 10
	finalBit       = 1 << 15
	maxFragments   = 1 << 15
)

var errShortFragment = errors.New("fragment is too short")

func (f fragment) append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint64(dst, f.id)
	number := uint16(f.number)
	if f.final {
		number |= finalBit
	}
	dst = binary.BigEndian.AppendUint16(dst, number)
	return append(dst, f.data...)
}

func parseFragment(b []byte) (fragment, error) {
	if len(b) < fragmentHeader {
		return fragment{}, errShortFragment
	}
	number := binary.BigEndian.Uint16(b[8:])
	return fragment{
		id:     binary.BigEndian.Uint64(b),
		number: int(number &^ finalBit),
		final:  number&finalBit != 0,
		data:   b[fragmentHeader:],
	}, nil
}
