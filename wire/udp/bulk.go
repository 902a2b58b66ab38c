package udp

// bulkAfter is the number of long datagrams in a row after which a socket receives several
// at once, and longDatagram the size of a long one.
const (
	bulkAfter    = 32
	longDatagram = 1000
)

// bulkSize is the size of the longest UDP payload, rounded up, and bulkQueue the size that a
// socket's receive buffer is enlarged to, as far as the system allows: a window of 100 Mbit/s
// and 0.1 s, with the system's own bytes.
const (
	bulkSize  = 64 << 10
	bulkQueue = 4 << 20
)

// bulkReader splits what the system has received as one: datagrams of a size, but for the
// last, that have come from one address after each other. The zero bulkReader counts the long
// datagrams of a socket that receives one at a time.
type bulkReader struct {
	long   int    // datagrams in a row
	data   []byte // nil until start
	packet Packet // what is left of the datagrams
	size   int    // of each of them
}

func (b *bulkReader) on() bool { return b.data != nil }

func (b *bulkReader) start() { b.data = make([]byte, bulkSize) }

// buffer returns the buffer to receive into, instead of buf.
func (b *bulkReader) buffer(buf []byte) []byte {
	if b.on() {
		return b.data
	}
	return buf
}

// noteRead records the length of a datagram. It reports whether it is the last of so many long
// ones that the socket should receive several at once.
func (b *bulkReader) noteRead(n int) bool {
	if b.long++; n < longDatagram {
		b.long = 0
	}
	return b.long == bulkAfter
}

// put records datagrams that were received as one. size is that of each of them; 0 if there is
// only one.
func (b *bulkReader) put(p Packet, size int) {
	if size <= 0 {
		size = max(len(p.Data), 1)
	}
	b.packet, b.size = p, size
}

// next copies the next datagram that was received with others to buf. It is truncated if it
// does not fit. ok is false if there is none.
func (b *bulkReader) next(buf []byte) (p Packet, ok bool) {
	if b.size == 0 {
		return Packet{}, false
	}
	p = b.packet
	n := min(b.size, len(p.Data))
	p.Data = buf[:copy(buf, p.Data[:n])]
	if b.packet.Data = b.packet.Data[n:]; len(b.packet.Data) == 0 {
		b.packet, b.size = Packet{}, 0
	}
	return p, true
}
