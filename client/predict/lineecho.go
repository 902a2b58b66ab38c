package predict

import (
	"slices"
	"time"

	"gm/internal/deadline"
	"gm/vt"
	"gm/wire/state"
)

// inputMode is what the host does with keys, as far as prediction cares.
type inputMode uint8

const (
	inputRaw    inputMode = iota // a program takes them as they come, or it is not known
	inputEcho                    // the terminal gathers lines and echoes
	inputNoEcho                  // the terminal gathers lines and does not echo: a password
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

// lineEcho predicts what the terminal at the host echoes by itself, between gm
// and gm (the doc of wire/state). That is certain, but for what the program
// writes in between, and shown at once.
//
// What a program will do with a line is not: it may ask for a password next.
// After a line nothing is shown until the program has had it for as long as an
// echo ack says, and the terminal goes on echoing; once that was so, lines of
// that program are trusted.
type lineEcho struct {
	echoState state.EchoState // with the newest screen
	echoAck   uint64          // echo ack of that screen
	screen    *vt.Screen      // that screen; nil before the first
	echoSince time.Time       // of mannerEcho, if that is what it is

	reads []pendingRead // that the terminal has not had, oldest first
	line  canonicalLine // of those that it has had

	suppressUntil uint64 // nothing is shown before the echo ack of this frame
	probe         uint64 // a line that shows whether lines can be trusted; 0 if none
	linesTrusted  bool
}

// pendingRead is one read of the keyboard.
type pendingRead struct {
	frame uint64
	keys  []byte // nil if nobody should know
	lines bool   // typed at a terminal that was known to echo
}

const (
	// maxReads bounds the reads that are remembered.
	maxReads = 512

	// maxMatchedReads bounds the reads whose echo is looked for in a screen.
	maxMatchedReads = 48

	// settleTime is how long a terminal must have echoed lines before that is
	// relied on. A shell that runs a program turns echo on, and the program may
	// be sudo, which turns it off.
	settleTime = 200 * time.Millisecond
)

func (c *lineEcho) inputMode() inputMode { return inputModeOf(c.echoState.Discipline) }

// addRead takes one read of keys that frame carries.
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

// update takes a screen, and says whether what was predicted before it is worth
// nothing now, as the host does something else with keys.
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
	m := c.inputMode()
	if m != before {
		c.echoSince, c.linesTrusted, c.probe = now, false, 0
	}
	c.deliver(heard)
	if c.probe != 0 && c.echoAck >= c.probe {
		c.linesTrusted, c.probe = m == inputEcho, 0
	}
	if !c.line.hasInput {
		c.line.startColumn = s.Screen.Cursor.X
	}
	return m != before || alternate != c.echoState.Alternate
}

// matchReads finds how many of the reads are echoed in screen, if nothing but echo
// has come since the screen before. heard is how many the host says, which can
// be off by the keys of a moment: the host learns of keys and of their echo in
// two ways.
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

// readsUpTo counts the reads that frames up to the given one carry.
func (c *lineEcho) readsUpTo(frame uint64) int {
	n := 0
	for n < len(c.reads) && c.reads[n].frame <= frame {
		n++
	}
	return n
}

// deliver takes the first n reads to be in the line that the terminal has.
func (c *lineEcho) deliver(n int) {
	for _, read := range c.reads[:n] {
		c.deliverRead(read)
	}
	c.reads = slices.Delete(c.reads, 0, n)
}

// deliverRead takes a read to be in the line.
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

// certain says that the echo is certain.
func (c *lineEcho) certain(now time.Time) bool {
	d := c.echoState.Discipline
	return c.inputMode() == inputEcho && !d.Has(state.Unpredictable) && c.echoAck >= c.suppressUntil && !now.Before(c.echoSince.Add(settleTime))
}

// draw gives screen as it will be when the terminal has had all keys whose
// echo is certain; nil if that is none.
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

// pendingEcho gives what the terminal will write.
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

// deadline is when draw gives another answer though nothing has come.
func (c *lineEcho) deadline(now time.Time) time.Time {
	if c.inputMode() != inputEcho || len(c.reads) == 0 {
		return time.Time{}
	}
	return deadline.EarliestAfter(now, c.echoSince.Add(settleTime))
}
