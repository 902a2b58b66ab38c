package predict

import (
	"slices"
	"time"

	"gm/internal/deadline"
	"gm/vt"
	"gm/wire/state"
)

// inputMode is the mode in which the host's terminal reads keys (termios).
type inputMode uint8

const (
	inputRaw    inputMode = iota // non-canonical, or unknown
	inputEcho                    // canonical with ECHO
	inputNoEcho                  // canonical without ECHO: a password
)

func inputModeOf(d state.Discipline) inputMode {
	switch {
	case !d.Has(state.Canonical):
		return inputRaw
	case !d.Has(state.Echo):
		return inputNoEcho
	}
	return inputEcho
}

// lineEcho computes the echo of the host's line discipline, which a server of gm
// reports (see package wire/state). Unlike a prediction it is certain, except for
// output that the program writes in between, and it is shown at once.
//
// The reaction of the program to a line is uncertain: it may ask for a password.
// After a line, no echo is shown until the line's frame is acknowledged and the
// terminal still echoes. From then on the lines of that program are trusted.
type lineEcho struct {
	// Of the newest screen, which is nil before the first.
	screen    *vt.Screen
	echoState state.EchoState
	echoAck   uint64

	echoSince time.Time     // when the input mode became inputEcho
	reads     []pendingRead // not yet echoed, oldest first
	line      canonicalLine // the current line without reads

	suppressUntil uint64 // no echo is shown before this frame is acknowledged
	probe         uint64 // frame of the line that decides on linesTrusted; 0 for none
	linesTrusted  bool   // the echo after a line is shown too
}

// pendingRead is one read of the keyboard whose echo has not arrived.
type pendingRead struct {
	frame uint64
	keys  []byte // nil for a paste and for a password
	lines bool   // typed in inputEcho
}

const (
	// maxReads bounds lineEcho.reads.
	maxReads = 512

	// maxMatchedReads bounds the reads whose echo is compared with a new screen.
	maxMatchedReads = 48

	// settleTime is the time after a change to inputEcho before echo is shown. A
	// shell turns echo on before it runs a program, and the program may be sudo,
	// which turns it off again.
	settleTime = 200 * time.Millisecond
)

func (c *lineEcho) inputMode() inputMode { return inputModeOf(c.echoState.Discipline) }

// addRead adds one read of the keyboard, which frame carries. Passwords and pastes
// are not kept.
func (c *lineEcho) addRead(frame uint64, keys []byte) {
	if !c.echoState.Discipline.Has(state.DisciplineKnown) {
		return
	}
	read := pendingRead{frame: frame, lines: c.inputMode() == inputEcho}
	switch {
	case len(keys) > pasteLength || c.inputMode() == inputNoEcho || len(c.reads) == maxReads:
		c.suppressUntil = frame
	case c.inputMode() == inputRaw && slices.ContainsFunc(keys, isControl):
		c.suppressUntil = frame
		fallthrough
	default:
		read.keys = slices.Clone(keys)
	}
	if len(c.reads) == maxReads {
		c.reads = slices.Delete(c.reads, 0, 1)
		c.line.invalidate()
	}
	c.reads = append(c.reads, read)
}

// update removes the reads that are echoed in s from the pending ones. It reports
// whether the input mode or the screen buffer has changed, which invalidates
// predictions.
func (c *lineEcho) update(now time.Time, s state.Screen) (changed bool) {
	if s.Screen == c.screen && s.EchoState == c.echoState && s.EchoAck == c.echoAck {
		return false
	}
	before, alternate := c.inputMode(), c.echoState.Alternate
	heard := c.readsUpTo(max(s.EchoState.EchoedThrough, s.EchoAck))
	if before == inputEcho && s.EchoState.Discipline == c.echoState.Discipline {
		heard = max(c.matchReads(s.Screen, heard), c.readsUpTo(s.EchoAck))
	}
	c.echoState, c.echoAck, c.screen = s.EchoState, s.EchoAck, s.Screen
	mode := c.inputMode()
	if mode != before {
		c.echoSince, c.linesTrusted, c.probe = now, false, 0
	}
	c.deliver(heard)
	if c.probe != 0 && c.echoAck >= c.probe {
		c.linesTrusted, c.probe = mode == inputEcho, 0
	}
	if !c.line.hasInput {
		c.line.startColumn = s.Screen.Cursor.X
	}
	return mode != before || alternate != c.echoState.Alternate
}

