package datagram

const (
	// floorSpan is the number of samples after which the lowest of them begins to be
	// forgotten: minutes of typing.
	floorSpan = 2000

	// queuedBeyond is by how many ms at least the round trip exceeds the lowest while
	// datagrams wait in a queue. Radio networks vary by less.
	queuedBeyond = 40

	// queuedShare is the same as a share of the lowest.
	queuedShare = 1. / 4

	// settledSpan is the number of samples in a row above the lowest after which the path
	// has become longer if they exceed their minimum by at most settledWithin ms in the
	// mean. In the queue of a slow link, where each datagram takes tens of ms, they vary by
	// more. On a fast link a few more datagrams do not matter.
	settledSpan   = 16
	settledWithin = 4

	// A queue of which a few more datagrams are a considerable part is that of a slow link,
	// where it takes hundreds of ms. If the samples are at most standingBeyond ms above the
	// lowest in the mean, they may exceed their minimum by standingWithin ms; after
	// standingSpans times as many, by any time. The longest of the samples does not count.
	standingBeyond = 200
	standingWithin = 10
	standingSpans  = 4
)

// floor is the lowest of the last floorSpan to 2 * floorSpan round trips in ms, or of
// fewer if the path has become longer.
type floor struct {
	current, previous float64 // of the samples counted and of the floorSpan before
	count             int     // samples in current; both are without meaning before the first
	raised            raised
}

// raised is the last samples in a row that were above the floor as in a queue.
type raised struct {
	count            int // up to settledSpan
	low, high, total float64

	standing int     // spans of settledSpan samples in a row that stood a little above the floor
	lowest   float64 // of their samples
}

// add adds a sample. It reports whether the floor has risen by at most standingBeyond
// because the path has become longer.
func (f *floor) add(ms float64) (longer bool) {
	switch {
	case f.count == 0:
		f.current, f.previous = ms, ms
	case f.count == floorSpan:
		f.current, f.previous, f.count = ms, f.current, 0
	default:
		f.current = min(f.current, ms)
	}
	f.count++
	if !f.below(ms) {
		f.raised = raised{}
		return false
	}
	near := f.lowest() + standingBeyond
	to, longer := f.raised.add(ms, near)
	if longer {
		f.current, f.previous, f.raised = to, to, raised{}
	}
	return longer && to <= near
}

// below reports whether a round trip is longer than the floor by as much as in a queue.
func (f *floor) below(ms float64) bool {
	lowest := f.lowest()
	return f.count > 0 && ms > lowest+max(queuedBeyond, lowest*queuedShare)
}

func (f *floor) lowest() float64 { return min(f.current, f.previous) }

// add adds a sample. longer reports whether the path has become longer, with the floor
// to. near is standingBeyond above the present one.
func (r *raised) add(ms, near float64) (to float64, longer bool) {
	if r.count == 0 {
		r.low, r.high, r.total = ms, ms, 0
	}
	r.count, r.low, r.high, r.total = r.count+1, min(r.low, ms), max(r.high, ms), r.total+ms
	if r.count < settledSpan {
		return 0, false
	}
	r.count = 0
	mean, others := r.total/settledSpan, (r.total-r.high)/(settledSpan-1)
	if others > near {
		r.standing = 0
		return r.low, mean-r.low <= settledWithin
	}
	if r.standing == 0 {
		r.lowest = r.low
	}
	r.standing, r.lowest = r.standing+1, min(r.lowest, r.low)
	if r.standing >= standingSpans {
		return r.lowest, true
	}
	return r.low, others-r.low <= standingWithin
}
