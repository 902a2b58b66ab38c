package predict

import (
	"time"

	"gm/internal/deadline"
)

// Mode is the display mode of predictions, a value of --predict.
type Mode string

const (
	Adaptive     Mode = "adaptive"
	Always       Mode = "always"
	Never        Mode = "never"
	Experimental Mode = "experimental" // shows tentative predictions too
)

// Valid reports whether m is one of the four modes.
func (m Mode) Valid() bool {
	switch m {
	case Adaptive, Always, Never, Experimental:
		return true
	}
	return false
}

// Thresholds of the triggers (protocol, section 9).
const (
	// Send intervals above which predictions are shown and underlined, and down
	// to which they stay so.
	showAbove      = 30 * time.Millisecond
	hideUpTo       = 20 * time.Millisecond
	underlineAbove = 80 * time.Millisecond
	underlineUpTo  = 50 * time.Millisecond

	// Ages of a pending prediction from which it counts as a glitch, which shows
	// predictions, and from which predictions are underlined.
	glitchAfter    = 250 * time.Millisecond
	underlineAfter = 5 * time.Second

	// glitchConfirms is the number of quick confirmations that end a glitch;
	// confirmSpacing is the least time between two that count.
	glitchConfirms = 10
	confirmSpacing = 150 * time.Millisecond
)

// showPolicy decides whether predictions are shown in adaptive mode, because the
// link is slow, and whether they are underlined in any mode.
type showPolicy struct {
	srttTrigger   bool      // show: the send interval is long
	flagging      bool      // underline: the send interval is very long
	longPending   bool      // underline: a prediction has been pending for underlineAfter
	glitchTrigger int       // show: quick confirmations left until the glitch is over
	lastConfirm   time.Time // the last one counted
}

func (d *showPolicy) show() bool      { return d.srttTrigger || d.glitchTrigger > 0 }
func (d *showPolicy) underline() bool { return d.flagging || d.longPending }

// update sets the triggers. oldest is the time at which the oldest pending cell
// was predicted, zero without one; pending includes cursor predictions.
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

func (d *showPolicy) confirm(now, made time.Time) {
	if d.glitchTrigger > 0 && now.Sub(made) < glitchAfter && now.Sub(d.lastConfirm) >= confirmSpacing {
		d.glitchTrigger--
		d.lastConfirm = now
	}
}

// deadline returns the time at which update has another result for the same
// arguments, or the zero time.
func (d *showPolicy) deadline(now, oldest time.Time) time.Time {
	if oldest.IsZero() {
		return time.Time{}
	}
	return deadline.EarliestAfter(now, oldest.Add(glitchAfter), oldest.Add(underlineAfter))
}
