package stream

import "time"

// sentPacket is a packet that was sent and is neither acknowledged nor lost.
type sentPacket struct {
	number  uint64
	at      time.Time
	size    int
	elicits bool // it has frames that the peer acknowledges
	sample  sample
	parts   []part
}

// part is a frame of a sent packet, in which nothing is kept that the stream has.
type part struct {
	kind frameKind
	id   uint64
	data span
}

// sentQueue is the packets on their way, in the order of their numbers.
type sentQueue struct {
	packets []sentPacket // some of them are empty: acknowledged or lost
	head    int
	bytes   int // on their way
}

func (q *sentQueue) push(p sentPacket) {
	if q.head > 64 && q.head > len(q.packets)/2 {
		n := copy(q.packets, q.packets[q.head:])
		clear(q.packets[n:])
		q.packets, q.head = q.packets[:n], 0
	}
	q.packets = append(q.packets, p)
	q.bytes += p.size
}

// find returns the packet with a number; nil if it is not on its way.
func (q *sentQueue) find(number uint64) *sentPacket {
	if q.head == len(q.packets) || number < q.packets[q.head].number {
		return nil
	}
	i := q.head + int(number-q.packets[q.head].number)
	if i >= len(q.packets) || q.packets[i].at.IsZero() {
		return nil
	}
	return &q.packets[i]
}

// remove removes a packet that find has returned.
func (q *sentQueue) remove(p *sentPacket) {
	q.bytes -= p.size
	number := p.number
	*p = sentPacket{number: number}
	for q.head < len(q.packets) && q.packets[q.head].at.IsZero() {
		q.head++
	}
}

// oldest returns the first packet on its way; nil if there is none.
func (q *sentQueue) oldest() *sentPacket {
	if q.head == len(q.packets) {
		return nil
	}
	return &q.packets[q.head]
}
