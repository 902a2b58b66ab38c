package route

import "gm/wire/datagram"

// Decision is the work for the caller of Chooser.Decide. Its slices are valid until the
// next call.
type Decision struct {
	// Open and Close are UDP paths whose sockets are to be opened and closed. No path is
	// in both. They come before the route and the probes, which use open paths alone.
	Open, Close []datagram.Path

	// Preferred is the path to send on, the zero Path if there is none. Copies are the
	// paths that everything is sent on as well. Rerouted reports whether either has
	// changed since the last decision.
	Preferred datagram.Path
	Copies    []datagram.Path
	Rerouted  bool

	// Probes are to be queued, in this order.
	Probes []Probe

	// CloseSSH is set once, when the pipe is no longer needed. The Chooser has forgotten
	// the pipe then, and PipeClosed need not be called.
	CloseSSH bool

	// Login is set once for each login to be started. Its end is reported by SetPipe or
	// LoginFailed.
	Login Login

	// Resolve is set once when the host's name is to be resolved again, and NAT64
	// addresses to be synthesized. The result is reported by SetCandidates.
	Resolve bool

	// Notice is set once for each message to the user.
	Notice Notice
}

// Probe is a datagram that the peer answers on the same path with one of the same
// size.
type Probe struct {
	Path datagram.Path
	Size int // bytes of UDP payload; 0 is the smallest
}

// Login is a way to log in again.
type Login uint8

const (
	NoLogin          Login = iota
	LoginSilent            // in the background, without questions
	LoginInteractive       // the user has asked for it and answers questions
)

// Notice is a message to the user.
type Notice uint8

const (
	NoNotice       Notice = iota
	NoticeSSH             // the session is on SSH for the first time; Explanation.Reason is the cause
	NoticeAskLogin        // nothing answers, and a login needs the user: Ctrl-^ r
)
