package wire

import "errors"

// maxPacked is the largest instruction, packed or not: the size of a stock
// peer's buffers.
const maxPacked = 2048 * 2048

var errTooManyBytes = errors.New("fragments hold more than an instruction may")

// reassembly puts one instruction together again from its fragments, in whatever
// order they come. The zero reassembly is ready.
//
// It holds at most maxPacked bytes twice and a span for each of maxFragments.
type reassembly struct {
	id      uint64
	spans   []span // by fragment number
	arrived int
	total   int    // 0 until the final fragment came
	buf     []byte // data in the order of arrival
	whole   []byte
}

// span is where the data of one fragment lies in the buffer.
type span struct {
	from, to int
	filled   bool
}

// add takes a fragment. When it was the last one missing, the whole is given,
// valid until the next call. A fragment of another instruction drops what was
// gathered of the one before.
func (r *reassembly) add(f fragment) (packed []byte, ok bool, err error) {
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

// fits says that the fragment is new and agrees with those before it.
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

// join gives the data in the order of the fragments and begins anew.
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
