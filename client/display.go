package client

import (
	"fmt"
	"slices"

	"gm/vt"
)

// display writes screens to the user's terminal. It knows what the terminal
// shows and writes only the difference.
type display struct {
	dialect vt.Dialect
	noInit  bool       // stay out of the alternate screen
	shown   *vt.Screen // nil if not known
	before  *vt.Screen // the last that was painted since start; nil for none
	sudden  *vt.Screen // what the last frames have left in the terminal, written or not; nil for nothing
	theme   vt.Theme   // the terminal's own colors, as far as it has reported them
	last    *vt.Screen // to be left behind below what was there before; nil for none
	// directory is whether the terminal was sent one (OSC 7).
	directory bool
	// workingDirectory is gm's own; empty if it is not known.
	workingDirectory string
	// backArrow reports that DECBKM was set. Its state before is the user's: it is
	// not reset unless it was set.
	backArrow bool
	// colorReports is whether the terminal shall report changes of its colours
	// (?2031); reporting, whether it does.
	colorReports, reporting bool
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
	d.shown, d.before, d.sudden, d.colorReports = nil, nil, nil, false
	dst = append(dst, saveScroll...)
	if d.dialect.Titles {
		dst = append(dst, saveTitle...)
	}
	if !d.noInit {
		dst = append(dst, enterAlternate...)
	}
	return d.cursorKeys(dst)
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
	dst = d.resetBackArrow(dst, false)
	if d.noInit {
		dst = appendBelow(dst, d.shown)
	} else {
		dst = append(dst, leaveAlternate...)
		if d.last != nil {
			dst = vt.AppendLines(dst, d.last, usedRows(d.last), d.dialect)
		}
	}
	if d.dialect.Titles {
		dst = append(dst, restoreTitle...)
	}
	if d.reporting {
		dst = append(dst, colorReportsOff...)
		d.reporting = false
	}
	d.shown, d.before = nil, nil
	return dst
}

// traces are what the frames so far have left in the terminal.
func (d *display) traces() vt.Traces {
	return vt.Traces{Directory: d.directory, Shown: d.before, Theme: d.theme, WorkingDirectory: d.workingDirectory}
}

// lastStop returns what gives the terminal back whatever has been written to it
// since start, for when that is not known.
func (d *display) lastStop() []byte {
	last := display{dialect: d.dialect, noInit: d.noInit, directory: d.dialect.Directory, reporting: true, theme: d.theme}
	last.workingDirectory, last.before = d.workingDirectory, d.sudden
	if last.before == nil {
		last.before = vt.NewScreen(vt.MinCols, vt.MinRows)
	}
	last.before.Pointer, last.before.Progress.State = "default", vt.ProgressNormal
	return last.stop(nil)
}

// frame appends the bytes that make the terminal show s, which must not be
// changed after. A screen of another size is painted from scratch: terminals
// scroll, reflow and bring back lines when their window changes, each in its
// own way.
func (d *display) frame(dst []byte, s *vt.Screen) []byte {
	if d.colorReports && !d.reporting {
		dst = append(dst, colorReportsOn...)
		d.reporting = true
	}
	if d.shown == nil || !sameSize(d.shown, s) {
		dst = d.resetBackArrow(dst, s.Modes.BackArrow)
		dst = vt.AppendRepaint(d.cursorKeys(dst), d.before, s, d.dialect)
	} else {
		dst = vt.AppendDiff(dst, d.shown, s, d.dialect)
	}
	d.trace(s)
	d.shown, d.before = s, s
	d.directory = d.directory || s.Directory != ""
	d.backArrow = d.dialect.KeyModes && s.Modes.BackArrow
	return dst
}

// trace notes what s leaves in the terminal, and the frame before it.
func (d *display) trace(s *vt.Screen) {
	old := d.before
	if old == nil {
		old = vt.NewScreen(vt.MinCols, vt.MinRows)
	}
	if s.Colors != old.Colors || !slices.Equal(s.Notes, old.Notes) {
		d.sudden = vt.NewScreen(vt.MinCols, vt.MinRows)
		d.sudden.Colors, d.sudden.Notes = s.Colors.With(old.Colors), slices.Concat(s.Notes, old.Notes)
	}
}

// cursorKeys appends the mode of the cursor keys that holds all the time, if the
// screens do not carry the program's.
func (d *display) cursorKeys(dst []byte) []byte {
	if d.dialect.KeyModes {
		return dst
	}
	return append(dst, appCursorKeys...)
}

// resetBackArrow appends what resets DECBKM, if it was set and is not to be.
func (d *display) resetBackArrow(dst []byte, set bool) []byte {
	if d.backArrow && !set {
		d.backArrow = false
		dst = append(dst, resetDECBKM...)
	}
	return dst
}

// speak changes the dialect. What the terminal shows in another one is painted
// again.
func (d *display) speak(dialect vt.Dialect) {
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
