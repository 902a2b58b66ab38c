package session

import "time"

// Role is what a client may do in a session.
type Role uint8

const (
	// TakeOver detaches the other clients when the client connects.
	TakeOver Role = iota
	// Share leaves them where they are. All of them type.
	Share
	// ReadOnly only sees the screen: keys, sizes and the appearance of the client's
	// terminal have no effect.
	ReadOnly
)

// ReadOnly reports whether the client only sees the screen.
func (a *Attachment) ReadOnly() bool { return a.role == ReadOnly }

// SizePolicy decides the size of the screen if several clients are attached. Clients
// that are only to see it, and those that are silent, have no say.
type SizePolicy uint8

const (
	// SizeLatest is the size of the client that typed last.
	SizeLatest SizePolicy = iota
	// SizeSmallest is the least number of columns and of rows.
	SizeSmallest
	// SizeLargest is the greatest number of columns and of rows.
	SizeLargest
)

// leader returns the attachment whose client typed last, or connected first if none
// did; nil if none may type. Its size and its terminal are those of the session.
func (s *Session) leader() (leader *Attachment) {
	for _, a := range s.attachments {
		if a.decides() && (leader == nil || a.typed > leader.typed) {
			leader = a
		}
	}
	return leader
}

// decides reports whether the client has a say in the session's size.
func (a *Attachment) decides() bool { return a.phase == attached && a.role != ReadOnly }

func (s *Session) claim(now time.Time, a *Attachment) {
	before := s.leader()
	s.lastTyped++
	a.typed = s.lastTyped
	if s.leader() == before {
		return
	}
	resized := s.adoptTerminal(a)
	if resized {
		cols, rows := s.wantedSize()
		s.setSize(now, cols, rows)
	} else {
		s.updateSize(now)
	}
	s.notifyClient()
}

// wantedSize returns the size that the policy results in: the present one if no client has
// reported another.
func (s *Session) wantedSize() (cols, rows int) {
	if cols, rows, ok := s.policySize(); ok {
		return cols, rows
	}
	return s.size()
}

func (s *Session) policySize() (cols, rows int, ok bool) {
	if s.policy == SizeLatest {
		a := s.leader()
		if a == nil || a.cols == 0 {
			return 0, 0, false
		}
		return a.cols, a.rows, true
	}
	for _, a := range s.attachments {
		switch {
		case !a.decides() || !a.live || a.cols == 0:
		case !ok:
			cols, rows, ok = a.cols, a.rows, true
		case s.policy == SizeLargest:
			cols, rows = max(cols, a.cols), max(rows, a.rows)
		default:
			cols, rows = min(cols, a.cols), min(rows, a.rows)
		}
	}
	return cols, rows, ok
}
