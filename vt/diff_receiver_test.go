package vt

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// diffReceiver is the least capable terminal for a diff: it knows the sequences that
// protocol, section 8, lists and diffs use, and those of the dialect, and fails on
// all others. It uses the painting functions and shares no code with Terminal, so that
// each tests the other.
type diffReceiver struct {
	*Screen
	dialect     Dialect
	top, bottom int
	noWrap      bool
	clusters    bool
	last        string
	// singleWidthOnly ignores ESC #.
	singleWidthOnly bool
}

// receiveDiff returns the screen of a terminal that shows from after it has received
// diff.
func receiveDiff(from *Screen, diff []byte, d Dialect) (s *Screen, err error) {
	r := &diffReceiver{Screen: from.Clone(), dialect: d, singleWidthOnly: !d.LineAttributes}
	return r.read(diff)
}

// receiveDiffSingleWidth is receiveDiff for a terminal without lines of double width.
func receiveDiffSingleWidth(from *Screen, diff []byte, d Dialect) (s *Screen, err error) {
	r := &diffReceiver{Screen: from.Clone(), dialect: d, singleWidthOnly: true}
	return r.read(diff)
}

func (r *diffReceiver) read(diff []byte) (s *Screen, err error) {
	r.bottom = len(r.rows)
	if r.singleWidthOnly {
		r.singleWidth()
		// The last column of a line of double width is in the middle of the terminal.
		r.Cursor.PendingWrap = r.Cursor.PendingWrap && r.Cursor.X == r.cols-1
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v in %q", p, diff)
		}
	}()
	for rest := string(diff); rest != ""; {
		rest = rest[r.step(rest):]
	}
	if r.top != 0 || r.bottom != len(r.rows) || r.noWrap || r.clusters {
		panic("margins or modes left behind")
	}
	r.blankHiddenHalf()
	return r.Screen, nil
}

// step performs the first control, sequence or character of s and returns its length.
func (r *diffReceiver) step(s string) int {
	switch c := &r.Cursor; {
	case strings.HasPrefix(s, "\x1b]"):
		n := strings.IndexByte(s, '\a')
		r.osc(s[2:n])
		return n + 1
	case strings.HasPrefix(s, "\x1b["):
		n := strings.IndexFunc(s[2:], func(c rune) bool { return c >= '@' && c <= '~' }) + 3
		r.csi(s[2:n-1], s[n-1])
		return n
	case strings.HasPrefix(s, "\x1b="), strings.HasPrefix(s, "\x1b>"):
		r.want(r.dialect.KeyModes, "keypad mode")
		r.Modes.Keypad = s[1] == '='
		return 2
	case strings.HasPrefix(s, "\x1b#"):
		r.want(r.dialect.LineAttributes && c.X == 0, "line attribute")
		if !r.singleWidthOnly {
			r.SetLineAttribute(c.Y, map[byte]LineAttribute{'3': DoubleHeightTop, '4': DoubleHeightBottom, '5': SingleWidth, '6': DoubleWidth}[s[2]])
		}
		return 3
	case s[0] == '\r':
		c.X, c.PendingWrap = 0, false
	case s[0] == '\b':
		r.want(!c.PendingWrap && c.X > 0, "BS at an edge")
		c.X--
	case s[0] == '\n':
		r.want(!c.PendingWrap && c.Y+1 < len(r.rows), "LF at an edge")
		c.Y++
	case s[0] == '\a':
		r.Bells++
	case s[0] < ' ':
		r.want(false, "control")
	default:
		return r.text(s)
	}
	return 1
}

func (r *diffReceiver) want(ok bool, what string) {
	if !ok {
		panic(what)
	}
}

func (r *diffReceiver) text(s string) int {
	n, w := nextCharacter(s)
	if i := strings.Index(s, "\x1b[?2027l"); r.clusters {
		// a diff puts only one character into the mode
		r.print(s[:i], 2)
		return i
	}
	if w == 1 && n > 1 && utf8.RuneLen(rune(s[0])) == 1 && s[1] < utf8.RuneSelf {
		n = 1
	}
	r.print(s[:n], w)
	return n
}

func (r *diffReceiver) print(text string, w int) {
	c := &r.Cursor
	r.want(c.X < r.shown(), "text where there is no column")
	if c.PendingWrap || c.X+w > r.shown() && !r.noWrap {
		r.want(c.Y+1 < len(r.rows), "wrap in the last row")
		r.writable(c.Y).wrapped = true
		c.X, c.Y, c.PendingWrap = 0, c.Y+1, false
	}
	r.last = text
	r.SetText(c.X, c.Y, text, w, r.Pen)
	c.X += w
	if c.X >= r.shown() {
		c.X, c.PendingWrap = r.shown()-1, !r.noWrap
	}
}

