package simnet

import "time"

type inFlightDatagram struct {
	arrives  time.Time
	order    uint64 // of sending, decides between equal arrivals
	datagram []byte
}

// inFlight is a heap (container/heap) of the datagrams on their way, the next to
// arrive on top.
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
