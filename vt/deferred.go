package vt

// maxDeferred bounds the reports that wait for the user's terminal, and what
// waits behind them, in bytes, is bounded by maxReplies. A report beyond either is
// dropped.
const maxDeferred = 256

// deferred is a report that depends on the user's terminal, with the replies
// behind it.
type deferred struct {
	report func(*Terminal)
	behind []byte
}

// Await makes reports that depend on the user's terminal, and all behind them,
// wait for SetCapabilities.
func (t *Terminal) Await() { t.awaiting = true }

// Awaiting reports whether SetCapabilities is awaited.
func (t *Terminal) Awaiting() bool { return t.awaiting }

// SetCapabilities sets what is known of the user's terminal and ends the wait for
// it. A program that has asked for it (?2031) is told of another colour scheme.
func (t *Terminal) SetCapabilities(c Capabilities) {
	was := t.user
	t.user = c
	if t.modes.has(colorReports) && c.Scheme != was.Scheme && c.Scheme != 0 && !t.awaiting {
		t.reportScheme()
	}
	t.awaiting = false
	if t.modes.has(mousePixels) && c.Mode(1016) == modeUnknown { // set before that was known
		t.setMode(mousePixels, false)
	}
	waiting := t.deferred
	t.deferred, t.behind = nil, 0
	for _, d := range waiting {
		d.report(t)
		t.reply(d.behind)
	}
}

// ofUser makes a report that depends on the user's terminal, now or when that is
// known. What report reads of the terminal's own state it must have read before.
func (t *Terminal) ofUser(report func(*Terminal)) {
	switch {
	case !t.awaiting:
		report(t)
	case len(t.deferred) < maxDeferred:
		t.deferred = append(t.deferred, deferred{report: report})
	}
}

// reply queues an answer.
func (t *Terminal) reply(answer []byte) {
	t.work += len(answer)
	if len(t.replies)+t.behind+len(answer) > maxReplies {
		return
	}
	if n := len(t.deferred); n > 0 {
		last := &t.deferred[n-1]
		last.behind = append(last.behind, answer...)
		t.behind += len(answer)
		return
	}
	t.replies = append(t.replies, answer...)
}
