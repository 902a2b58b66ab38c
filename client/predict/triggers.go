package predict

import (
	"gm/internal/deadline"
	"time"
)

// Mode is --predict.
type Mode string

const (
	Adaptive     Mode = "adaptive"
	Always       Mode = "always"
	Never        Mode = "never"
	Experimental Mode = "experimental" // tentative predictions too
)

func (m Mode) Valid() bool {
	switch m {
	case Adaptive, Always, Never, Experimental:
		return true
	}
	return false
}

// When predictions are shown (mosh-protocol, section 9).
const (
	showAbove      = 30 * time.Millisecond // send interval
	hideUpTo       = 20 * time.Millisecond
	underlineAbove = 80 * time.Millisecond
	underlineUpTo  = 50 * time.Millisecond

	glitchAfter    = 250 * time.Millisecond // a prediction pending for so long is a glitch
	underlineAfter = 5 * time.Second
	glitchCures    = 10 // quick confirmations that cure it
	cureSpacing    = 150 * time.Millisecond
)

// displayPolicy decides, in adaptive mode, whether the link is slow enough for
// predictions to help, and in every mode whether they are underlined.
type displayPolicy struct {
	slow     bool // predictions are shown because of the send interval
	doubtful bool // and underlined because of it
	stuck    bool // and underlined because one is pending for long
	glitch   int  // confirmations until predictions shown for a glitch are hidden
	cured    time.Time
}

func (d *displayPolicy) on() bool        { return d.slow || d.glitch > 0 }
func (d *displayPolicy) underline() bool { return d.doubtful || d.stuck }

// update takes the send interval, when the oldest pending cell was predicted
// (zero if none) and whether anything is pending.
func (d *displayPolicy) update(now time.Time, interval time.Duration, oldest time.Time, pending bool) {
	switch {
	case interval > showAbove:
		d.slow = true
	case interval <= hideUpTo && !pending:
		d.slow = false
	}
	switch {
	case interval > underlineAbove:
		d.doubtful = true
	case interval <= underlineUpTo:
		d.doubtful = false
	}
	if !oldest.IsZero() && now.Sub(oldest) >= glitchAfter {
		d.glitch = glitchCures
	}
	d.stuck = !oldest.IsZero() && now.Sub(oldest) >= underlineAfter
}

// confirm takes a prediction that was made at the given time and is now known
// to be right.
func (d *displayPolicy) confirm(now, made time.Time) {
	if d.glitch > 0 && now.Sub(made) < glitchAfter && now.Sub(d.cured) >= cureSpacing {
		d.glitch--
		d.cured = now
	}
}

// deadline is when update gives another answer for the same input.
func (d *displayPolicy) deadline(now, oldest time.Time) time.Time {
	if oldest.IsZero() {
		return time.Time{}
	}
	return deadline.EarliestAfter(now, oldest.Add(glitchAfter), oldest.Add(underlineAfter))
}
