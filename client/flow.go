package client

import (
	"time"

	"gm/wire/state"
)

// What is typed goes into the user's stream as far as the server takes it: up to
// its credit (extension "flow"), and up to state.MaxUnacked that it is not known to
// have. The rest waits here, so that nothing is lost, while the escape key that
// comes behind it is still found. When much waits the keyboard is read slowly, and
// at the limit not at all: then the system holds up whoever types, as with ssh.
const (
	// slowQueue is from how many waiting bytes on the keyboard is read slowly: once
	// in slowRead.
	slowQueue = 1 << 20
	slowRead  = 20 * time.Millisecond

	// maxQueue is from how many on it is not read. One read may exceed it.
	maxQueue = 8 << 20
)

// keyQueue is what was typed and is not in the user's stream yet.
type keyQueue struct {
	bytes  []byte
	readAt time.Time // when the keyboard may be read again, if much waits
}

// mayRead reports whether the keyboard is to be read.
func (q *keyQueue) mayRead(now time.Time) bool {
	n := len(q.bytes)
	return n < slowQueue || n < maxQueue && !now.Before(q.readAt)
}

// deadline is when mayRead changes if nothing happens before.
func (q *keyQueue) deadline(now time.Time) time.Time {
	if n := len(q.bytes); n < slowQueue || n >= maxQueue || !q.readAt.After(now) {
		return time.Time{}
	}
	return q.readAt
}

// send sends keys to the server, behind what waits. A character that interrupts
// the program drops what waits before it, as the line discipline would, and does
// not wait itself.
func (c *session) sendKeys(now time.Time, keys []byte) {
	if len(keys) == 0 || c.quitting {
		return
	}
	q := &c.queue
	if i := c.lastInterrupt(keys); i >= 0 && len(q.bytes)+len(keys) > c.sendRoom() {
		q.bytes = nil
		c.appendKeys(now, keys[i:i+1])
		keys = keys[i+1:]
	}
	if n := min(len(keys), c.sendRoom()); n > 0 && len(q.bytes) == 0 {
		c.appendKeys(now, keys[:n])
		keys = keys[n:]
	}
	q.bytes = append(q.bytes, keys...)
}

// interrupt returns where the last character in keys is that interrupts the
// program and flushes its input; -1 if there is none, or if that is not known.
func (c *session) lastInterrupt(keys []byte) int {
	screen, _ := c.transport.Remote()
	d := &screen.EchoState.Discipline
	if d.Has(state.NoFlush) {
		return -1
	}
	return d.LastInterrupt(keys)
}

// room returns how many bytes may go into the user's stream.
func (c *session) sendRoom() int {
	local := c.transport.Local()
	room := state.MaxUnacked - local.Unacked()
	if c.granted.Has(state.ExtFlow) {
		screen, _ := c.transport.Remote()
		credit := max(screen.Credit, state.InputWindow)
		room = min(room, int(min(credit-min(credit, local.End()), state.MaxUnacked)))
	}
	return max(room, 0)
}

// pump moves what waits into the user's stream, as far as there is room.
func (c *session) sendQueued(now time.Time) {
	q := &c.queue
	if n := min(len(q.bytes), c.sendRoom()); n > 0 && !c.quitting {
		c.appendKeys(now, q.bytes[:n])
		if q.bytes = q.bytes[n:]; len(q.bytes) == 0 {
			q.bytes = nil
		}
	}
}

// push puts keys into the user's stream.
func (c *session) appendKeys(now time.Time, keys []byte) {
	screen, _ := c.transport.Remote()
	c.predictor.Predict(now, c.transport.Sent()+1, keys, screen)
	c.transport.SetLocal(now, c.transport.Local().WithKeys(keys))
	c.transport.Expedite(now, 0)
	c.validatePredictions(now)
}
