package stream

import "slices"

// span is the bytes of a stream from an offset to one before end.
type span struct{ start, end uint64 }

// spans are disjoint, not adjacent, and in ascending order.
type spans []span

// from returns the index of the first span that ends at offset or later.
func (s spans) from(offset uint64) int {
	if n := len(s); n > 0 && s[n-1].end < offset {
		return n
	}
	at, _ := slices.BinarySearchFunc(s, offset, func(have span, offset uint64) int {
		if have.end < offset {
			return -1
		}
		return 1
	})
	return at
}

func (s *spans) add(n span) {
	if n.start >= n.end {
		return
	}
	first := s.from(n.start)
	last := first
	for last < len(*s) && (*s)[last].start <= n.end {
		n.start, n.end = min(n.start, (*s)[last].start), max(n.end, (*s)[last].end)
		last++
	}
	*s = slices.Replace(*s, first, last, n)
}

// remove removes n, which may be of several spans and of none.
func (s *spans) remove(n span) {
	if n.start >= n.end {
		return
	}
	var buf [2]span
	left := buf[:0]
	first := s.from(n.start + 1)
	last := first
	for last < len(*s) && (*s)[last].start < n.end {
		if have := (*s)[last]; have.start < n.start {
			left = append(left, span{have.start, n.start})
		}
		if have := (*s)[last]; have.end > n.end {
			left = append(left, span{n.end, have.end})
		}
		last++
	}
	if first < last {
		*s = slices.Replace(*s, first, last, left...)
	}
}

// touches reports whether n is adjacent to one of s or has a byte in common with it: to add n
// makes no more of them.
func (s spans) touches(n span) bool {
	i := s.from(n.start)
	return i < len(s) && s[i].start <= n.end
}

func (s *spans) removeFirst() { *s = slices.Delete(*s, 0, 1) }

// without appends the parts of n that are not in s.
func (s spans) without(parts spans, n span) spans {
	for _, have := range s[s.from(n.start):] {
		if have.start >= n.end {
			break
		}
		if have.start > n.start {
			parts = append(parts, span{n.start, have.start})
		}
		n.start = max(n.start, have.end)
	}
	if n.start < n.end {
		parts = append(parts, n)
	}
	return parts
}
