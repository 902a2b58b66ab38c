package wire

import (
	"bytes"
	"errors"
)

// ErrTooLarge says that a change does not fit an instruction.
var ErrTooLarge = errors.New("change is too large to be sent")

// fragmenter makes fragments of instructions. The zero fragmenter needs an mtu.
type fragmenter struct {
	mtu      int // bytes of UDP payload
	id       uint64
	plain    []byte // the instruction packed last, without chaff
	previous []byte
	packed   []byte
	packedAt int // the mtu then; 0 if nothing is packed
	deflater deflater
}

// pack prepares an instruction for fragments. One that is the same as the one
// before is not packed again and keeps its id, so that the fragments of both
// complete each other.
func (f *fragmenter) pack(in *instruction) error {
	f.plain, f.previous = in.append(recycle(f.previous)), f.plain
	if f.mtu == f.packedAt && bytes.Equal(f.plain, f.previous) {
		return nil
	}
	f.id++
	f.packedAt = 0
	bare := len(f.plain)
	f.plain = appendChaff(f.plain)
	if len(f.plain) > maxPacked {
		return ErrTooLarge
	}
	if f.packed = f.deflater.pack(f.plain); len(f.packed) > maxPacked {
		return ErrTooLarge
	}
	f.plain, f.packedAt = f.plain[:bare], f.mtu
	return nil
}

// datagrams is how many fragments there are.
func (f *fragmenter) datagrams() int {
	size := f.mtu - fragmentOverhead
	return max(1, (len(f.packed)+size-1)/size)
}

// fragments calls send with each fragment.
func (f *fragmenter) fragments(send func(fragment) error) error {
	rest, size := f.packed, f.mtu-fragmentOverhead
	for number := 0; ; number++ {
		n := min(len(rest), size)
		f := fragment{f.id, number, n == len(rest), rest[:n]}
		if err := send(f); err != nil || f.final {
			return err
		}
		rest = rest[n:]
	}
}