// matchReads returns how many of the pending reads turn the previous screen into
// screen when they are echoed; of several, the one closest to heard. It returns
// heard if the program has written too. heard is the host's own count, which can
// be off by a few keys: the host reads the pty and its termios separately.
func (c *lineEcho) matchReads(screen *vt.Screen, heard int) int {
	best, line, t := -1, c.line.clone(), vt.Resume(c.screen)
	for n := range min(len(c.reads), maxMatchedReads) + 1 {
		if n > 0 {
			echo, effect := line.keys(nil, &c.echoState.Discipline, c.reads[n-1].keys)
			if c.reads[n-1].keys == nil || effect == lineUnknown {
				break
			}
			t.Write(echo)
		}
		if t.Snapshot().Equal(screen) && (best < 0 || distance(n, heard) <= distance(best, heard)) {
			best = n
		}
	}
	if best < 0 {
		return heard
	}
	return best
}

func distance(a, b int) int { return max(a-b, b-a) }

func (c *lineEcho) readsUpTo(frame uint64) int {
	n := 0
	for n < len(c.reads) && c.reads[n].frame <= frame {
		n++
	}
	return n
}

func (c *lineEcho) deliver(n int) {
	for _, read := range c.reads[:n] {
		c.deliverRead(read)
	}
	c.reads = slices.Delete(c.reads, 0, n)
}

func (c *lineEcho) deliverRead(read pendingRead) {
	if read.keys == nil {
		c.line.invalidate()
		return
	}
	for _, b := range read.keys {
		if c.inputMode() != inputEcho {
			c.line.invalidate()
			if b == '\r' || b == '\n' {
				c.line.begin()
			}
			continue
		}
		switch _, effect := c.line.key(nil, &c.echoState.Discipline, b); effect {
		case lineEnds:
			if !c.linesTrusted {
				c.suppressUntil = max(c.suppressUntil, read.frame)
			}
			if read.lines && c.probe == 0 {
				c.probe = read.frame
			}
		case lineAborts:
			c.suppressUntil = max(c.suppressUntil, read.frame)
		case lineUnknown:
			c.line.invalidate()
		}
	}
}

func (c *lineEcho) certain(now time.Time) bool {
	d := c.echoState.Discipline
	return c.inputMode() == inputEcho && !d.Has(state.Unpredictable) && c.echoAck >= c.suppressUntil && !now.Before(c.echoSince.Add(settleTime))
}

func (c *lineEcho) draw(now time.Time, screen *vt.Screen) *vt.Screen {
	if !c.certain(now) || len(c.reads) == 0 || screen.Cursor.Hidden {
		return nil
	}
	echo := c.pendingEcho()
	if len(echo) == 0 {
		return nil
	}
	t := vt.Resume(screen)
	t.Write(echo)
	return t.Snapshot()
}

// pendingEcho returns the echo of the pending reads, up to the first one with an
// uncertain effect.
func (c *lineEcho) pendingEcho() (echo []byte) {
	line := c.line.clone()
	for _, read := range c.reads {
		if read.keys == nil {
			return echo
		}
		for _, b := range read.keys {
			var effect lineEffect
			echo, effect = line.key(echo, &c.echoState.Discipline, b)
			if effect == lineUnknown || effect == lineAborts || effect == lineEnds && !c.linesTrusted {
				return echo
			}
		}
	}
	return echo
}

// deadline returns the time at which draw has another result for the same screen,
// or the zero time.
func (c *lineEcho) deadline(now time.Time) time.Time {
	if c.inputMode() != inputEcho || len(c.reads) == 0 {
		return time.Time{}
	}
	return deadline.EarliestAfter(now, c.echoSince.Add(settleTime))
}
