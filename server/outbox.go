//go:build unix

package server

// outputBuffer is how much of the program's output is read and handed over at
// once, in bytes.
const outputBuffer = 64 << 10

// outbox is between the pty reader, which fills buffers, and the loop, which
// empties them. Three go around: one is being filled, one waits, one is being
// parsed. When none is free the pty is not read: the program waits.
type outbox struct {
	full chan output
	free chan []byte
}

// output is what the program has written. interrupts is how many interrupts it had
// been given by then.
type output struct {
	data       []byte
	interrupts uint32
}

func newOutbox() *outbox {
	o := &outbox{full: make(chan output, 1), free: make(chan []byte, 3)}
	for range cap(o.free) {
		o.free <- make([]byte, outputBuffer)
	}
	return o
}

// room gives a buffer to fill; nil if quit was closed.
func (o *outbox) room(quit <-chan struct{}) []byte {
	select {
	case b := <-o.free:
		return b
	case <-quit:
		return nil
	}
}

// put hands over what is in a buffer; it blocks while another one waits, until
// quit is closed.
func (o *outbox) put(b output, quit <-chan struct{}) {
	select {
	case o.full <- b:
	case <-quit:
	}
}

// done gives a buffer back that was taken from full.
func (o *outbox) done(b output) { o.free <- b.data[:outputBuffer] }
