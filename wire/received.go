package wire

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

const (
	// maxReceived is the maximum of states of the peer that are held.
	maxReceived = 1024

	// maxReceivedSize is the maximum of their memory in bytes, without the newest:
	// a peer must not fill this host's memory with states.
	maxReceivedSize = 256 << 20

	// quenchFor is how long no state is accepted when a maximum is reached.
	quenchFor = 15 * time.Second
)

var (
	errUnknownBase = errors.New("instruction applies to a state that is not held")
	errRefused     = errors.New("state is not accepted for now")
	errQuenched    = errors.New("peer has too many states unacknowledged")
)

// receivedState is one state of the peer.
type receivedState[R any] struct {
	num   uint64
	state R
}

// receiver holds the states received from the peer that it may still make diffs
// from, in the order of their numbers (protocol, section 6). It is never empty.
type receiver[R Object[R]] struct {
	states    []receivedState[R]
	quenching time.Time    // until when no state is accepted
	accept    func(R) bool // Config.Accept
}

func newReceiver[R Object[R]](blank R) receiver[R] {
	return receiver[R]{states: []receivedState[R]{{state: blank}}}
}

func (r *receiver[R]) newest() receivedState[R] { return r.states[len(r.states)-1] }

// apply applies an instruction and reports whether it made a state newer than all
// before. One that was applied before, or cannot be, changes nothing, which makes
// replay harmless.
func (r *receiver[R]) apply(now time.Time, in *instruction) (newer bool, err error) {
	if _, held := r.find(in.newNum); held {
		return false, nil
	}
	base, held := r.find(in.oldNum)
	if !held {
		return false, errUnknownBase
	}
	from := r.states[base].state
	r.forget(in.throwawayNum)
	if r.quenched(now) {
		return false, errQuenched
	}
	state, err := from.Apply(in.diff)
	if err != nil {
		return false, fmt.Errorf("apply a diff: %w", err)
	}
	if r.accept != nil && !r.accept(state) {
		return false, errRefused
	}
	// from may have been forgotten just now.
	state = state.Subtract(r.states[0].state)
	at, _ := r.find(in.newNum)
	r.states = slices.Insert(r.states, at, receivedState[R]{in.newNum, state})
	return at == len(r.states)-1, nil
}

func (r *receiver[R]) find(num uint64) (at int, held bool) {
	return slices.BinarySearchFunc(r.states, num, func(s receivedState[R], num uint64) int {
		return cmp.Compare(s.num, num)
	})
}

// forget drops the states below num, but never the newest. The oldest remaining
// state is subtracted from the others.
func (r *receiver[R]) forget(num uint64) {
	below, _ := r.find(num)
	if below = min(below, len(r.states)-1); below == 0 {
		return
	}
	r.states = slices.Delete(r.states, 0, below)
	oldest := r.states[0].state
	for i := range r.states {
		r.states[i].state = r.states[i].state.Subtract(oldest)
	}
}

// quenched reports whether no state is accepted for now. A full list accepts one
// state in quenchFor, in place of the one in its middle.
func (r *receiver[R]) quenched(now time.Time) bool {
	if len(r.states) < maxReceived && r.olderSize() < maxReceivedSize {
		return false
	}
	if now.Before(r.quenching) {
		return true
	}
	r.quenching = now.Add(quenchFor)
	if middle := len(r.states) / 2; middle < len(r.states)-1 {
		r.states = slices.Delete(r.states, middle, middle+1)
	}
	return false
}

func (r *receiver[R]) olderSize() (sum int) {
	var before R
	for _, s := range r.states[:len(r.states)-1] {
		sum += s.state.MemSize(before)
		before = s.state
	}
	return sum
}
