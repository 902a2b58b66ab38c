package stream

// A class is the precedence of a stream that has something to send.
type class uint8

const (
	classIdle       class = iota
	classControl          // has frames other than DATA
	classUrgent           // is marked by its owner
	classSmall            // has few bytes on their way and to be sent
	classBulk             // has many
	classBackground       // is marked by its owner
	numClasses            // is the number of classes
)

// smallBytes is the largest number of bytes of a small stream.
const smallBytes = 4 << 10

func (s *Stream) classify() class {
	switch {
	case s.resetDue:
		return classControl
	case s.forgotten || s.reset != nil:
		return classIdle
	case !s.opened || s.in.update:
		return classControl
	case !s.out.sendable():
		return classIdle
	case s.Urgent:
		return classUrgent
	case s.Background:
		return classBackground
	case s.out.unacked() <= smallBytes:
		return classSmall
	}
	return classBulk
}

// turns is the streams that have something to send, by class and in the order of their
// turns.
type turns struct {
	lists [numClasses]struct{ first, last *Stream }
	n     int // streams in all lists
}

// update moves a stream to the list of its class. Each change of the stream calls it.
func (t *turns) update(s *Stream) {
	if c := s.classify(); c != s.class {
		t.remove(s)
		t.append(s, c)
	}
}

// rotate ends the turn of a stream.
func (t *turns) rotate(s *Stream) {
	t.remove(s)
	t.append(s, s.classify())
}

func (t *turns) append(s *Stream, c class) {
	if s.class = c; c == classIdle {
		return
	}
	t.n++
	l := &t.lists[c]
	if s.before = l.last; l.last == nil {
		l.first = s
	} else {
		l.last.after = s
	}
	l.last = s
}

func (t *turns) remove(s *Stream) {
	if s.class == classIdle {
		return
	}
	t.n--
	l := &t.lists[s.class]
	if s.before == nil {
		l.first = s.after
	} else {
		s.before.after = s.after
	}
	if s.after == nil {
		l.last = s.before
	} else {
		s.after.before = s.before
	}
	s.class, s.before, s.after = classIdle, nil, nil
}
