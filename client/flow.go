package client

import (
	"time"

	"gm/wire/state"
)

// Keys go into the user's stream up to the server's credit (extension "flow"), and up
// to state.MaxUnacked bytes that are not acknowledged. The rest waits in a queue, so
// that nothing is lost and an escape key behind it is still found. The keyboard is
// read slowly while the queue is long, and not at all at its limit: then the system
// blocks the writer of the input, as with ssh.
const (
	// slowQueue is the length of the queue, in bytes, from which on the keyboard is
	// read once in slowRead.
	slowQueue = 1 << 20
	slowRead  = 20 * time.Millisecond

	// maxQueue is the length from which on it is not read. One read may exceed it.
	maxQueue = 8 << 20
)

// keyQueue holds keys that are not in the user's stream yet.
type keyQueue struct {
	bytes  []byte
	readAt time.Time // when the keyboard may be read again, if much waits
}

func (q *keyQueue) mayRead(now time.Time) bool {
	n := len(q.bytes)
	return n < slowQueue || n < maxQueue && !now.Before(q.readAt)
}

// deadline returns when mayRead changes if the queue does not; zero for never.
func (q *keyQueue) deadline(now time.Time) time.Time {
	if n := len(q.bytes); n < slowQueue || n >= maxQueue || !q.readAt.After(now) {
		return time.Time{}
	}
	return q.readAt
}

// sendKeys sends keys to the server, behind those in the queue, unless the session ignores
// them. A character that
// interrupts the program empties the queue before it, as the line discipline would,
// and is sent at once.
func (c *session) sendKeys(now time.Time, keys []byte) {
	if len(keys) == 0 || c.quitting || c.readOnly {
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

// lastInterrupt returns the index of the last character in keys that interrupts the
// program and flushes its input; -1 if there is none or the line discipline is
// unknown.
func (c *session) lastInterrupt(keys []byte) int {
	screen, _ := c.transport.Remote()
	d := &screen.EchoState.Discipline
	if d.Has(state.NoFlush) {
		return -1
	}
	return d.LastInterrupt(keys)
}

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

func (c *session) sendQueued(now time.Time) {
	q := &c.queue
	if n := min(len(q.bytes), c.sendRoom()); n > 0 && !c.quitting {
		c.appendKeys(now, q.bytes[:n])
		if q.bytes = q.bytes[n:]; len(q.bytes) == 0 {
			q.bytes = nil
		}
	}
}

func (c *session) appendKeys(now time.Time, keys []byte) {
	screen, _ := c.transport.Remote()
	if !c.passing {
		c.predictor.Predict(now, c.transport.Sent()+1, keys, screen)
	}
	c.transport.SetLocal(now, c.transport.Local().WithKeys(keys))
	c.transport.Expedite(now, 0)
	c.validatePredictions(now)
}
