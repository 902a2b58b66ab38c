// Package alarm has the timer of a program that mostly waits. Where the system has timers
// in files, the whole process sleeps until such a timer expires.
//
// The runtime waits for a [time.Timer] with two threads. On Linux the first one, in
// epoll_wait, may wake later than asked by a thousandth of the time (select_estimate_accuracy
// in the kernel), and the second one, in futex, does not. Until the first one wakes, the
// second one polls: up to sixty times after 15 s. The runtime also wakes at the time of a
// timer that was set to a later one since.
package alarm

import "time"

// Alarm is a timer that can be set again and again. The zero Alarm is a [time.Timer]. Its
// methods are called by one goroutine.
type Alarm struct {
	clock *clock      // nil: the Alarm is a time.Timer
	timer *time.Timer // nil before Set
}

// New returns an Alarm that is a timer of the system if there is one. Close releases it.
func New() *Alarm { return &Alarm{clock: openClock()} }

// C returns the channel on which a value is sent at the time of Set. One more may be sent
// at a time that was set before. It is nil before the first Set.
func (a *Alarm) C() <-chan time.Time {
	switch {
	case a.clock != nil:
		return a.clock.expired
	case a.timer != nil:
		return a.timer.C
	}
	return nil
}

// Set sets the time, in place of that of the last call; zero for never. A timer of the
// system expires sooner by the time that the computer sleeps.
func (a *Alarm) Set(at time.Time) {
	switch {
	case a.clock != nil:
		a.clock.set(at)
		return
	case a.timer == nil:
		a.timer = time.NewTimer(0)
	}
	a.timer.Stop()
	if !at.IsZero() {
		a.timer.Reset(time.Until(at))
	}
}

// Close stops the Alarm. Set must not be called after it.
func (a *Alarm) Close() {
	if a.clock != nil {
		a.clock.close()
	}
	if a.timer != nil {
		a.timer.Stop()
	}
}
