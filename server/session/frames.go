package session

import (
	"time"

	"gm/vt"
	"gm/wire/state"
)

// syncLimit bounds how long a program may hold its screen back (mode 2026).
const syncLimit = 150 * time.Millisecond

// cooldownFactor is the cooldown after a frame during a flood, as a multiple of the
// time the frame took. On a slow host it leaves time to read the program's output.
const cooldownFactor = 3

// framePacer decides when the screen is offered to the transport, and which one. A
// program that floods costs two snapshots a frame, not one a chunk of output: the
// first change starts the transport's delay, later ones only set dirty, and the newest
// screen is taken when the frame is due.
type framePacer struct {
	dirty bool // the terminal has changed since last was taken

	last      state.Screen // the newest one offered to the transport
	sent      state.Screen // the newest one that the transport has sent
	base      uint64       // number of the newest state sent when last was offered
	scheduled bool         // last differs from sent, and the transport is waiting to send it

	counted  uint64    // number of the newest state sent when cooldown was set
	cooldown time.Time // no frame of a flood is begun before it; zero if there is none

	syncScreen  *vt.Screen // the screen before the current synchronized update; nil outside of one
	syncSince   time.Time  // when that update was first seen
	syncExpired bool       // that update has passed syncLimit
}

func (f *framePacer) markDirty(now time.Time, t *vt.Terminal) {
	f.dirty = true
	if before := t.SyncSnapshot(); before != f.syncScreen {
		f.syncScreen, f.syncSince, f.syncExpired = before, now, false
	}
}

// syncDeadline returns when a screen that is held back is sent as it is; zero if none
// is held back.
func (f *framePacer) syncDeadline() time.Time {
	if f.syncScreen == nil || f.syncExpired {
		return time.Time{}
	}
	return f.syncSince.Add(syncLimit)
}

func (f *framePacer) expireSync(now time.Time) {
	if due(now, f.syncDeadline()) {
		f.syncExpired, f.dirty = true, true
	}
}

func (f *framePacer) visible(t *vt.Terminal) *vt.Screen {
	if f.syncScreen != nil && !f.syncExpired {
		return f.syncScreen
	}
	return t.Snapshot()
}

// waiting reports whether the transport has not sent the screen that was offered last.
// sent is the number of the newest state sent. Every sending includes the newest
// state.
func (f *framePacer) waiting(sent uint64) bool {
	if sent != f.base {
		f.base, f.sent, f.scheduled = sent, f.last, false
	}
	return f.scheduled
}

// turnTook sets the cooldown after a turn of duration d. sent is the number of the
// newest state sent. A turn that sends only an acknowledgement takes little time.
func (f *framePacer) turnTook(now time.Time, d time.Duration, sent uint64) {
	if until := now.Add((1 + cooldownFactor) * d); sent != f.counted && until.After(f.cooldown) {
		f.cooldown = until
	}
	f.counted = sent
}

func (f *framePacer) coolingDown(now time.Time) bool {
	if !now.Before(f.cooldown) {
		f.cooldown = time.Time{}
	}
	return !f.cooldown.IsZero()
}

func (f *framePacer) cooldownDeadline() time.Time {
	if !f.dirty || f.scheduled {
		return time.Time{}
	}
	return f.cooldown
}

func (f *framePacer) offer(next state.Screen) {
	f.scheduled = !next.Equal(f.sent)
	f.last, f.dirty = next, false
}
