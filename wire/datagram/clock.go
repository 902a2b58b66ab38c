package datagram

import "time"

// timestamp is a time as datagrams carry it: milliseconds since the start of
// the connection, modulo 65536.
type timestamp uint16

const (
	// noTimestamp marks an absent timestamp. A clock that reads it sends 0
	// instead.
	noTimestamp timestamp = 1<<16 - 1

	// replyTimeout is how long after its arrival a timestamp is replied to.
	replyTimeout = 1000 * time.Millisecond

	// congestionPenalty is added to the round trip time that the sender of a
	// datagram with the ECN mark CE measures, which slows the sender down.
	congestionPenalty = 500 // ms
)

// clock converts times to timestamps. It uses only differences from start, so
// that setting the host's clock does not move it.
type clock struct{ start time.Time }

func (c clock) timestamp(now time.Time) timestamp {
	if t := timestamp(now.Sub(c.start).Milliseconds()); t != noTimestamp {
		return t
	}
	return 0
}

// timestampReply holds the peer's newest timestamp until it is sent back, which
// happens at most once. The zero timestampReply holds none.
type timestampReply struct {
	timestamp timestamp
	arrived   time.Time
	pending   bool
}

func (r *timestampReply) put(now time.Time, t timestamp, congested bool) {
	if t == noTimestamp {
		return
	}
	if congested {
		t -= congestionPenalty
	}
	*r = timestampReply{timestamp: t, arrived: now, pending: true}
}

// take returns the timestamp advanced by the time since its arrival, so that
// the peer measures the network only. It returns noTimestamp if none is pending
// or the pending one is older than replyTimeout.
func (r *timestampReply) take(now time.Time) timestamp {
	held := now.Sub(r.arrived)
	if !r.pending || held >= replyTimeout {
		return noTimestamp
	}
	r.pending = false
	return r.timestamp + timestamp(held.Milliseconds())
}
