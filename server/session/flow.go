package session

import "gm/wire/state"

// flow limits the input that a client may send (extension "flow") to
// state.InputWindow beyond the input that the program's terminal has taken. The limit
// moves in steps of a quarter of the window, so that ordinary typing costs nothing.
type flow struct {
	on     bool
	credit uint64 // position in the user's stream
}

func newFlow(on bool) flow {
	if !on {
		return flow{}
	}
	return flow{true, state.InputWindow}
}

// update moves the credit for a user's stream that ends at position end, of which
// waiting bytes are still queued. It reports whether the credit has changed.
func (f *flow) update(end uint64, waiting int) bool {
	next := end + state.InputWindow - min(uint64(waiting), state.InputWindow)
	if !f.on || next < f.credit+state.InputWindow/4 {
		return false
	}
	f.credit = next
	return true
}
