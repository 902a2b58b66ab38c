package wire

import (
	"time"

	"gm/wire/datagram"
)

const (
	// pipeWindow is the number of bytes in flight through a pipe at which a change waits for
	// an acknowledgement: one frame, or many small ones. With more in flight, the effect of a
	// key would wait behind earlier output.
	pipeWindow = 2 << 10

	// pipeAckBytes is the total size of datagrams that is acknowledged at once if they
	// arrive through a pipe.
	pipeAckBytes = 1 << 10

	// pipeAckDelay replaces ackDelay at a client on a pipe. An acknowledgement of its own,
	// between two keys, delays the next key if TCP loses it. A server keeps ackDelay,
	// because its client judges the path by the acknowledgements.
	pipeAckDelay = 500 * time.Millisecond
)

// SetRoute sets the path for instructions, and at most two more for copies of them. If the
// preferred path changes, instructions in flight are sent again.
func (t *Transport[L, R]) SetRoute(now time.Time, preferred datagram.Path, copies ...datagram.Path) {
	before := len(t.conn.Route())
	if t.conn.SetRoute(preferred, copies...) {
		t.sent.trustAfter = now
		t.moveStreams(now)
	} else if before == len(t.conn.Route()) {
		return
	}
	t.keepalive.noteChange(now)
	t.showAddress(now)
}

// Route returns the paths for instructions, the preferred one first. It is valid until the
// next call of SetRoute.
func (t *Transport[L, R]) Route() []datagram.Path { return t.conn.Route() }

// DropPath forgets a path that is gone. If it is the preferred one, instructions in flight
// are sent again, on the path of the next SetRoute.
func (t *Transport[L, R]) DropPath(now time.Time, path datagram.Path) {
	if t.conn.Route()[0] == path {
		t.sent.trustAfter = now
		t.moveStreams(now)
	}
	t.conn.Forget(path)
}

// PathChanged records that this end's address on a path has changed. The size of datagrams
// is searched for anew.
func (t *Transport[L, R]) PathChanged(now time.Time, path datagram.Path) {
	t.conn.PathChanged(path)
	if t.conn.Route()[0] == path {
		t.moveStreams(now)
	}
	t.PortChanged(now)
	t.keepalive.noteChange(now)
}

// PortChanged records that this end sends from another port. The peer, which does not follow
// probes, is sent an instruction from there.
func (t *Transport[L, R]) PortChanged(now time.Time) {
	t.keepalive.forgetObserved()
	t.showAddress(now)
}

// showAddress sends an instruction at once, whose source the peer sends to from then on.
func (t *Transport[L, R]) showAddress(now time.Time) {
	if t.client && t.several && !t.shutdown.done() {
		t.ackAt = now
	}
}

// Wake records that the user or the network is active. An idle connection sends at once.
func (t *Transport[L, R]) Wake(now time.Time) {
	if t.keepalive.interval(now, t.settled()) > ackInterval && !t.shutdown.done() {
		t.ackAt = now
	}
	t.keepalive.noteChange(now)
}

// Probe queues a probe of size bytes of UDP payload on a path, which the peer answers with
// the same size; 0 stands for the smallest. The peer must have the extension "paths".
func (t *Transport[L, R]) Probe(path datagram.Path, size int) { t.conn.Probe(path, size, size) }

func (t *Transport[L, R]) PathState(path datagram.Path) datagram.PathState {
	return t.conn.PathState(path)
}

// TooLong makes the datagrams on a path smaller, after EMSGSIZE. It may be called while
// Tick sends, and takes effect with the next instruction.
func (t *Transport[L, R]) TooLong(path datagram.Path) { t.conn.TooLong(path) }

// ExpectedBy returns the latest time at which the peer is heard if nothing is lost.
func (t *Transport[L, R]) ExpectedBy(now time.Time) time.Time {
	heard := t.conn.Heard()
	if heard.Before(t.keepalive.resumed) {
		return t.keepalive.resumed.Add(ackInterval)
	}
	return heard.Add(t.keepalive.interval(now, t.settled()))
}

func (t *Transport[L, R]) onPipe() bool { return t.conn.Route()[0].IsPipe() }

// held reports whether a change waits for the acknowledgement of others in flight through a
// pipe.
func (t *Transport[L, R]) held() bool {
	return t.onPipe() && !t.sent.changed.IsZero() && !t.shutdown.ours() && !t.shutdown.theirs() &&
		t.sent.trusts(t.sent.last()) && t.sent.inFlight() >= pipeWindow
}

// settled reports whether the peer is known to have the current state.
func (t *Transport[L, R]) settled() bool { return t.sent.currentKnown() && t.sent.changed.IsZero() }

// Idle reports whether nothing has changed at either end for a minute and the peer, which has
// the extension "paths", is known to have the current state.
func (t *Transport[L, R]) Idle(now time.Time) bool {
	return t.several && t.keepalive.interval(now, t.settled()) > ackInterval
}

// probeIfIdle sends a probe in place of an idle client's heartbeat. The server answers it in
// the same turn, and needs no heartbeat of its own.
func (t *Transport[L, R]) probeIfIdle(now time.Time) {
	if t.client && t.Idle(now) && t.ackAt.IsZero() && !now.Before(t.keepalive.due(true)) && !t.shutdown.ours() && !t.shutdown.theirs() {
		t.conn.Probe(t.conn.Route()[0], 0, 0)
	}
}

func (t *Transport[L, R]) sendControl(now time.Time, send func(path datagram.Path, data []byte)) error {
	return t.conn.Control(now, func(path datagram.Path, data []byte) {
		if path == t.conn.Route()[0] {
			t.keepalive.noteSent(now, true)
		}
		send(path, data)
	})
}

func (t *Transport[L, R]) observe(now time.Time, path datagram.Path) {
	state := t.conn.PathState(path)
	if t.client && path == t.conn.Route()[0] && state.Observed.IsValid() && t.keepalive.observe(state.Observed) {
		t.showAddress(now)
	}
}

// acknowledge handles the acknowledgement of state num. It reports whether state num is kept.
func (t *Transport[L, R]) acknowledge(num uint64) bool {
	sent := t.sent.find(num)
	if sent != nil && sent != t.sent.first() && sent.size.longest > 0 && t.sent.trusts(sent) {
		t.conn.LargeArrived(t.conn.Route()[0], sent.size.longest)
	}
	return t.sent.acknowledge(num)
}

// noteLargeLost records the loss of the oldest instruction that was not acknowledged in
// time. It need not be the last one, which continuous output does not have.
func (t *Transport[L, R]) noteLargeLost(now time.Time) {
	path := t.conn.Route()[0]
	if path.IsPipe() {
		return
	}
	if lost := t.sent.overdue(now, t.assumedTimeout()); lost != nil {
		lost.lost = true
		t.conn.LargeLost(now, path, lost.size.datagrams, lost.size.longest)
	}
}
