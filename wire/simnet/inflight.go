package simnet

import "time"

// inFlightDatagram is a datagram on its way.
type inFlightDatagram struct {
	arrives  time.Time
	order    uint64 // of sending, between equal arrivals
	datagram []byte
}

// inFlight is a heap of datagrams, the first to arrive on top (container/heap).
type inFlight []inFlightDatagram

func (f inFlight) Len() int { return len(f) }

func (f inFlight) Less(i, j int) bool {
	if f[i].arrives.Equal(f[j].arrives) {
		return f[i].order < f[j].order
	}
	return f[i].arrives.Before(f[j].arrives)
}

func (f inFlight) Swap(i, j int) { f[i], f[j] = f[j], f[i] }

func (f *inFlight) Push(x any) { *f = append(*f, x.(inFlightDatagram)) }

func (f *inFlight) Pop() any {
	last := len(*f) - 1
	x := (*f)[last]
	(*f)[last] = inFlightDatagram{}
	*f = (*f)[:last]
	return x
}
