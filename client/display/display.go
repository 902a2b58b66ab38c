// Package display generates the output for the user's terminal. It keeps a copy of the
// screen in the terminal and writes the differences.
package display

import (
	"fmt"
	"slices"

	"gm/vt"
)

// Display generates the output for the user's terminal. The exported fields are set before
// Start, or as the terminal is known.
type Display struct {
	NoInit bool // neither the alternate screen nor the scrollback is used
	// FinalScreen is left below the earlier contents at the end; nil for none.
	FinalScreen *vt.Screen
	// Suspending reports, for Stop, that the session will be shown again.
	Suspending bool
	// WorkingDirectory is gm's own; empty if unknown.
	WorkingDirectory string
	Theme            vt.Theme // the terminal's own colors, as far as reported
	// WantColorReports requests reports of colour changes from the terminal (mode 2031).
	WantColorReports bool

	dialect    vt.Dialect
	scrollback *scrollback // nil if the session is on the alternate screen
	shown      *vt.Screen  // the screen in the terminal; nil if unknown
	paints     int         // how often the whole screen was painted
	painted    *vt.Screen  // the last frame since Start; nil for none
	// pendingTraces has the colors and notes of the last frames, whether or not they
	// have been written; nil for none.
	pendingTraces *vt.Screen
	// directorySent reports whether the terminal was sent a directory (OSC 7).
	directorySent bool
	// backArrow reports whether a frame has set DECBKM. If none has, its state is
	// the user's and is not touched.
	backArrow       bool
	reportingColors bool // mode 2031 is set
}

// New returns a Display for a terminal of a dialect.
func New(dialect vt.Dialect) *Display { return &Display{dialect: dialect} }

// Sequences of the user's terminal (xterm ctlseqs).
const (
	enterAlternate  = "\x1b[?1049h"
	leaveAlternate  = "\x1b[?1049l"
	saveTitle       = "\x1b[22;0t"
	restoreTitle    = "\x1b[23;0t"
	saveScroll      = "\x1b[?1007s" // for vt.AppendUndo
	appCursorKeys   = "\x1b[?1h"
	defaultKeys     = "\x1b[?1l"
	plainKeypad     = "\x1b>"
	resetDECBKM     = "\x1b[?67l"
	colorReportsOn  = "\x1b[?2031h"
	colorReportsOff = "\x1b[?2031l"
	plainModifiers  = "\x1b[>4m" // the terminal's own default, which may not be off
)

// Start appends the sequences that take over the terminal, whose window has that size.
func (d *Display) Start(dst []byte, cols, rows int) []byte {
	d.shown, d.painted, d.pendingTraces, d.WantColorReports = nil, nil, nil, false
	dst = append(dst, saveScroll...)
	if d.dialect.Titles {
		dst = append(dst, saveTitle...)
	}
	switch {
	case d.scrollback != nil:
		dst = d.scrollback.start(dst, cols, rows)
		d.painted = d.scrollback.resized // events may come before the first frame
	case !d.NoInit:
		dst = append(dst, enterAlternate...)
	}
	return d.appendCursorKeys(dst)
}

// Stop appends the sequences that restore the terminal. It may be called at any time
// after Start.
func (d *Display) Stop(dst []byte) []byte {
	if d.scrollback != nil {
		dst = d.paintFinal(dst)
	}
	dst = vt.AppendUndo(dst, d.dialect, d.traces())
	if d.dialect.Keyboard {
		dst = append(dst, plainModifiers...)
	}
	dst = append(dst, defaultKeys...)
	if d.dialect.KeyModes {
		dst = append(dst, plainKeypad...)
	}
	dst = d.appendBackArrowReset(dst, false)
	switch {
	case d.scrollback != nil:
		dst = d.stopScrollback(dst)
	case d.NoInit:
		dst = appendBelow(dst, d.shown)
	default:
		dst = append(dst, leaveAlternate...)
		if d.FinalScreen != nil {
			final := d.FinalScreen.WithoutPictures(nil)
			dst = vt.AppendLines(dst, final, usedRows(final), d.dialect)
		}
	}
	if d.dialect.Titles {
		dst = append(dst, restoreTitle...)
	}
	if d.reportingColors {
		dst = append(dst, colorReportsOff...)
		d.reportingColors = false
	}
	d.shown, d.painted = nil, nil
	return dst
}

// Painted returns the last frame since Start; nil if there is none.
func (d *Display) Painted() *vt.Screen { return d.painted }

// Paints returns how often the whole screen was painted.
func (d *Display) Paints() int { return d.paints }

// PendingTraces returns a screen with the colors and notes that the terminal may have been
// sent: another one whenever they change, and nil for none.
func (d *Display) PendingTraces() *vt.Screen { return d.pendingTraces }

