package udp

import "gm/wire/datagram"

// manyQueued is the number of datagrams in a batch after which the next one begins with a datagram
// that waits.
const manyQueued = 8

// Limits of datagrams that are sent with one system call (udp(7), UDP_SEGMENT).
const (
	maxSegments = 64
	maxBatch    = 65535 - 48 // with the headers of IPv6 and UDP
)

// batch is datagrams that are sent together: on one path, and of one size but for the last.
type batch struct {
	path datagram.Path
	size int    // of each; 0 if no datagram was sent that others could follow
	data []byte // of those that wait
	n    int    // number of them
	sent int    // since the last Flush
}

// fits reports whether a datagram of that length may be sent on the path with the others, or
// after them.
func (b *batch) fits(path datagram.Path, length int) bool {
	return length > 0 && length <= b.size && path == b.path
}

// full reports whether a datagram of that length does not fit with the others.
func (b *batch) full(length int) bool {
	return b.n == maxSegments || len(b.data)+length > maxBatch || len(b.data) < b.n*b.size
}

func (b *batch) add(data []byte) {
	b.data = append(b.data, data...)
	b.n++
}

// Queue sends a datagram as [Conn.Write] does, but it may wait for Flush: it does if one of its
// size or a longer one has been sent on the path since the last Flush, or many were before it, and
// the system can send several at once. An error of a datagram that waits is that of Flush; the
// next one does not wait then.
func (c *Conn) Queue(data []byte, path datagram.Path) error {
	b := &c.batch
	if !b.fits(path, len(data)) {
		c.Flush() // a lost datagram is no reason to report this one
		err := c.Write(data, path)
		if err == nil && c.sender.canSegment() {
			b.path, b.size = path, len(data)
		}
		return err
	}
	var err error
	if b.full(len(data)) {
		err = c.sendBatch()
	}
	b.add(data)
	return err
}

// Flush sends the datagrams that wait.
func (c *Conn) Flush() error {
	err := c.sendBatch()
	if c.batch.sent < manyQueued || err != nil {
		c.batch.size = 0
	}
	c.batch.sent = 0
	return err
}

func (c *Conn) sendBatch() (err error) {
	b := &c.batch
	if b.n > 1 {
		err = c.sender.sendSegments(b.data, c.sourceOf(b.path), b.size, b.path.Remote, !c.local.Addr().Is4())
	}
	if b.n == 1 || err != nil {
		err = c.sendSingly(b)
	}
	b.sent += b.n
	b.data, b.n = b.data[:0], 0
	return err
}

// sendSingly returns the first error.
func (c *Conn) sendSingly(b *batch) (first error) {
	for rest := b.data; len(rest) > 0; {
		n := min(b.size, len(rest))
		if err := c.Write(rest[:n], b.path); err != nil && first == nil {
			first = err
		}
		rest = rest[n:]
	}
	return first
}
