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
	glitchConfirms = 10 // quick confirmations that cure it
	confirmSpacing = 150 * time.Millisecond
)

// showPolicy decides, in adaptive mode, whether the link is slow enough for
// predictions to help, and in every mode whether they are underlined.
type showPolicy struct {
	srttTrigger   bool // predictions are shown because of the send interval
	flagging      bool // and underlined because of it
	longPending   bool // and underlined because one is pending for long
	glitchTrigger int  // confirmations until predictions shown for a glitch are hidden
	lastConfirm   time.Time
}

func (d *showPolicy) show() bool      { return d.srttTrigger || d.glitchTrigger > 0 }
func (d *showPolicy) underline() bool { return d.flagging || d.longPending }

// update takes the send interval, when the oldest pending cell was predicted
// (zero if none) and whether anything is pending.
func (d *showPolicy) update(now time.Time, interval time.Duration, oldest time.Time, pending bool) {
	switch {
	case interval > showAbove:
		d.srttTrigger = true
	case interval <= hideUpTo && !pending:
		d.srttTrigger = false
	}
	switch {
	case interval > underlineAbove:
		d.flagging = true
	case interval <= underlineUpTo:
		d.flagging = false
	}
	if !oldest.IsZero() && now.Sub(oldest) >= glitchAfter {
		d.glitchTrigger = glitchConfirms
	}
	d.longPending = !oldest.IsZero() && now.Sub(oldest) >= underlineAfter
}

// confirm takes a prediction that was made at the given time and is now known
// to be right.
func (d *showPolicy) confirm(now, made time.Time) {
	if d.glitchTrigger > 0 && now.Sub(made) < glitchAfter && now.Sub(d.lastConfirm) >= confirmSpacing {
		d.glitchTrigger--
		d.lastConfirm = now
	}
}

// deadline is when update gives another answer for the same input.
func (d *showPolicy) deadline(now, oldest time.Time) time.Time {
	if oldest.IsZero() {
		return time.Time{}
	}
	return deadline.EarliestAfter(now, oldest.Add(glitchAfter), oldest.Add(underlineAfter))
}
