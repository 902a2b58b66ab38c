package wire

import (
	"bytes"
	"errors"
)

// ErrTooLarge says that a change does not fit an instruction.
var ErrTooLarge = errors.New("change is too large to be sent")

// outbox makes fragments of instructions. The zero outbox needs an mtu.
type outbox struct {
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
func (o *outbox) pack(in *instruction) error {
	o.plain, o.previous = in.append(recycle(o.previous)), o.plain
	if o.mtu == o.packedAt && bytes.Equal(o.plain, o.previous) {
		return nil
	}
	o.id++
	o.packedAt = 0
	bare := len(o.plain)
	o.plain = appendChaff(o.plain)
	if len(o.plain) > maxPacked {
		return ErrTooLarge
	}
	if o.packed = o.deflater.pack(o.plain); len(o.packed) > maxPacked {
		return ErrTooLarge
	}
	o.plain, o.packedAt = o.plain[:bare], o.mtu
	return nil
}

// datagrams is how many fragments there are.
func (o *outbox) datagrams() int {
	size := o.mtu - fragmentOverhead
	return max(1, (len(o.packed)+size-1)/size)
}

// fragments calls send with each fragment.
func (o *outbox) fragments(send func(fragment) error) error {
	rest, size := o.packed, o.mtu-fragmentOverhead
	for number := 0; ; number++ {
		n := min(len(rest), size)
		f := fragment{o.id, number, n == len(rest), rest[:n]}
		if err := send(f); err != nil || f.final {
			return err
		}
		rest = rest[n:]
	}
}
