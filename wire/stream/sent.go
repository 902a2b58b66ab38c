package stream

import (
	"sort"
	"time"
)

// sentPacket is a packet that was sent and has frames that the peer acknowledges.
type sentPacket struct {
	number uint64
	at     time.Time
	size   int
	sample sample

	state     sentState
	took      time.Duration // the round trip of those acknowledged with it
	skip      uint64        // index to which all packets from this one on are acknowledged; 0 is unknown
	firstPart uint64
	parts     int
}

type sentState uint8

const (
	inFlight sentState = iota
	acknowledged
	overdue // its frames are sent again, as later packets were acknowledged long ago
	probed  // its frames are sent again, as nothing was acknowledged
)

// part is a frame of a sent packet, in which nothing is kept that the stream has.
type part struct {
	kind frameKind
	id   uint64
	data span
}

// maxSent bounds the packets of a sentQueue.
const maxSent = 16 << 10

// sentQueue is the packets that were sent, in the order of their numbers. Both rings have
// lengths that are powers of two; an index counts from the first packet or part ever.
type sentQueue struct {
	packets    []sentPacket
	head, tail uint64
	live       uint64 // the first packet in flight
	bytes      int    // in flight

	parts              []part
	partHead, partTail uint64
}

func (q *sentQueue) at(i uint64) *sentPacket { return &q.packets[i&uint64(len(q.packets)-1)] }

func (q *sentQueue) len() int { return int(q.tail - q.head) }

func (q *sentQueue) push(p sentPacket, parts []part) {
	q.packets = grow(q.packets, q.head, q.tail, 1)
	q.parts = grow(q.parts, q.partHead, q.partTail, len(parts))
	p.firstPart, p.parts = q.partTail, len(parts)
	for _, f := range parts {
		q.parts[q.partTail&uint64(len(q.parts)-1)] = f
		q.partTail++
	}
	*q.at(q.tail) = p
	q.tail++
	q.bytes += p.size
}

// grow returns ring with room for n more elements.
func grow[T any](ring []T, head, tail uint64, n int) []T {
	size := max(len(ring), 16)
	for size < int(tail-head)+n {
		size *= 2
	}
	if size == len(ring) {
		return ring
	}
	larger := make([]T, size)
	for i := head; i < tail; i++ {
		larger[i&uint64(size-1)] = ring[i&uint64(len(ring)-1)]
	}
	return larger
}

// partsOf calls f for each frame of p.
func (q *sentQueue) partsOf(p *sentPacket, f func(part)) {
	for i := range uint64(p.parts) {
		f(q.parts[(p.firstPart+i)&uint64(len(q.parts)-1)])
	}
}

// search returns the index of the first packet whose number is at least number.
func (q *sentQueue) search(number uint64) uint64 {
	if q.head == q.tail || number <= q.at(q.head).number {
		return q.head
	}
	if guess := q.head + number - q.at(q.head).number; guess < q.tail && q.at(guess).number == number {
		return guess
	}
	return q.head + uint64(sort.Search(q.len(), func(i int) bool {
		return q.at(q.head+uint64(i)).number >= number
	}))
}

// oldest returns the first packet in flight; nil if there is none.
func (q *sentQueue) oldest() *sentPacket {
	for q.live < q.tail && q.at(q.live).state != inFlight {
		q.live++
	}
	if q.live == q.tail {
		return nil
	}
	return q.at(q.live)
}

// tookNext returns the round trip of the first packet after i that was acknowledged; 0 if it
// is not known.
func (q *sentQueue) tookNext(i uint64) time.Duration {
	for i++; i < q.tail; i++ {
		if p := q.at(i); p.state == acknowledged {
			return p.took
		}
	}
	return 0
}

// settle records that a packet was acknowledged or lost.
func (q *sentQueue) settle(p *sentPacket, state sentState) {
	if p.state == inFlight {
		q.bytes -= p.size
	}
	p.state = state
}

// prune removes acknowledged packets, and lost ones that were sent before a time, from the
// head.
func (q *sentQueue) prune(before time.Time) {
	for q.head < q.tail {
		p := q.at(q.head)
		if p.state == inFlight || p.state != acknowledged && !p.at.Before(before) {
			return
		}
		q.head++
		q.partHead = p.firstPart + uint64(p.parts)
		q.live = max(q.live, q.head)
	}
}