func (d *Display) traces() vt.Traces {
	return vt.Traces{Directory: d.directorySent, Shown: d.painted, Theme: d.Theme, WorkingDirectory: d.WorkingDirectory}
}

// EmergencyStop returns the sequences that restore the terminal whatever part of the
// frames since start it has received.
func (d *Display) EmergencyStop() []byte {
	last := Display{dialect: d.dialect, NoInit: d.NoInit, scrollback: d.scrollback.forEmergency(), directorySent: d.dialect.Directory, reportingColors: true, Theme: d.Theme}
	last.WorkingDirectory, last.painted = d.WorkingDirectory, d.pendingTraces
	if last.painted == nil {
		last.painted = vt.NewScreen(vt.MinCols, vt.MinRows)
	}
	last.painted.Pointer, last.painted.Progress.State = "default", vt.ProgressNormal
	return last.Stop(nil)
}

// Frame appends the output that makes the terminal show s, which must not be changed
// after that. Before it come the lines that have scrolled off, if they go into the
// terminal's scrollback. A screen of another size is painted from scratch: terminals
// scroll, reflow and restore lines differently when their window is resized.
func (d *Display) Frame(dst []byte, s *vt.Screen, off ScrolledOff) []byte {
	if d.scrollback == nil {
		return d.paint(dst, s, d.dialect)
	}
	return d.frameWithScrollback(dst, s, off)
}

func (d *Display) paint(dst []byte, s *vt.Screen, dialect vt.Dialect) []byte {
	if d.WantColorReports && !d.reportingColors {
		dst = append(dst, colorReportsOn...)
		d.reportingColors = true
	}
	if d.shown == nil || !sameSize(d.shown, s) {
		d.paints++
		dst = d.appendBackArrowReset(dst, s.Modes.BackArrow)
		dst = vt.AppendRepaint(d.appendCursorKeys(dst), d.painted, s, dialect)
	} else {
		dst = vt.AppendDiff(dst, d.shown, s, dialect)
	}
	d.recordTraces(s)
	d.shown, d.painted = s, s
	d.directorySent = d.directorySent || s.Directory != ""
	d.backArrow = d.dialect.KeyModes && s.Modes.BackArrow
	return dst
}

// recordTraces adds the colors and notes of s and of the frame before it to
// pendingTraces. Either may be in the terminal until s is written.
func (d *Display) recordTraces(s *vt.Screen) {
	old := d.painted
	if old == nil {
		old = vt.NewScreen(vt.MinCols, vt.MinRows)
	}
	if s.Colors != old.Colors || !slices.Equal(s.Notes, old.Notes) {
		d.pendingTraces = vt.NewScreen(vt.MinCols, vt.MinRows)
		d.pendingTraces.Colors, d.pendingTraces.Notes = s.Colors.With(old.Colors), slices.Concat(s.Notes, old.Notes)
	}
}

// appendCursorKeys appends application mode of the cursor keys (DECCKM) if the frames
// do not contain the program's mode. The server then translates the keys.
func (d *Display) appendCursorKeys(dst []byte) []byte {
	if d.dialect.KeyModes {
		return dst
	}
	return append(dst, appCursorKeys...)
}

// appendBackArrowReset appends the reset of DECBKM if a frame has set it and set is
// false.
func (d *Display) appendBackArrowReset(dst []byte, set bool) []byte {
	if d.backArrow && !set {
		d.backArrow = false
		dst = append(dst, resetDECBKM...)
	}
	return dst
}

// SetDialect sets the dialect, once more is known about the terminal.
func (d *Display) SetDialect(dialect vt.Dialect) {
	if d.dialect != dialect {
		d.dialect = dialect
		d.Repaint()
	}
}

func sameSize(a, b *vt.Screen) bool {
	cols, rows := a.Size()
	c, r := b.Size()
	return c == cols && r == rows
}

// Repaint makes the next frame paint the whole screen, whatever the contents and the
// modes of the terminal.
func (d *Display) Repaint() { d.shown = nil }

func appendBelow(dst []byte, s *vt.Screen) []byte {
	if s != nil {
		dst = fmt.Appendf(dst, "\x1b[%dH", lastRow(s)+1)
	}
	return append(dst, "\r\n"...)
}

func usedRows(s *vt.Screen) int {
	n := lastRow(s) + 1
	if n == s.Cursor.Y+1 && s.RowText(s.Cursor.Y) == "" {
		n--
	}
	return n
}

func lastRow(s *vt.Screen) int {
	cols, rows := s.Size()
	for y := rows - 1; y > s.Cursor.Y; y-- {
		for x := range cols {
			if !s.Cell(x, y).Blank() {
				return y
			}
		}
	}
	return s.Cursor.Y
}
