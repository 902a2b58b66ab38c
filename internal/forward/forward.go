package forward

import (
	"context"
	"fmt"
	"net"
	"slices"

	"gm/wire/stream"
)

// State is that of a Forward.
type State int

// The states of a Forward.
const (
	Pending State = iota // the server has not answered
	Listening
	Failed
	Cancelled
)

func (s State) String() string { return [...]string{"pending", "listening", "failed", "cancelled"}[s] }

// Forward is a listener of the client: at this host, or at the server.
type Forward struct {
	Spec  Spec
	State State
	Port  int    // that is listened on; 0 of Unix sockets
	Text  string // that it has failed, in OpenSSH's words
	// Reason is why, in the words of the server.
	Reason string
	// Answer is the line with which the server has confirmed the listener.
	Answer string

	mux       *Mux
	purpose   string // "agent" or "x11" of a listener without a Spec
	listeners []net.Listener
	listen    *stream.Stream // of a listener at the server
	line      []byte         // its answer so far
	open      func(context.Context) (Endpoint, error)
}

var errTooMany = fmt.Errorf("more than %d forwards", maxListens)

func (f *Forward) over() bool { return f.State == Failed || f.State == Cancelled }

// Cancel ends a forward. Its connections stay.
func (f *Forward) Cancel() {
	if f.over() {
		return
	}
	f.State = Cancelled
	f.close()
	f.mux.cfg.Changed(f)
	f.mux.wake()
}

func (f *Forward) close() {
	for _, l := range f.listeners {
		l.Close()
	}
	if f.listen != nil {
		f.listen.Reset(CodeCancelled, "")
	}
}

// Cancel ends the forwards of a kind that listen at an address, and reports whether there is
// one: -KL, -KR and -KD of ssh's command line.
func (m *Mux) Cancel(kind SpecKind, listen Spec) bool {
	found := false
	for _, f := range m.forwards {
		if !f.over() && f.purpose == "" && f.Spec.Kind == kind && f.Spec.sameListener(listen) {
			f.Cancel()
			found = true
		}
	}
	return found
}

// Forwards returns the forwards, in the order in which they were asked for.
func (m *Mux) Forwards() []*Forward {
	return slices.DeleteFunc(slices.Clone(m.forwards), (*Forward).over)
}
