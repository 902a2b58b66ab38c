package datagram

import (
	"net/netip"
	"slices"
	"time"
)

// maxPaths bounds the paths of a Conn. A new path replaces the one that was heard least
// recently.
const maxPaths = 8

// PathState holds a Conn's measurements of a path.
type PathState struct {
	SRTT, Variation time.Duration // of the round trip; 1 s and 0.5 s before the first sample
	RTO             time.Duration // after which an answer is late
	Measured        bool          // the path has samples of its own, not only another path's estimates
	Loss            float64       // share of datagrams lost, 0 to 1; 0 on a pipe
	Heard           time.Time     // arrival of the newest datagram; zero before the first
	Answered        time.Time     // arrival of the newest datagram that replied to a timestamp or a probe; zero before
	Size            int           // the largest datagram sent, in bytes of UDP payload

	Probes, Replies uint64         // probes sent, and replies received
	Largest         int            // the largest probe that came back at its full size, in bytes of UDP payload; 0 if none did
	Delivered       int            // the largest probe that the peer has received; 0 if none is known
	Observed        netip.AddrPort // address and port of this end as the peer sees it; invalid if unknown
}

// pathState is a Conn's state of one path.
type pathState struct {
	path     Path
	rtt      RTT
	loss     Loss
	reply    timestampReply
	next     uint64 // one above the highest sequence number received on the path
	heard    time.Time
	answered time.Time
	size     sizeLimit

	probes, replies    uint64
	largest, delivered int
	peerProbe          int  // size of the peer's newest probe that asked for a reply of its size
	searching          bool // sizes were probed since the path changed
	observed           netip.AddrPort
}

func (s *pathState) export() PathState {
	return PathState{
		SRTT: s.rtt.Smoothed(), Variation: s.rtt.Variation(), RTO: s.rtt.Timeout(), Measured: !s.answered.IsZero(), Loss: s.loss.Rate(),
		Heard: s.heard, Answered: s.answered, Size: s.size.bytes(),
		Probes: s.probes, Replies: s.replies, Largest: s.largest, Delivered: s.delivered, Observed: s.observed,
	}
}

// pathTable holds the states of the paths of a Conn. Pointers to them are valid until
// the next call of a method that adds or removes one.
type pathTable struct{ list []pathState }

func (t *pathTable) find(path Path) *pathState {
	for i := range t.list {
		if t.list[i].path == path {
			return &t.list[i]
		}
	}
	return nil
}

// add returns the state of a new path. keep reports whether a path must not be replaced by
// it. A new path over UDP begins with the estimates of like, as in mosh.
func (t *pathTable) add(path Path, like *pathState, keep func(Path) bool) *pathState {
	s := pathState{path: path, size: newSizeLimit(fullSize(path))}
	if like != nil && !path.IsPipe() && !like.path.IsPipe() {
		s.rtt, s.loss = like.rtt.elsewhere(), like.loss
	}
	if len(t.list) >= maxPaths {
		t.removeOldest(keep)
	}
	t.list = append(t.list, s)
	return &t.list[len(t.list)-1]
}

func fullSize(path Path) int {
	if !path.IsValid() {
		return MaxMTU
	}
	return path.MTU()
}

func (t *pathTable) removeOldest(keep func(Path) bool) {
	oldest := -1
	for i := range t.list {
		if !keep(t.list[i].path) && (oldest < 0 || t.list[i].heard.Before(t.list[oldest].heard)) {
			oldest = i
		}
	}
	if oldest >= 0 {
		t.list = slices.Delete(t.list, oldest, oldest+1)
	}
}

func (t *pathTable) remove(path Path) {
	t.list = slices.DeleteFunc(t.list, func(s pathState) bool { return s.path == path })
}
