package stream

import "slices"

// span is the bytes of a stream from an offset to one before end.
type span struct{ start, end uint64 }

// spans are disjoint, not adjacent, and in ascending order.
type spans []span

func (s *spans) add(n span) {
	if n.start >= n.end {
		return
	}
	first := 0
	for first < len(*s) && (*s)[first].end < n.start {
		first++
	}
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
	var left spans
	for _, have := range *s {
		if have.end <= n.start || have.start >= n.end {
			left = append(left, have)
			continue
		}
		if have.start < n.start {
			left = append(left, span{have.start, n.start})
		}
		if have.end > n.end {
			left = append(left, span{n.end, have.end})
		}
	}
	*s = left
}

// without returns the parts of n that are not in s.
func (s spans) without(n span) (parts spans) {
	for _, have := range s {
		if have.end <= n.start || have.start >= n.end {
			continue
		}
		if have.start > n.start {
			parts = append(parts, span{n.start, have.start})
		}
		n.start = have.end
	}
	if n.start < n.end {
		parts = append(parts, n)
	}
	return parts
}
