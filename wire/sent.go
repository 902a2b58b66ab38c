package wire

import (
	"slices"
	"time"

	"gm/internal/deadline"
)

const (
	// maxSent is the maximum of sent states that are held. Beyond it, one from the
	// middle is dropped.
	maxSent = 32

	// maxSentSize is the maximum of the memory in bytes of those between the first
	// and the last. Beyond it, the middle ones are dropped, too.
	maxSentSize = 16 << 20
)

type sentState[L any] struct {
	num      uint64
	at       time.Time // last sent; zero for state 0, which the peer knows without
	state    L
	revision uint64 // equal states have equal revisions
	// partOf is the revision of the state that this one is a step towards; 0 if it
	// is not a step (choosePart).
	partOf uint64
	size   sentSize
	// since is when the state was first sent, or counted as lost and sent again. at is later
	// where it is sent again sooner than its acknowledgement is overdue.
	since time.Time
	lost  bool // it was not acknowledged in time
}

// sentSize is the size of the datagrams of an instruction.
type sentSize struct {
	datagrams int
	bytes     int
	longest   int // bytes of the longest datagram
}

func (s *sentSize) add(bytes int) {
	s.datagrams++
	s.bytes += bytes
	s.longest = max(s.longest, bytes)
}

// sentStates holds the states of the object that this end sends (protocol,
// section 7). The first is the newest that the peer is known to hold, the last is
// the newest sent, and current comes after all.
type sentStates[L Object[L]] struct {
	list         []sentState[L]
	current      L
	revision     uint64    // of current
	lastRevision uint64    // the highest in use
	changed      time.Time // when current first differed from the last; zero if it does not
	trustAfter   time.Time // states sent before are not assumed to be held: the route is another since
	repeat       bool      // the next add stores the last state again in place of current
	part         *L        // the state that the next add stores in place of current; nil if current
}

func newSentStates[L Object[L]](blank L) sentStates[L] {
	return sentStates[L]{list: []sentState[L]{{state: blank}}, current: blank}
}

func (s *sentStates[L]) first() *sentState[L] { return &s.list[0] }
func (s *sentStates[L]) last() *sentState[L]  { return &s.list[len(s.list)-1] }

func (s *sentStates[L]) set(now time.Time, state L) {
	s.current = state
	if last := s.last(); state.Equal(last.state) {
		s.revision, s.changed = last.revision, time.Time{}
		return
	}
	s.lastRevision++
	s.revision = s.lastRevision
	if s.changed.IsZero() {
		s.changed = now
	}
}

// find returns the state with a number; nil if it is not held.
func (s *sentStates[L]) find(num uint64) *sentState[L] {
	for i := range s.list {
		if s.list[i].num == num {
			return &s.list[i]
		}
	}
	return nil
}

// acknowledge drops the states older than num, which the peer holds. It reports
// whether num is a state in the list.
func (s *sentStates[L]) acknowledge(num uint64) bool {
	at := slices.IndexFunc(s.list, func(sent sentState[L]) bool { return sent.num == num })
	if at < 0 {
		return false
	}
	if at == 0 {
		return true
	}
	s.list = slices.Delete(s.list, 0, at)
	known := s.first().state
	for i := range s.list {
		s.list[i].state = s.list[i].state.Subtract(known)
	}
	s.current = s.current.Subtract(known)
	return true
}

// assumed returns the state that the peer is assumed to hold: the newest of the
// leading states that were sent less than timeout ago. A state equal to the first
// one, which only carried an acknowledgement, does not end the run, because the
// peer does not acknowledge it.
func (s *sentStates[L]) assumed(now time.Time, timeout time.Duration) *sentState[L] {
	assumed := s.first()
	for i := range s.list {
		switch sent := &s.list[i]; {
		case now.Sub(sent.at) < timeout && s.trusts(sent):
			assumed = sent
		case sent.revision != s.first().revision:
			return assumed
		}
	}
	return assumed
}

// assumedUntil returns until when the peer is assumed to hold current if no
// acknowledgement arrives; zero if it is not.
func (s *sentStates[L]) assumedUntil(now time.Time, timeout time.Duration) (until time.Time) {
	for _, sent := range s.list[1:] {
		if sent.revision == s.first().revision {
			continue
		}
		lapse := sent.at.Add(timeout)
		if now.Sub(sent.at) >= timeout || !s.trusts(&sent) {
			break
		}
		until = deadline.Earliest(until, lapse)
		if sent.revision == s.revision {
			return until
		}
	}
	return time.Time{}
}

func (s *sentStates[L]) trusts(sent *sentState[L]) bool { return !sent.at.Before(s.trustAfter) }

// overdue returns the oldest state that was not acknowledged in time, and was not counted
// as lost since it was sent last; nil if there is none.
func (s *sentStates[L]) overdue(now time.Time, timeout time.Duration) *sentState[L] {
	for i := range s.list[1:] {
		sent := &s.list[1+i]
		overdue := now.Sub(sent.since) >= timeout && !sent.lost
		if overdue && sent.size.longest > 0 && s.trusts(sent) && sent.revision != s.first().revision {
			return sent
		}
	}
	return nil
}

// inFlight returns the bytes of the states that are on their way or not acknowledged yet.
func (s *sentStates[L]) inFlight() (bytes int) {
	for i := range s.list[1:] {
		if sent := &s.list[1+i]; s.trusts(sent) && sent.revision != s.first().revision {
			bytes += sent.size.bytes
		}
	}
	return bytes
}

func (s *sentStates[L]) recordSize(num uint64, size sentSize) {
	if last := s.last(); last.num == num {
		last.size = size
	}
}

func (s *sentStates[L]) currentKnown() bool { return s.first().revision == s.revision }

func (s *sentStates[L]) add(now time.Time, num uint64) {
	if s.repeat {
		s.repeat = false
		again := *s.last()
		again.num, again.at, again.since, again.size, again.lost = num, now, now, sentSize{}, false
		s.append(again)
		return
	}
	s.changed = time.Time{}
	if last := s.last(); last.num == num { // sent again
		if last.lost || !s.trusts(last) {
			last.since = now
		}
		last.at, last.lost = now, false
		if last.partOf == s.revision {
			s.changed = now
		}
		return
	}
	sent := sentState[L]{num: num, at: now, since: now, state: s.current, revision: s.revision}
	if s.part != nil {
		s.lastRevision++
		sent.state, sent.revision, sent.partOf = *s.part, s.lastRevision, s.revision
		s.part, s.changed = nil, now
	}
	s.append(sent)
}

func (s *sentStates[L]) append(sent sentState[L]) {
	s.list = append(s.list, sent)
	for len(s.list) > maxSent || len(s.list) > 3 && s.middleSize() > maxSentSize {
		s.list = slices.Delete(s.list, len(s.list)/2, len(s.list)/2+1)
	}
}

func (s *sentStates[L]) middleSize() (sum int) {
	for i := 1; i < len(s.list)-1; i++ {
		sum += s.list[i].state.MemSize(s.list[i-1].state)
	}
	return sum
}
