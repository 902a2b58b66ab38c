package wire

import (
	"slices"
	"time"
)

const (
	// maxSent is how many states are remembered as sent; of more, one from the
	// middle is dropped.
	maxSent = 32

	// maxSentSize is how many bytes of memory those between the first and the
	// last may hold. The middle ones are dropped then, too.
	maxSentSize = 16 << 20
)

// sentState is one state that was sent.
type sentState[L any] struct {
	num      uint64
	at       time.Time // last sent; zero for state 0, which is known without
	state    L
	revision uint64 // equal turns are equal states
	// partOf is the turn of the state that this one is a step towards; 0 if it is
	// no mere step.
	partOf uint64
}

// sentStates is the states of the object that this end sends: the first is the
// newest that the peer is known to hold, the last the newest sent, and current
// comes after all (mosh-protocol, section 7).
type sentStates[L Object[L]] struct {
	list         []sentState[L]
	current      L
	revision     uint64    // of current
	lastRevision uint64    // given out so far
	changed      time.Time // when current first differed from the last; zero if it does not
	part         *L        // what the next add remembers in place of current; nil if current itself
}

func newSentStates[L Object[L]](blank L) sentStates[L] {
	return sentStates[L]{list: []sentState[L]{{state: blank}}, current: blank}
}

func (s *sentStates[L]) first() *sentState[L] { return &s.list[0] }
func (s *sentStates[L]) last() *sentState[L]  { return &s.list[len(s.list)-1] }

// set makes state the current one.
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

// acknowledge forgets what is older than the state num, which the peer holds,
// and says whether it was a state that is remembered.
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

// assumed is the state that the peer is thought to hold: the newest of those
// at the head of the list that were sent less than timeout ago. One that only
// carried an acknowledgement, and tells no more than the peer is known to hold,
// may be late: it gets no answer of its own.
func (s *sentStates[L]) assumed(now time.Time, timeout time.Duration) *sentState[L] {
	assumed := s.first()
	for i := range s.list {
		switch sent := &s.list[i]; {
		case now.Sub(sent.at) < timeout:
			assumed = sent
		case sent.revision != s.first().revision:
			return assumed
		}
	}
	return assumed
}

// assumedUntil is how long current is thought to be held by the peer if
// nothing is heard of it; zero if it is not.
func (s *sentStates[L]) assumedUntil(now time.Time, timeout time.Duration) (until time.Time) {
	for _, sent := range s.list[1:] {
		if sent.revision == s.first().revision {
			continue
		}
		lapse := sent.at.Add(timeout)
		if !now.Before(lapse) {
			break
		}
		until = earlier(until, lapse)
		if sent.revision == s.revision {
			return until
		}
	}
	return time.Time{}
}

// known says that the peer is known to hold current.
func (s *sentStates[L]) known() bool { return s.first().revision == s.revision }

// add remembers that current is being sent as num, or a part of the way to it;
// sending the last state again only moves its time.
func (s *sentStates[L]) add(now time.Time, num uint64) {
	s.changed = time.Time{}
	if last := s.last(); last.num == num {
		last.at = now
		if last.partOf == s.revision {
			s.changed = now
		}
		return
	}
	sent := sentState[L]{num: num, at: now, state: s.current, revision: s.revision}
	if s.part != nil {
		s.lastRevision++
		sent.state, sent.revision, sent.partOf = *s.part, s.lastRevision, s.revision
		s.part, s.changed = nil, now
	}
	s.list = append(s.list, sent)
	for len(s.list) > maxSent || len(s.list) > 3 && s.size() > maxSentSize {
		s.list = slices.Delete(s.list, len(s.list)/2, len(s.list)/2+1)
	}
}

// size returns about how many bytes of memory the states between the first and
// the last hold.
func (s *sentStates[L]) size() (sum int) {
	for i := 1; i < len(s.list)-1; i++ {
		sum += s.list[i].state.MemSize(s.list[i-1].state)
	}
	return sum
}
