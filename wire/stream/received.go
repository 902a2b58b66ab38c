package stream

import (
	"slices"
	"time"
)

const (
	// ackAfter is how long an acknowledgement waits for more packets.
	ackAfter = 5 * time.Millisecond
	// ackEvery is the number of packets that are acknowledged at once.
	ackEvery = 8
)

// received is the packets that have arrived, and when they are to be acknowledged.
type received struct {
	ranges   []packetRange // in descending order
	newest   time.Time     // arrival of the largest
	pending  int           // packets to be acknowledged
	due      time.Time     // when they are; zero if none is
	acked    time.Time     // when an acknowledgement was sent
	repeated bool          // the acknowledgement was sent again, in silence
	urgent   bool          // the peer wants to know of this packet at once
}

// add records a packet, and reports whether it is new.
func (r *received) add(now time.Time, number uint64, elicits bool) bool {
	urgent := r.urgent
	r.urgent = false
	at, known := r.find(number)
	if known || len(r.ranges) == maxAckRanges && at == len(r.ranges) {
		return false
	}
	ordered := at == 0 && (len(r.ranges) == 0 || number == r.ranges[0].last+1)
	r.insert(at, number)
	if at == 0 && r.ranges[0].last == number {
		r.newest = now
	}
	if !elicits {
		return true
	}
	if r.pending++; r.pending >= ackEvery || !ordered || urgent {
		r.due = now
	} else if r.due.IsZero() {
		r.due = now.Add(ackAfter)
	}
	return true
}

// find returns the first range that is not above number, and reports whether it has number.
func (r *received) find(number uint64) (at int, known bool) {
	at, _ = slices.BinarySearchFunc(r.ranges, number, func(p packetRange, n uint64) int {
		if p.first > n {
			return -1
		}
		return 1
	})
	return at, at < len(r.ranges) && r.ranges[at].last >= number
}

func (r *received) insert(at int, number uint64) {
	below := at < len(r.ranges) && r.ranges[at].last+1 == number
	above := at > 0 && r.ranges[at-1].first == number+1
	switch {
	case below && above:
		r.ranges[at-1].first = r.ranges[at].first
		r.ranges = slices.Delete(r.ranges, at, at+1)
	case below:
		r.ranges[at].last = number
	case above:
		r.ranges[at-1].first = number
	default:
		r.ranges = slices.Insert(r.ranges, at, packetRange{number, number})
		r.ranges = r.ranges[:min(len(r.ranges), maxAckRanges)]
	}
}

// ack returns the acknowledgement of all packets.
func (r *received) ack(now time.Time) frame {
	r.pending, r.due, r.acked = 0, time.Time{}, now
	return frame{kind: frameAck, acked: r.ranges, delay: min(max(now.Sub(r.newest), 0), maxAckDelay)}
}
