package client

import (
	"fmt"
	"slices"

	"gm/vt"
)

// display writes screens to the user's terminal. It knows what the terminal
// shows and writes only the difference.
type display struct {
	dialect       vt.Dialect
	noInit        bool       // stay out of the alternate screen
	shown         *vt.Screen // nil if not known
	painted       *vt.Screen // the last that was painted since start; nil for none
	pendingTraces *vt.Screen // what the last frames have left in the terminal, written or not; nil for nothing
	theme         vt.Theme   // the terminal's own colors, as far as it has reported them
	finalScreen   *vt.Screen // to be left behind below what was there before; nil for none
	// directory is whether the terminal was sent one (OSC 7).
	directorySent bool
	// workingDirectory is gm's own; empty if it is not known.
	workingDirectory string
	// backArrow reports that DECBKM was set. Its state before is the user's: it is
	// not reset unless it was set.
	backArrow bool
	// colorReports is whether the terminal shall report changes of its colours
	// (?2031); reporting, whether it does.
	wantColorReports, reportingColors bool
}

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
	plainModifiers  = "\x1b[>4m" // as the terminal has it, and not off
)

// start appends what takes the terminal over.
func (d *display) start(dst []byte) []byte {
	d.shown, d.painted, d.pendingTraces, d.wantColorReports = nil, nil, nil, false
	dst = append(dst, saveScroll...)
	if d.dialect.Titles {
		dst = append(dst, saveTitle...)
	}
	if !d.noInit {
		dst = append(dst, enterAlternate...)
	}
	return d.appendCursorKeys(dst)
}

// stop appends what gives the terminal back as it was. It is right at any
// moment after start.
func (d *display) stop(dst []byte) []byte {
	dst = vt.AppendUndo(dst, d.dialect, d.traces())
	if d.dialect.Keyboard {
		dst = append(dst, plainModifiers...)
	}
	dst = append(dst, defaultKeys...)
	if d.dialect.KeyModes {
		dst = append(dst, plainKeypad...)
	}
	dst = d.appendBackArrowReset(dst, false)
	if d.noInit {
		dst = appendBelow(dst, d.shown)
	} else {
		dst = append(dst, leaveAlternate...)
		if d.finalScreen != nil {
			dst = vt.AppendLines(dst, d.finalScreen, usedRows(d.finalScreen), d.dialect)
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

// traces are what the frames so far have left in the terminal.
func (d *display) traces() vt.Traces {
	return vt.Traces{Directory: d.directorySent, Shown: d.painted, Theme: d.theme, WorkingDirectory: d.workingDirectory}
}

// lastStop returns what gives the terminal back whatever has been written to it
// since start, for when that is not known.
func (d *display) emergencyStop() []byte {
	last := display{dialect: d.dialect, noInit: d.noInit, directorySent: d.dialect.Directory, reportingColors: true, theme: d.theme}
	last.workingDirectory, last.painted = d.workingDirectory, d.pendingTraces
	if last.painted == nil {
		last.painted = vt.NewScreen(vt.MinCols, vt.MinRows)
	}
	last.painted.Pointer, last.painted.Progress.State = "default", vt.ProgressNormal
	return last.stop(nil)
}

// frame appends the bytes that make the terminal show s, which must not be
// changed after. A screen of another size is painted from scratch: terminals
// scroll, reflow and bring back lines when their window changes, each in its
// own way.
func (d *display) frame(dst []byte, s *vt.Screen) []byte {
	if d.wantColorReports && !d.reportingColors {
		dst = append(dst, colorReportsOn...)
		d.reportingColors = true
	}
	if d.shown == nil || !sameSize(d.shown, s) {
		dst = d.appendBackArrowReset(dst, s.Modes.BackArrow)
		dst = vt.AppendRepaint(d.appendCursorKeys(dst), d.painted, s, d.dialect)
	} else {
		dst = vt.AppendDiff(dst, d.shown, s, d.dialect)
	}
	d.recordTraces(s)
	d.shown, d.painted = s, s
	d.directorySent = d.directorySent || s.Directory != ""
	d.backArrow = d.dialect.KeyModes && s.Modes.BackArrow
	return dst
}

// trace notes what s leaves in the terminal, and the frame before it.
func (d *display) recordTraces(s *vt.Screen) {
	old := d.painted
	if old == nil {
		old = vt.NewScreen(vt.MinCols, vt.MinRows)
	}
	if s.Colors != old.Colors || !slices.Equal(s.Notes, old.Notes) {
		d.pendingTraces = vt.NewScreen(vt.MinCols, vt.MinRows)
		d.pendingTraces.Colors, d.pendingTraces.Notes = s.Colors.With(old.Colors), slices.Concat(s.Notes, old.Notes)
	}
}

// cursorKeys appends the mode of the cursor keys that holds all the time, if the
// screens do not carry the program's.
func (d *display) appendCursorKeys(dst []byte) []byte {
	if d.dialect.KeyModes {
		return dst
	}
	return append(dst, appCursorKeys...)
}

// resetBackArrow appends what resets DECBKM, if it was set and is not to be.
func (d *display) appendBackArrowReset(dst []byte, set bool) []byte {
	if d.backArrow && !set {
		d.backArrow = false
		dst = append(dst, resetDECBKM...)
	}
	return dst
}

// speak changes the dialect. What the terminal shows in another one is painted
// again.
func (d *display) setDialect(dialect vt.Dialect) {
	if d.dialect != dialect {
		d.dialect = dialect
		d.repaint()
	}
}

func sameSize(a, b *vt.Screen) bool {
	cols, rows := a.Size()
	c, r := b.Size()
	return c == cols && r == rows
}

// repaint makes the next frame paint the whole screen, whatever the terminal
// shows and whichever modes it is in.
func (d *display) repaint() { d.shown = nil }

// appendBelow moves to the line below everything that s shows; s may be nil.
func appendBelow(dst []byte, s *vt.Screen) []byte {
	if s != nil {
		dst = fmt.Appendf(dst, "\x1b[%dH", lastRow(s)+1)
	}
	return append(dst, "\r\n"...)
}

// usedRows returns how many rows there are down to the last with something in it.
func usedRows(s *vt.Screen) int {
	n := lastRow(s) + 1
	if n == s.Cursor.Y+1 && s.RowText(s.Cursor.Y) == "" {
		n--
	}
	return n
}

// lastRow is the lowest row with something in it, the cursor's at least.
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
