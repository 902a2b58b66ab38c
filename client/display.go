package client

import (
	"fmt"
	"slices"

	"gm/vt"
)

// display generates the output for the user's terminal. It keeps a copy of the screen
// in the terminal and generates the differences.
type display struct {
	dialect vt.Dialect
	noInit  bool       // do not use the alternate screen
	shown   *vt.Screen // the screen in the terminal; nil if unknown
	painted *vt.Screen // the last frame since start; nil for none
	theme   vt.Theme   // the terminal's own colors, as far as reported
	// pendingTraces has the colors and notes of the last frames, whether or not they
	// have been written; nil for none.
	pendingTraces *vt.Screen
	// finalScreen is left below the earlier contents at the end; nil for none.
	finalScreen *vt.Screen
	// directorySent reports whether the terminal was sent a directory (OSC 7).
	directorySent bool
	// workingDirectory is gm's own; empty if unknown.
	workingDirectory string
	// backArrow reports whether a frame has set DECBKM. If none has, its state is
	// the user's and is not touched.
	backArrow bool
	// wantColorReports requests reports of colour changes from the terminal (mode
	// 2031). reportingColors reports whether the mode is set.
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
	plainModifiers  = "\x1b[>4m" // the terminal's own default, which may not be off
)

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

// stop appends the sequences that restore the terminal. It may be called at any time
// after start.
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

func (d *display) traces() vt.Traces {
	return vt.Traces{Directory: d.directorySent, Shown: d.painted, Theme: d.theme, WorkingDirectory: d.workingDirectory}
}

// emergencyStop returns the sequences that restore the terminal whatever part of the
// frames since start it has received.
func (d *display) emergencyStop() []byte {
	last := display{dialect: d.dialect, noInit: d.noInit, directorySent: d.dialect.Directory, reportingColors: true, theme: d.theme}
	last.workingDirectory, last.painted = d.workingDirectory, d.pendingTraces
	if last.painted == nil {
		last.painted = vt.NewScreen(vt.MinCols, vt.MinRows)
	}
	last.painted.Pointer, last.painted.Progress.State = "default", vt.ProgressNormal
	return last.stop(nil)
}

// frame appends the output that makes the terminal show s, which must not be changed
// after that. A screen of another size is painted from scratch: terminals scroll,
// reflow and restore lines differently when their window is resized.
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

// recordTraces adds the colors and notes of s and of the frame before it to
// pendingTraces. Either may be in the terminal until s is written.
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

// appendCursorKeys appends application mode of the cursor keys (DECCKM) if the frames
// do not contain the program's mode. The server then translates the keys.
func (d *display) appendCursorKeys(dst []byte) []byte {
	if d.dialect.KeyModes {
		return dst
	}
	return append(dst, appCursorKeys...)
}

// appendBackArrowReset appends the reset of DECBKM if a frame has set it and set is
// false.
func (d *display) appendBackArrowReset(dst []byte, set bool) []byte {
	if d.backArrow && !set {
		d.backArrow = false
		dst = append(dst, resetDECBKM...)
	}
	return dst
}

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

// repaint makes the next frame paint the whole screen, whatever the contents and the
// modes of the terminal.
func (d *display) repaint() { d.shown = nil }

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

// lastRow returns the last row that is not blank or has the cursor.
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