// shown returns the number of columns of the cursor's row.
func (r *diffReceiver) shown() int { return r.rows[r.Cursor.Y].columns() }

func (r *diffReceiver) csi(params string, final byte) {
	if final == 'm' && !strings.HasPrefix(params, ">") {
		r.sgr(params)
		return
	}
	if number, ok := strings.CutPrefix(params, "?"); ok && final == 'r' {
		n, _ := strconv.Atoi(number)
		*r.toggleOf(n) = Untouched
		return
	}
	if final == 'h' || final == 'l' {
		r.mode(params, final == 'h')
		return
	}
	if r.extra(params, final) {
		return
	}
	var p [2]int
	for i, s := range strings.SplitN(params, ";", 2) {
		if s != "" {
			n, err := strconv.Atoi(s)
			r.want(err == nil && n > 0 || final == 'J' && n == 2, "parameter "+params)
			p[i] = n
		}
	}
	if strings.IndexByte("JK", final) < 0 {
		p[0] = max(p[0], 1)
	}
	r.move(p[0], max(p[1], 1), params, final)
}

func (r *diffReceiver) move(a, b int, params string, final byte) {
	c := &r.Cursor
	if strings.IndexByte("mJKXrST", final) < 0 {
		c.PendingWrap = false
	}
	switch final {
	case 'A':
		c.Y -= a
	case 'B':
		c.Y += a
	case 'C':
		r.want(c.X+a < r.shown(), "CUF beyond the row")
		c.X += a
	case 'D':
		c.X -= a
	case 'G':
		c.X = a - 1
	case 'd':
		c.Y = a - 1
	case 'H':
		c.X, c.Y = b-1, a-1
	case 'r':
		r.top, r.bottom = a-1, len(r.rows)
		if params != "" {
			r.bottom = b
		}
		c.X, c.Y = 0, 0
	default:
		r.edit(a, final)
	}
	r.want(r.inside(c.X, c.Y), "moved outside")
}

func (r *diffReceiver) edit(n int, final byte) {
	c, bg := &r.Cursor, Rendition{Bg: r.Pen.Bg}
	if r.dialect.HideCursor {
		bg.Fg = r.Pen.Fg // as in xterm
	}
	if r.dialect.NoBCE {
		bg = Rendition{}
	}
	r.want(c.X < r.shown() || strings.IndexByte("KX@P", final) < 0, "editing where there is no column")
	r.want(!c.PendingWrap || final == 'J' && n == 2 || final == 'S' || final == 'T', "editing with a pending wrap")
	switch final {
	case 'K':
		r.Erase(c.X, c.Y, r.cols, bg)
		r.writable(c.Y).wrapped = false
	case 'X':
		r.Erase(c.X, c.Y, n, bg)
	case '@':
		r.InsertCells(c.X, c.Y, n, bg)
	case 'P':
		r.DeleteCells(c.X, c.Y, n, bg)
	case 'J':
		first := c.Y
		if n == 2 {
			first = 0
		} else {
			r.want(c.X == 0, "ED inside a row")
		}
		for y := first; y < len(r.rows); y++ {
			r.Erase(0, y, r.cols, bg)
			r.writable(y).wrapped, r.writable(y).attribute = false, SingleWidth
		}
	case 'S':
		r.scroll(r.top, n, bg)
	case 'T':
		r.scroll(r.top, -n, bg)
	case 'M':
		r.scroll(c.Y, n, bg)
	case 'L':
		r.scroll(c.Y, -n, bg)
	default:
		r.want(false, "CSI "+string(final))
	}
}

func (r *diffReceiver) scroll(top, n int, bg Rendition) {
	rows := r.rows[top:r.bottom]
	shift(rows, max(min(n, len(rows)), -len(rows)))
	for i := range rows {
		if rows[i] == nil {
			rows[i] = &row{cells: make([]Cell, r.cols), owner: r.owner}
			r.Erase(0, top+i, r.cols, bg)
		}
	}
}

