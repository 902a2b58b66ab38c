package client

import (
	"time"

	"gm/client/keys"
	"gm/vt"
)

const (
	// keyDelay is how long what may be Escape, Alt-[ or Alt-O waits for the
	// rest of a sequence, where a key that is the client's may come as one.
	// Terminals write a sequence at once; at 9600 baud it takes 1 ms a byte.
	keyTimeout = 20 * time.Millisecond

	// sequenceDelay is how long what can only be the beginning of a sequence
	// waits for the rest.
	sequenceTimeout = time.Second
)

// input is the user's keyboard: tokens, and the client's commands among them.
type input struct {
	escaper
	splitter keys.Splitter
	// protocols reports that the user's terminal was asked to send keys by a
	// protocol, so that also the escape key may come as a sequence.
	keyProtocols bool
	partialAt    time.Time // when the last of an incomplete token came
}

func newInput(k escapeKey) input {
	return input{escaper: escaper{escapeKey: k}, splitter: keys.Splitter{NoAlt: k.key == byte(keys.Escape)}}
}

// follow takes the modes that the user's terminal is in.
func (i *input) setModes(m vt.Modes) {
	i.keyProtocols = m.KittyKeys != 0 || m.ModifyOtherKeys != 0
	i.splitter.Brackets = m.BracketedPaste
}

// wish is what a read of keys asks of the loop.
type keyActions struct{ repaint, suspend bool }

// typed takes one read of the keyboard.
func (c *session) handleKeys(now time.Time, read []byte) (w keyActions) {
	if len(read) == 0 {
		return w
	}
	c.queue.readAt = now.Add(slowRead)
	var out []byte
	for {
		t, rest, ok := c.input.splitter.Next(read)
		if !ok {
			break
		}
		read = rest
		out = c.handleToken(now, out, &t, &w)
	}
	c.input.partialAt = now
	if !c.partialMayBeCommand() {
		out = append(out, c.input.splitter.Early()...)
	}
	c.sendKeys(now, out)
	return w
}

// holdsPartial reports whether an incomplete token may still become a key that is
// the client's.
func (c *session) partialMayBeCommand() bool {
	return c.input.keyProtocols || c.input.pending || c.panel.open || c.input.splitter.NoAlt
}

// partialDeadline is when an incomplete token is taken as it is.
func (c *session) partialDeadline() time.Time {
	switch {
	case c.input.splitter.Held() == 0:
		return time.Time{}
	case c.input.splitter.MayBeKey():
		return c.input.partialAt.Add(keyTimeout)
	}
	return c.input.partialAt.Add(sequenceTimeout)
}

// idle takes an incomplete token as it is if nothing has followed for too long.
func (c *session) flushPartial(now time.Time) (w keyActions) {
	if at := c.partialDeadline(); at.IsZero() || now.Before(at) {
		return w
	}
	if t, ok := c.input.splitter.Flush(); ok {
		c.sendKeys(now, c.handleToken(now, nil, &t, &w))
	}
	return w
}

// token takes a token and appends to dst what is for the server.
func (c *session) handleToken(now time.Time, dst []byte, t *keys.Token, w *keyActions) []byte {
	if c.panel.open && (t.Pressed() || t.Kind == keys.Paste) {
		c.panel.close()
		if t.Pressed() && !c.input.isEscape(t) {
			c.input.consumed.add(t)
			return dst
		}
	}
	dst, command := c.input.next(dst, t)
	if command == commandQuit { // what was typed before it is not lost
		c.sendKeys(now, dst)
		dst = dst[:0]
	}
	if command != commandNone {
		c.runCommand(now, command, w)
	}
	return dst
}

// mayRead reports whether the loop may read the keyboard.
func (c *session) mayRead(now time.Time) bool { return c.queue.mayRead(now) }

// resetInput discards an incomplete token.
func (c *session) resetInput() { c.input.splitter.Reset() }
