package wire

import "errors"

// maxPacked is the largest instruction, packed or not: the size of a stock
// peer's buffers.
const maxPacked = 2048 * 2048

var errTooManyBytes = errors.New("fragments hold more than an instruction may")

// assembly puts one instruction together again from its fragments, in whatever
// order they come. The zero assembly is ready.
//
// It holds at most maxPacked bytes twice and a span for each of maxFragments.
type assembly struct {
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
	here     bool
}

// add takes a fragment. When it was the last one missing, the whole is given,
// valid until the next call. A fragment of another instruction drops what was
// gathered of the one before.
func (a *assembly) add(f fragment) (packed []byte, ok bool, err error) {
	if f.id != a.id {
		a.drop()
		a.id = f.id
	}
	if f.final && f.number == 0 {
		a.drop()
		return f.data, true, nil
	}
	if !a.fits(f) {
		return nil, false, nil
	}
	if len(a.buf)+len(f.data) > maxPacked {
		a.drop()
		return nil, false, errTooManyBytes
	}
	a.put(f)
	if a.arrived != a.total {
		return nil, false, nil
	}
	return a.join(), true, nil
}

// fits says that the fragment is new and agrees with those before it.
func (a *assembly) fits(f fragment) bool {
	switch {
	case a.total > 0 && (f.final || f.number >= a.total):
		return false
	case f.final && f.number < len(a.spans):
		return false
	}
	return f.number >= len(a.spans) || !a.spans[f.number].here
}

func (a *assembly) put(f fragment) {
	for len(a.spans) <= f.number {
		a.spans = append(a.spans, span{})
	}
	from := len(a.buf)
	a.buf = append(a.buf, f.data...)
	a.spans[f.number] = span{from, len(a.buf), true}
	a.arrived++
	if f.final {
		a.total = f.number + 1
	}
}

// join gives the data in the order of the fragments and begins anew.
func (a *assembly) join() []byte {
	a.whole = recycle(a.whole)
	for _, s := range a.spans {
		a.whole = append(a.whole, a.buf[s.from:s.to]...)
	}
	a.drop()
	return a.whole
}

func (a *assembly) drop() {
	*a = assembly{id: a.id, spans: recycle(a.spans), buf: recycle(a.buf), whole: a.whole}
}