// extra performs sequences that only some dialects have.
func (r *diffReceiver) extra(params string, final byte) bool {
	n, _ := strconv.Atoi(params)
	switch {
	case final == 'b' && r.dialect.Repeat:
		for range n {
			r.print(r.last, 1)
		}
	case final == 'q' && strings.HasSuffix(params, " ") && r.dialect.CursorShape:
		n, _ = strconv.Atoi(strings.TrimSpace(params))
		r.Cursor.Shape = uint8(n)
	case final == 'u' && params[0] == '=' && r.dialect.Keyboard:
		n, _ = strconv.Atoi(params[1:])
		r.Modes.KittyKeys = uint8(n)
	case final == 'm' && params[:3] == ">4;" && r.dialect.Keyboard:
		n, _ = strconv.Atoi(params[3:])
		r.Modes.ModifyOtherKeys = uint8(n)
	default:
		return false
	}
	return true
}

func (r *diffReceiver) mode(params string, on bool) {
	if params == "4" || params == "20" {
		r.want(!on, "ANSI mode "+params)
		return
	}
	for _, s := range strings.Split(params[1:], ";") {
		n, _ := strconv.Atoi(s)
		r.privateMode(n, on)
	}
}

func (r *diffReceiver) privateMode(n int, on bool) {
	m := &r.Modes
	switch n {
	case 1:
		r.want(r.dialect.KeyModes, "DECCKM")
		m.CursorKeys = on
	case 67:
		r.want(r.dialect.KeyModes, "DECBKM")
		m.BackArrow = on
	case 5:
		m.ReverseVideo = on
	case 6, 69:
		r.want(!on, fmt.Sprint("mode ", n))
	case 7:
		r.noWrap = !on
	case 25:
		r.Cursor.Hidden = !on
	case 1004:
		m.FocusEvents = on
	case 1007, 1034, 1035, 1036, 1037, 1039:
		*r.toggleOf(n) = toggleOf(on)
	case 2004:
		m.BracketedPaste = on
	case 9, 1000, 1001, 1002, 1003:
		m.Mouse = MouseMode(n)
		if !on {
			m.Mouse = 0
		}
	case 1005, 1006, 1015, 1016:
		r.want(n != 1016 || !on || r.dialect.PixelMouse, "mode 1016")
		m.MouseEncoding = MouseEncoding(n)
		if !on {
			m.MouseEncoding = 0
		}
	case 2027:
		r.want(r.dialect.Clusters, "mode 2027")
		r.clusters = on
	default:
		r.want(false, fmt.Sprint("mode ", n))
	}
}

func (r *diffReceiver) osc(s string) {
	r.want(!r.dialect.NoOSC, "OSC")
	number, text, _ := strings.Cut(s, ";")
	switch number {
	case "0", "1", "2":
		r.want(r.dialect.Titles, "title")
		r.TitleSet = true
		if number != "1" {
			r.Title = text
		}
		if number != "2" {
			r.Icon = text
		}
	case "52":
		selection, data, _ := strings.Cut(text, ";")
		r.Clipboards = append(r.Clipboards, Clipboard{selection, data, 0})
		r.want(r.dialect.AnyClipboard || selection == "c", "selection")
	case "7":
		r.want(r.dialect.Directory, "directory")
		r.Directory = text
	case "9", "99", "777":
		if progress, found := strings.CutPrefix(s, "9;4;"); found {
			r.want(r.dialect.Progress, "progress")
			fmt.Sscanf(progress+";0", "%d;%d", &r.Progress.State, &r.Progress.Percent)
			break
		}
		r.want(r.dialect.Notifications, "notification")
	case "133", "633", "1337":
		if name, value, found := strings.Cut(s, "="); found && number != "133" && text[0] != 'E' {
			if variable, data, found := strings.Cut(value, "="); found && strings.HasPrefix(text, "SetUserVar") {
				name, value = name+"="+variable, data
			}
			r.want(r.dialect.Notes, "note")
			r.setNote(Note{name + "=", value})
			break
		}
		r.want(r.dialect.Marks, "mark")
		r.want(r.Cursor.X == 0 || text[0] != 'A' || number == "633", "new line at a mark")
	case "22":
		r.want(r.dialect.Pointer, "pointer")
		r.Pointer = text
	case "4", "104", "10", "11", "12", "13", "14", "17", "19", "110", "111", "112", "113", "114", "117", "119":
		r.want(r.dialect.SetColors, "colour")
		r.color(number, text)
	case "8":
		r.want(r.dialect.Links, "link")
		id, uri, _ := strings.Cut(text, ";")
		r.Pen.Link = uint16(r.tables.links.number(Link{strings.TrimPrefix(id, "id="), uri}))
	default:
		r.want(false, "OSC "+number)
	}
}
