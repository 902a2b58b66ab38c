package server

// outputBuffer is how many bytes of output wait while the loop is busy. When
// they are full the pty is not read: the program waits.
const outputBuffer = 64 << 10

// outbox is between the pty reader, which only puts, and the loop, which only
// takes. Two buffers go around: one waits or is being parsed, the other is
// being filled.
type outbox struct {
	full chan []byte
	free chan []byte
}

func newOutbox() *outbox {
	o := &outbox{full: make(chan []byte, 1), free: make(chan []byte, 2)}
	o.free <- make([]byte, 0, outputBuffer)
	o.free <- make([]byte, 0, outputBuffer)
	return o
}

// put copies p behind what waits; it blocks while there is no room, until quit
// is closed.
func (o *outbox) put(p []byte, quit <-chan struct{}) {
	for len(p) > 0 {
		b := o.room(quit)
		n := min(len(p), cap(b)-len(b))
		select {
		case o.full <- append(b, p[:n]...):
		case <-quit:
			return
		}
		p = p[n:]
	}
}

// room gives a buffer that is not full: the one that waits, taken back, or a
// free one; nil if quit was closed.
func (o *outbox) room(quit <-chan struct{}) []byte {
	select {
	case b := <-o.full:
		if len(b) < cap(b) {
			return b
		}
		o.full <- b
	default:
	}
	select {
	case b := <-o.free:
		return b
	case <-quit:
		return nil
	}
}

// done gives a buffer back that was taken from full.
func (o *outbox) done(b []byte) { o.free <- b[:0] }
