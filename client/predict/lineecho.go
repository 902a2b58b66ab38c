package predict

import (
	"slices"
	"time"

	"gm/internal/deadline"
	"gm/vt"
	"gm/wire/state"
)

// manner is what the host does with keys, as far as prediction cares.
type manner uint8

const (
	mannerRaw    manner = iota // a program takes them as they come, or it is not known
	mannerEcho                 // the terminal gathers lines and echoes
	mannerSilent               // the terminal gathers lines and does not echo: a password
)

func mannerOf(d state.Discipline) manner {
	switch {
	case !d.Has(state.Canonical):
		return mannerRaw
	case !d.Has(state.Echo):
		return mannerSilent
	}
	return mannerEcho
}

// certain predicts what the terminal at the host echoes by itself, between gm
// and gm (the doc of wire/state). That is certain, but for what the program
// writes in between, and shown at once.
//
// What a program will do with a line is not: it may ask for a password next.
// After a line nothing is shown until the program has had it for as long as an
// echo ack says, and the terminal goes on echoing; once that was so, lines of
// that program are trusted.
type certain struct {
	told   state.EchoState // with the newest screen
	acked  uint64          // echo ack of that screen
	screen *vt.Screen      // that screen; nil before the first
	since  time.Time       // of mannerEcho, if that is what it is

	reads []flyingRead // that the terminal has not had, oldest first
	line  kernelLine   // of those that it has had

	doubt   uint64 // nothing is shown before the echo ack of this frame
	trial   uint64 // a line that shows whether lines can be trusted; 0 if none
	trusted bool
}

// flyingRead is one read of the keyboard.
type flyingRead struct {
	frame uint64
	keys  []byte // nil if nobody should know
	lines bool   // typed at a terminal that was known to echo
}

const (
	// maxReads bounds the reads that are remembered.
	maxReads = 512

	// maxMatched bounds the reads whose echo is looked for in a screen.
	maxMatched = 48

	// settleTime is how long a terminal must have echoed lines before that is
	// relied on. A shell that runs a program turns echo on, and the program may
	// be sudo, which turns it off.
	settleTime = 200 * time.Millisecond
)

func (c *certain) manner() manner { return mannerOf(c.told.Discipline) }

// typed takes one read of keys that frame carries.
func (c *certain) typed(frame uint64, keys []byte) {
	if !c.told.Discipline.Has(state.DisciplineKnown) {
		return
	}
	read := flyingRead{frame: frame, lines: c.manner() == mannerEcho}
	switch {
	case len(keys) > pasteLength || c.manner() == mannerSilent || len(c.reads) == maxReads:
		c.doubt = frame
	case c.manner() == mannerRaw && slices.ContainsFunc(keys, control):
		c.doubt = frame
		fallthrough
	default:
		read.keys = slices.Clone(keys)
	}
	if len(c.reads) == maxReads {
		c.reads = slices.Delete(c.reads, 0, 1)
		c.line.lose()
	}
	c.reads = append(c.reads, read)
}

// follow takes a screen, and says whether what was predicted before it is worth
// nothing now, as the host does something else with keys.
func (c *certain) follow(now time.Time, s state.Screen) (changed bool) {
	if s.Screen == c.screen && s.EchoState == c.told && s.EchoAck == c.acked {
		return false
	}
	before, alternate := c.manner(), c.told.Alternate
	heard := c.upTo(max(s.EchoState.EchoedThrough, s.EchoAck))
	if before == mannerEcho && s.EchoState.Discipline == c.told.Discipline {
		heard = max(c.match(s.Screen, heard), c.upTo(s.EchoAck))
	}
	c.told, c.acked, c.screen = s.EchoState, s.EchoAck, s.Screen
	m := c.manner()
	if m != before {
		c.since, c.trusted, c.trial = now, false, 0
	}
	c.hear(heard)
	if c.trial != 0 && c.acked >= c.trial {
		c.trusted, c.trial = m == mannerEcho, 0
	}
	if !c.line.begun {
		c.line.start = s.Screen.Cursor.X
	}
	return m != before || alternate != c.told.Alternate
}

// match finds how many of the reads are echoed in screen, if nothing but echo
// has come since the screen before. heard is how many the host says, which can
// be off by the keys of a moment: the host learns of keys and of their echo in
// two ways.
func (c *certain) match(screen *vt.Screen, heard int) int {
	best, line, t := -1, c.line.clone(), vt.Resume(c.screen)
	for n := range min(len(c.reads), maxMatched) + 1 {
		if n > 0 {
			echo, effect := line.keys(nil, &c.told.Discipline, c.reads[n-1].keys)
			if c.reads[n-1].keys == nil || effect == lineUnclear {
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

// upTo counts the reads that frames up to the given one carry.
func (c *certain) upTo(frame uint64) int {
	n := 0
	for n < len(c.reads) && c.reads[n].frame <= frame {
		n++
	}
	return n
}

// hear takes the first n reads to be in the line that the terminal has.
func (c *certain) hear(n int) {
	for _, read := range c.reads[:n] {
		c.gather(read)
	}
	c.reads = slices.Delete(c.reads, 0, n)
}

// gather takes a read to be in the line.
func (c *certain) gather(read flyingRead) {
	if read.keys == nil {
		c.line.lose()
		return
	}
	for _, b := range read.keys {
		if c.manner() != mannerEcho {
			c.line.lose()
			if b == '\r' || b == '\n' {
				c.line.begin()
			}
			continue
		}
		switch _, effect := c.line.key(nil, &c.told.Discipline, b); effect {
		case lineEnds:
			if !c.trusted {
				c.doubt = max(c.doubt, read.frame)
			}
			if read.lines && c.trial == 0 {
				c.trial = read.frame
			}
		case lineBreaks:
			c.doubt = max(c.doubt, read.frame)
		case lineUnclear:
			c.line.lose()
		}
	}
}

// sure says that the echo is certain.
func (c *certain) sure(now time.Time) bool {
	d := c.told.Discipline
	return c.manner() == mannerEcho && !d.Has(state.Unpredictable) && c.acked >= c.doubt && !now.Before(c.since.Add(settleTime))
}

// draw gives screen as it will be when the terminal has had all keys whose
// echo is certain; nil if that is none.
func (c *certain) draw(now time.Time, screen *vt.Screen) *vt.Screen {
	if !c.sure(now) || len(c.reads) == 0 || screen.Cursor.Hidden {
		return nil
	}
	echo := c.echo()
	if len(echo) == 0 {
		return nil
	}
	t := vt.Resume(screen)
	t.Write(echo)
	return t.Snapshot()
}

// echo gives what the terminal will write.
func (c *certain) echo() (echo []byte) {
	line := c.line.clone()
	for _, read := range c.reads {
		if read.keys == nil {
			return echo
		}
		for _, b := range read.keys {
			var effect lineEffect
			echo, effect = line.key(echo, &c.told.Discipline, b)
			if effect == lineUnclear || effect == lineBreaks || effect == lineEnds && !c.trusted {
				return echo
			}
		}
	}
	return echo
}

// deadline is when draw gives another answer though nothing has come.
func (c *certain) deadline(now time.Time) time.Time {
	if c.manner() != mannerEcho || len(c.reads) == 0 {
		return time.Time{}
	}
	return deadline.EarliestAfter(now, c.since.Add(settleTime))
}
