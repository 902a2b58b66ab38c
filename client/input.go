package client

import (
	"bytes"
	"time"

	"gm/client/keys"
	"gm/vt"
)

const (
	// keyTimeout is how long Escape, Alt-[ or Alt-O is held, in case the rest of a
	// sequence follows, where a command of the client may be such a sequence.
	// Terminals write a sequence at once; at 9600 baud it takes 1 ms a byte.
	keyTimeout = 20 * time.Millisecond

	// sequenceTimeout is how long an incomplete sequence that is no key by itself is
	// held.
	sequenceTimeout = time.Second
)

// input splits the keyboard's bytes into tokens and finds the client's commands.
type input struct {
	escaper
	splitter keys.Splitter
	// keyProtocols reports whether the user's terminal was asked to use a keyboard
	// protocol: then the escape key may be a sequence too.
	keyProtocols bool
	partialAt    time.Time // when the last byte of an incomplete token arrived
}

func newInput(k escapeKey) input {
	return input{escaper: escaper{escapeKey: k}, splitter: keys.Splitter{NoAlt: k.key == byte(keys.Escape)}}
}

func (i *input) setModes(m vt.Modes) {
	i.keyProtocols = m.KittyKeys != 0 || m.ModifyOtherKeys != 0
	i.splitter.Brackets = m.BracketedPaste
	i.splitter.UTF8Mouse = m.MouseEncoding == mouseUTF8
}

// mouseUTF8 is the encoding of mouse reports in which positions are characters of UTF-8
// (mode 1005).
const mouseUTF8 vt.MouseEncoding = 1005

// keyActions are the actions that keys have requested from the loop.
type keyActions struct{ repaint, suspend, login bool }

func (c *session) handleKeys(now time.Time, read []byte) (a keyActions) {
	if len(read) == 0 {
		return a
	}
	c.queue.readAt = now.Add(slowRead)
	if c.passing && !c.input.begins(read) {
		c.sendKeys(now, read)
		return a
	}
	var out []byte
	for {
		t, rest, ok := c.input.splitter.Next(read)
		if !ok {
			break
		}
		read = rest
		out = c.handleToken(now, out, &t, &a)
	}
	c.input.partialAt = now
	if !c.partialIsHeld() {
		out = append(out, c.input.splitter.Early()...)
	}
	c.sendKeys(now, out)
	return a
}

// begins reports whether read may contain a command of the user, or the rest of one, although
// the terminal is in a passage. An escape key that is text has no commands there.
func (i *input) begins(read []byte) bool {
	return i.pending || i.splitter.Held() > 0 || i.key != 0 && !i.printable() && bytes.IndexByte(read, i.key) >= 0
}

// partialIsHeld reports whether an incomplete token may become a key of a command, or a
// report of the mouse that is changed. Otherwise its bytes are sent at once.
func (c *session) partialIsHeld() bool {
	return c.view.translates() || c.input.keyProtocols || c.input.pending || c.panel.open || c.commands.open || c.input.splitter.NoAlt
}

// partialDeadline returns when flushPartial ends an incomplete token; zero if there is
// none.
func (c *session) partialDeadline() time.Time {
	switch {
	case c.input.splitter.Held() == 0:
		return time.Time{}
	case c.input.splitter.MayBeKey():
		return c.input.partialAt.Add(keyTimeout)
	}
	return c.input.partialAt.Add(sequenceTimeout)
}

func (c *session) flushPartial(now time.Time) (a keyActions) {
	if at := c.partialDeadline(); at.IsZero() || now.Before(at) {
		return a
	}
	if t, ok := c.input.splitter.Flush(); ok {
		c.sendKeys(now, c.handleToken(now, nil, &t, &a))
	}
	return a
}

// handleToken handles a token and appends to dst the bytes for the server.
func (c *session) handleToken(now time.Time, dst []byte, t *keys.Token, a *keyActions) []byte {
	if c.panel.open && (t.Pressed() || t.Kind == keys.Paste) {
		if !c.plain || c.input.isEscape(t) || !c.panel.next(c.cols) {
			c.panel.close()
		}
		if t.Pressed() && !c.input.isEscape(t) {
			c.input.consumed.pressed(t)
			return dst
		}
	}
	if c.commands.open && c.typeCommand(t) {
		return dst
	}
	if t.Kind == keys.Mouse {
		if t.Raw = c.view.translate(t, c.terminal.cell(c.cols, c.rows)); len(t.Raw) == 0 {
			return dst
		}
	}
	if c.interrupts(now, t) {
		c.leave(now, "Exiting on user request...")
		return dst
	}
	dst, command := c.input.next(dst, t)
	if command == commandQuit || command == commandDetach { // keys before it are still sent
		c.sendKeys(now, dst)
		dst = dst[:0]
	}
	if command != commandNone {
		c.runCommand(now, command, a)
	} else if t.Pressed() || t.Kind == keys.Paste {
		c.refuseKeys(now)
	}
	return dst
}

// interrupts reports whether a key is Ctrl-C while the bar shows that nothing has come from the
// server: it ends the login then, as in its earlier steps.
func (c *session) interrupts(now time.Time, t *keys.Token) bool {
	if !c.transport.Heard().IsZero() || now.Sub(c.bar.started) < connectingAfter || !t.Pressed() {
		return false
	}
	b, ok := t.Legacy()
	return ok && b == keyInterrupt
}

// refuseKeys shows, at the first key, that the session ignores keys.
func (c *session) refuseKeys(now time.Time) {
	if c.readOnly && !c.keysRefused && !c.quitting {
		c.keysRefused = true
		c.bar.setBriefMessage(now, "Keys have no effect: this client is read-only.")
	}
}

func (c *session) mayRead(now time.Time) bool { return c.queue.mayRead(now) }

func (c *session) resetInput() { c.input.splitter.Reset() }
