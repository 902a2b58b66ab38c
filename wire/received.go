package wire

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

const (
	// maxReceived is how many states of the peer are held.
	maxReceived = 1024

	// maxReceivedSize is how many bytes of memory they hold together, but for the
	// newest: a peer must not fill this host's memory with states.
	maxReceivedSize = 256 << 20

	// quenchFor is how long none is taken after that.
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

// receiver is the states received from the peer that it may still make diffs
// from, in the order of their numbers; never empty (mosh-protocol, section 6).
type receiver[R Object[R]] struct {
	states    []receivedState[R]
	quenching time.Time    // until then no state is taken
	accept    func(R) bool // Config.Accept
}

func newReceiver[R Object[R]](blank R) receiver[R] {
	return receiver[R]{states: []receivedState[R]{{state: blank}}}
}

func (r *receiver[R]) newest() receivedState[R] { return r.states[len(r.states)-1] }

// apply takes an instruction and says whether it made a newer state than all
// before. What was applied before, or can not be, changes nothing: that makes
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
	// It may be made of a state that was forgotten just now.
	state = state.Subtract(r.states[0].state)
	at, _ := r.find(in.newNum)
	r.states = slices.Insert(r.states, at, receivedState[R]{in.newNum, state})
	return at == len(r.states)-1, nil
}

// find gives the place of a state in the list, or the one where it belongs.
func (r *receiver[R]) find(num uint64) (at int, held bool) {
	return slices.BinarySearchFunc(r.states, num, func(s receivedState[R], num uint64) int {
		return cmp.Compare(s.num, num)
	})
}

// forget drops the states below num, but never the newest, and what the oldest
// that stays has in common with the others.
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

// quenched says that no state is taken for now. A full list takes one state in
// quenchFor, in place of the one in its middle.
func (r *receiver[R]) quenched(now time.Time) bool {
	if len(r.states) < maxReceived && r.size() < maxReceivedSize {
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

// size returns about how many bytes of memory the states hold, the newest left
// out.
func (r *receiver[R]) size() (sum int) {
	var before R
	for _, s := range r.states[:len(r.states)-1] {
		sum += s.state.MemSize(before)
		before = s.state
	}
	return sum
}
