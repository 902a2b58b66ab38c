package server

import "bytes"

// inputLimit is how many bytes of input wait for a program that does not read.
// Input beyond it is lost, as it is on a terminal line, with one exception: see
// [batch.add].
const inputLimit = 256 << 10

// interrupts are the characters that a terminal makes signals of in its
// initial state: INTR, QUIT and SUSP.
const interrupts = "\x03\x1c\x1a"

// batch is input on its way to the program. num is the state of the user's
// input that it completes, 0 if none. flushes reports, once it is about to be
// written, whether it has an interrupt that throws away output.
type batch struct {
	num     uint64
	keys    []byte
	flushes bool
}

// none says that there is no input.
func (b *batch) none() bool { return b.num == 0 && len(b.keys) == 0 }

// add puts keys behind what waits. If the limit does not allow it and the new
// keys hold an interrupt, the user wants out of what the waiting ones would do:
// those and all before the interrupt are dropped. Else the new ones are cut.
func (b *batch) add(num uint64, keys []byte) {
	b.num = max(b.num, num)
	if len(b.keys)+len(keys) > inputLimit {
		if i := bytes.LastIndexAny(keys, interrupts); i >= 0 {
			b.keys, keys = b.keys[:0], keys[i:]
		}
	}
	b.keys = append(b.keys, keys[:min(len(keys), inputLimit-len(b.keys))]...)
}

// inputQueue is between the loop, which only puts, and the pty writer, which
// only takes. It holds at most one batch: what is put while one waits joins it.
type inputQueue chan batch

func newInputQueue() inputQueue { return make(inputQueue, 1) }

// put never blocks: after taking what waits there is room for it.
func (q inputQueue) put(num uint64, keys []byte) {
	var b batch
	select {
	case b = <-q:
	default:
	}
	b.add(num, keys)
	q <- b
}
