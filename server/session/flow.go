package session

import "gm/wire/state"

// flow is how far the client may send input (extension "flow"): up to
// state.InputWindow more than the program's terminal has taken. It moves in steps
// of a quarter of that, so that ordinary typing costs nothing.
type flow struct {
	on     bool
	credit uint64 // place in the user's stream
}

func newFlow(on bool) flow {
	if !on {
		return flow{}
	}
	return flow{true, state.InputWindow}
}

// update moves the credit, when the user's stream has come up to the place end and
// so many bytes of it wait. It reports whether the client is to be told.
func (f *flow) update(end uint64, waiting int) bool {
	next := end + state.InputWindow - min(uint64(waiting), state.InputWindow)
	if !f.on || next < f.credit+state.InputWindow/4 {
		return false
	}
	f.credit = next
	return true
}
