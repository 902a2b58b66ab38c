//go:build unix

package server

// outputBuffer is the size of a buffer of the program's output, in bytes.
const outputBuffer = 64 << 10

// outputQueue passes buffers from the pty reader, which fills them, to the loop, which
// parses them. There are three: one is being filled, one waits, one is being parsed.
// While none is free the pty is not read, and the program blocks.
type outputQueue struct {
	full chan output // closed when the output has ended
	free chan []byte
}

// output is output of the program. interrupts is how many interrupts the server had begun
// to write when it had read the output: with fewer than n, all of it was written before
// interrupt n.
type output struct {
	data       []byte
	interrupts uint64
}

func newOutputQueue() *outputQueue {
	q := &outputQueue{full: make(chan output, 1), free: make(chan []byte, 3)}
	for range cap(q.free) {
		q.free <- make([]byte, outputBuffer)
	}
	return q
}

func (q *outputQueue) acquire(quit <-chan struct{}) []byte {
	select {
	case b := <-q.free:
		return b
	case <-quit:
		return nil
	}
}

func (q *outputQueue) push(o output, quit <-chan struct{}) {
	select {
	case q.full <- o:
	case <-quit:
	}
}

func (q *outputQueue) release(o output) { q.free <- o.data[:outputBuffer] }
