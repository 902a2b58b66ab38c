package session

import (
	"time"

	"gm/vt"
	"gm/wire/state"
)

// syncLimit is how long a program may keep its screen back (mode 2026).
const syncLimit = 150 * time.Millisecond

// frameRest is for how many times the time that a frame took the next one of a
// flood is put off: on a slow host frames must not take the time to read what
// the program writes.
const frameRest = 3

// frames decides when the screen is handed to the transport, and which. A
// program that floods costs two snapshots a frame, not one a chunk: the first
// change starts the transport's clock, those that follow are only noted, and
// the newest screen is taken when the frame is due.
type frames struct {
	dirty bool // the terminal was written to since the last snapshot

	last state.Screen // the newest screen offered to the transport
	sent state.Screen // the newest one that it has sent
	base uint64       // the number of the newest state sent, when last was offered
	// begun says that last is news to the client: the transport waits for the
	// time to send it.
	begun bool

	counted uint64    // the number of the state sent last, when rest was set
	rest    time.Time // no frame of a flood is begun until then; zero if any may be

	whole   *vt.Screen // the screen before the synchronized update under way
	since   time.Time  // when that update was seen to begin
	expired bool       // that update has lasted for too long
}

// look notes that the terminal was written to.
func (f *frames) look(now time.Time, t *vt.Terminal) {
	f.dirty = true
	if whole := t.SyncSnapshot(); whole != f.whole {
		f.whole, f.since, f.expired = whole, now, false
	}
}

// limit is when a screen held back must be sent as it is; zero if none is.
func (f *frames) limit() time.Time {
	if f.whole == nil || f.expired {
		return time.Time{}
	}
	return f.since.Add(syncLimit)
}

// release stops holding the screen back if it has lasted too long.
func (f *frames) release(now time.Time) {
	if due(now, f.limit()) {
		f.expired, f.dirty = true, true
	}
}

// visible gives the screen to send.
func (f *frames) visible(t *vt.Terminal) *vt.Screen {
	if f.whole != nil && !f.expired {
		return f.whole
	}
	return t.Snapshot()
}

// waiting says that what was offered last has not been sent. sent is the
// number of the newest state sent: every sending takes the newest state along.
func (f *frames) waiting(sent uint64) bool {
	if sent != f.base {
		f.base, f.sent, f.begun = sent, f.last, false
	}
	return f.begun
}

// took notes how long a turn took in which sent was the state sent last. One
// that sent only an acknowledgement was a short one.
func (f *frames) took(now time.Time, d time.Duration, sent uint64) {
	if until := now.Add((1 + frameRest) * d); sent != f.counted && until.After(f.rest) {
		f.rest = until
	}
	f.counted = sent
}

// resting says that it is too early to begin a frame of a flood.
func (f *frames) resting(now time.Time) bool {
	if !now.Before(f.rest) {
		f.rest = time.Time{}
	}
	return !f.rest.IsZero()
}

// restDeadline is when a frame that was put off may begin; zero if none was.
func (f *frames) restDeadline() time.Time {
	if !f.dirty || f.begun {
		return time.Time{}
	}
	return f.rest
}

// offer notes that next was made the state to send.
func (f *frames) offer(next state.Screen) {
	f.begun = !next.Equal(f.sent)
	f.last, f.dirty = next, false
}
