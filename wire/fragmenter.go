package wire

import (
	"bytes"
	"errors"
)

// ErrTooLarge means that a change does not fit an instruction.
var ErrTooLarge = errors.New("change is too large to be sent")

// fragmenter cuts instructions into fragments. The zero fragmenter is ready.
type fragmenter struct {
	id       uint64
	plain    []byte // the instruction packed last, without chaff
	previous []byte
	packed   []byte
	size     int // bytes of packed in each fragment; 0 if nothing is packed
	deflater deflater
}

// pack prepares the fragments of an instruction for datagrams of payload bytes.
// An instruction that equals the one before is not packed again and keeps its id,
// so that the fragments of both complete each other.
func (f *fragmenter) pack(in *instruction, payload int) error {
	size := payload - fragmentHeader
	f.plain, f.previous = in.append(recycle(f.previous)), f.plain
	if size == f.size && bytes.Equal(f.plain, f.previous) {
		return nil
	}
	f.id++
	f.size = 0
	bare := len(f.plain)
	f.plain = appendChaff(f.plain)
	if len(f.plain) > maxPacked {
		return ErrTooLarge
	}
	if f.packed = f.deflater.pack(f.plain); len(f.packed) > maxPacked {
		return ErrTooLarge
	}
	f.plain, f.size = f.plain[:bare], size
	return nil
}

func (f *fragmenter) count() int { return max(1, (len(f.packed)+f.size-1)/f.size) }

func (f *fragmenter) fragments(send func(fragment) error) error {
	rest := f.packed
	for number := 0; ; number++ {
		n := min(len(rest), f.size)
		piece := fragment{f.id, number, n == len(rest), rest[:n]}
		if err := send(piece); err != nil || piece.final {
			return err
		}
		rest = rest[n:]
	}
}
