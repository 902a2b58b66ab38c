package simnet

import "time"

// flyer is a datagram on its way.
type flyer struct {
	arrives  time.Time
	order    uint64 // of sending, between equal arrivals
	datagram []byte
}

// flight is a heap of datagrams, the first to arrive on top (container/heap).
type flight []flyer

func (f flight) Len() int { return len(f) }

func (f flight) Less(i, j int) bool {
	if f[i].arrives.Equal(f[j].arrives) {
		return f[i].order < f[j].order
	}
	return f[i].arrives.Before(f[j].arrives)
}

func (f flight) Swap(i, j int) { f[i], f[j] = f[j], f[i] }

func (f *flight) Push(x any) { *f = append(*f, x.(flyer)) }

func (f *flight) Pop() any {
	last := len(*f) - 1
	x := (*f)[last]
	(*f)[last] = flyer{}
	*f = (*f)[:last]
	return x
}
