package passage

// Part is a part of a passage. A passage has one that begins it, any number with Data, and
// one that ends it.
type Part struct {
	Begins, Ends bool
	Data         []byte
}

// Queue has the passages of a program's output that the session has not taken yet. The zero
// Queue is empty.
type Queue struct {
	control *Control // of the control mode under way; nil outside of one
	parts   []Part
}

// BeginControl begins a control mode, after DCS 1000 p.
func (q *Queue) BeginControl() {
	q.control = &Control{}
	q.parts = append(q.parts, Part{Begins: true})
}

// InControl reports whether a control mode is under way.
func (q *Queue) InControl() bool { return q.control != nil }

// Add adds output of a control mode under way. It returns how many bytes belong to that,
// and whether it ends after them.
func (q *Queue) Add(b []byte) (n int, over bool) {
	n, over = q.control.Next(b)
	if n > 0 {
		q.parts = append(q.parts, Part{Data: append([]byte(nil), b[:n]...)})
	}
	if over {
		q.control = nil
		q.parts = append(q.parts, Part{Ends: true})
	}
	return n, over
}

// Take returns the parts since the last call.
func (q *Queue) Take() []Part {
	parts := q.parts
	q.parts = nil
	return parts
}
