package wire

import "errors"

// maxPacked is the largest instruction in bytes, packed or not: the size of a
// stock peer's buffers.
const maxPacked = 2048 * 2048

var errTooManyBytes = errors.New("fragments hold more than an instruction may")

// reassembly joins the fragments of one instruction, which arrive in any order.
// It holds at most maxPacked bytes twice and a span for each of maxFragments. The
// zero reassembly is ready.
type reassembly struct {
	id      uint64
	spans   []span // by fragment number
	arrived int
	total   int    // 0 until the final fragment arrived
	buf     []byte // data in the order of arrival
	whole   []byte
}

// span is where the data of a fragment is in the buffer.
type span struct {
	from, to int
	filled   bool
}

// add adds a fragment. If no other is missing, it returns the packed instruction,
// valid until the next call, and true. A fragment of another instruction drops
// the fragments of the one before.
func (r *reassembly) add(f fragment) (packed []byte, whole bool, err error) {
	if f.id != r.id {
		r.reset()
		r.id = f.id
	}
	if f.final && f.number == 0 {
		r.reset()
		return f.data, true, nil
	}
	if !r.accepts(f) {
		return nil, false, nil
	}
	if len(r.buf)+len(f.data) > maxPacked {
		r.reset()
		return nil, false, errTooManyBytes
	}
	r.store(f)
	if r.arrived != r.total {
		return nil, false, nil
	}
	return r.join(), true, nil
}

func (r *reassembly) accepts(f fragment) bool {
	switch {
	case r.total > 0 && (f.final || f.number >= r.total):
		return false
	case f.final && f.number < len(r.spans):
		return false
	}
	return f.number >= len(r.spans) || !r.spans[f.number].filled
}

func (r *reassembly) store(f fragment) {
	for len(r.spans) <= f.number {
		r.spans = append(r.spans, span{})
	}
	from := len(r.buf)
	r.buf = append(r.buf, f.data...)
	r.spans[f.number] = span{from, len(r.buf), true}
	r.arrived++
	if f.final {
		r.total = f.number + 1
	}
}

func (r *reassembly) join() []byte {
	r.whole = recycle(r.whole)
	for _, s := range r.spans {
		r.whole = append(r.whole, r.buf[s.from:s.to]...)
	}
	r.reset()
	return r.whole
}

func (r *reassembly) reset() {
	*r = reassembly{id: r.id, spans: recycle(r.spans), buf: recycle(r.buf), whole: r.whole}
}

// maxIdle is how many elements of a buffer are kept for its next use. The memory
// of a rare large instruction is freed.
const maxIdle = 64 << 10

// recycle empties a buffer, and drops its memory if that is more than maxIdle.
func recycle[T any](b []T) []T {
	if cap(b) > maxIdle {
		return nil
	}
	return b[:0]
}
