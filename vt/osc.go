package vt

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gm/vt/parser"
)

const (
	maxURI       = 2083 // bytes of a hyperlink's address; longer ones are ignored
	maxLinkID    = 250
	maxDirectory = 4 << 10
)

// OSCDispatch performs an operating system command. st is the terminator, which
// ends the reply too.
func (p *performer) OSCDispatch(data []byte, st string) {
	t := (*Terminal)(p)
	t.last.valid = false
	if text, ok := bytes.CutPrefix(data, []byte("1337;")); ok && t.inlineFile(text) {
		return
	}
	if t.options.Passages && t.passages.Transfer(data) {
		return
	}
	head, rest, _ := cutByte(string(data), ';')
	n, err := strconv.Atoi(head)
	if err != nil || head[0] == '+' || head[0] == '-' {
		return
	}
	switch {
	case n <= 2:
		t.setTitle(n, rest)
	case n == 4 || n == 5:
		t.paletteCommand(n, rest, st)
	case n == 7:
		t.screen.Directory = cleanWithin(rest, maxDirectory)
	case n == 8:
		t.hyperlink(rest)
	case n == 9 && strings.HasPrefix(rest, "4;"):
		t.progress(rest[2:])
	case n == 9 || n == 99 || n == 777 || n == 133 || n == 633 || n == 1337:
		t.event(n, rest)
	case n == 22:
		t.pointer(rest)
	case n >= 10 && n <= 19:
		t.dynamicCommand(n, rest, st)
	case n == 52:
		t.clipboardCommand(rest)
	case n == 66:
		t.sizedText(rest)
	case n == 104 || n == 105:
		t.resetPalette(n-100, rest)
	case n >= 110 && n <= 119:
		t.resetDynamic(n-100, rest)
	}
}

func cutByte(s string, b byte) (before, after string, found bool) {
	if i := strings.IndexByte(s, b); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// cleanWithin returns text without control characters, or "" if it is longer than
// limit bytes.
func cleanWithin(text string, limit int) string {
	if len(text) > limit {
		return ""
	}
	return clean(text)
}

// hyperlink performs OSC 8: parameters and an address. An empty address ends the
// link.
func (t *Terminal) hyperlink(data string) {
	parameters, uri, _ := cutByte(data, ';')
	link := Link{}
	if uri != "" && len(uri) <= maxURI {
		link = Link{ID: linkID(parameters), URI: clean(uri)}
	}
	if t.screen.tables.links.nearlyFull() {
		t.compactTables()
	}
	t.screen.Pen.Link = uint16(t.screen.tables.links.number(link))
	t.penChanged()
}

func linkID(parameters string) string {
	for p := range strings.SplitSeq(parameters, ":") {
		if id, ok := strings.CutPrefix(p, "id="); ok && len(id) <= maxLinkID {
			return clean(id)
		}
	}
	return ""
}

// clipboardCommand performs OSC 52: the names of selections, and base64 to set them
// or anything else to clear them (xterm ctlseqs). A query, whose data is ?, gets no
// reply: a report never repeats text.
func (t *Terminal) clipboardCommand(text string) {
	selection, data, ok := cutByte(text, ';')
	if !ok || data == "?" {
		return
	}
	if !isBase64(data) {
		data = ""
	}
	c := Clipboard{Selection: selectionNames(selection), Data: data}
	if t.options.Passages {
		t.passages.Replace(c.Selection)
	}
	t.screen.setClipboard(c)
}

// setClipboard appends c under the next number. It replaces earlier texts for the
// same selections. All texts together are at most as long as a single one may be:
// the oldest are dropped.
func (s *Screen) setClipboard(c Clipboard) {
	var list []Clipboard
	for _, old := range s.Clipboards {
		c.Seq = old.Seq
		if !isSubset(old.Selection, c.Selection) {
			list = append(list, old)
		}
	}
	c.Seq++
	list = append(list, c)
	first, size := len(list), 0
	for first > 0 && size+len(list[first-1].Data) <= parser.MaxClipboardString {
		first--
		size += len(list[first].Data)
	}
	s.Clipboards = list[first:]
}

// isSubset reports whether all selections in a are in b. An empty a means the
// terminal's own choice.
func isSubset(a, b string) bool { return a == b || a != "" && strings.Trim(a, b) == "" }

func selectionNames(names string) (known string) {
	for _, r := range names {
		if strings.ContainsRune("cpqs01234567", r) && !strings.ContainsRune(known, r) {
			known += string(r)
		}
	}
	return known
}

// clipboards returns the entries of list to send. A receiver that knows only the
// selection c gets the last one for that.
func (d *Dialect) clipboards(list []Clipboard) []Clipboard {
	switch {
	case d.NoOSC:
		return nil
	case d.AnyClipboard:
		return list
	}
	for _, c := range slices.Backward(list) {
		if c.Selection == "" || strings.Contains(c.Selection, "c") {
			c.Selection = "c"
			return []Clipboard{c}
		}
	}
	return nil
}

func isBase64(data string) bool {
	if strings.ContainsAny(data, "\r\n") {
		return false
	}
	e := base64.StdEncoding
	if len(data)%4 != 0 {
		e = base64.RawStdEncoding
	}
	_, err := e.DecodeString(data)
	return err == nil
}

// maxPointers bounds the pointer shapes that a program has saved, on each screen. A
// further push drops the oldest.
const maxPointers = 16

// pointerShapes are the shapes of the mouse pointer on the main and on the
// alternate screen, the current one last. An empty one is the terminal's own.
type pointerShapes [2][]string

// pointer performs OSC 22: a name sets the shape (xterm), or, as in kitty, > and a
// name pushes it, = and a name sets it, and < pops the last. Of several names the
// last counts. Queries get no reply.
func (t *Terminal) pointer(text string) {
	if strings.HasPrefix(text, "?") {
		return
	}
	t.last.valid = false
	stack := t.pointers[screenIndex(t.altActive)]
	below := stack[:max(len(stack)-1, 0)]
	switch {
	case strings.HasPrefix(text, "<"):
		stack = below
	case strings.HasPrefix(text, ">"):
		for name := range strings.SplitSeq(text[1:], ",") {
			stack = append(stack, pointerName(name))
		}
	default:
		name := strings.TrimPrefix(text, "=")
		stack = append(below, pointerName(name[strings.LastIndexByte(name, ',')+1:]))
	}
	if n := len(stack); n > maxPointers {
		stack = append(stack[:0], stack[n-maxPointers:]...)
	}
	t.pointers[screenIndex(t.altActive)] = stack
	t.screen.Pointer = t.pointers.current(t.altActive)
}

func (p *pointerShapes) current(other bool) string {
	if stack := p[screenIndex(other)]; len(stack) > 0 {
		return stack[len(stack)-1]
	}
	return ""
}

// pointerName returns the name of a shape if it looks like one of CSS or X11, else
// the empty name of the terminal's own.
func pointerName(name string) string {
	const longest = 32
	for i := range len(name) {
		c := name[i] | 0x20
		if !(c >= 'a' && c <= 'z' || name[i] >= '0' && name[i] <= '9' || name[i] == '-' || name[i] == '_') {
			return ""
		}
	}
	if len(name) > longest {
		return ""
	}
	return name
}

const (
	maxTitleText  = 4 << 10 // bytes of a title
	maxTitleStack = 10      // as in xterm; a further push drops the oldest
)

func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}

func titleText(text string) string {
	if len(text) > maxTitleText {
		text = strings.ToValidUTF8(text[:maxTitleText], "")
	}
	return clean(text)
}

// setTitle performs OSC 0 (both), 1 (icon) and 2 (window).
func (t *Terminal) setTitle(number int, text string) {
	s := t.screen
	text = titleText(text)
	if number != 1 {
		s.Title = text
	}
	if number != 2 {
		s.Icon = text
	}
	s.TitleSet = true
}

// savedTitle is an icon name and a title on the stack.
type savedTitle struct{ icon, title string }

// titleStack holds saved titles (XTWINOPS 22 and 23).
type titleStack []savedTitle

// save pushes the icon name (1), the title (2) or both (0). The other one is copied
// from the entry below, if there is one (xterm).
func (k *titleStack) save(s *Screen, what int) {
	pair, n := savedTitle{s.Icon, s.Title}, len(*k)
	if n > 0 && what == 1 {
		pair.title = (*k)[n-1].title
	}
	if n > 0 && what == 2 {
		pair.icon = (*k)[n-1].icon
	}
	if n == maxTitleStack {
		*k = slices.Delete(*k, 0, 1)
	}
	*k = append(*k, pair)
}

// restore pops an entry and sets the icon name (1), the title (2) or both (0).
func (k *titleStack) restore(s *Screen, what int) {
	n := len(*k)
	if n == 0 {
		return
	}
	pair := (*k)[n-1]
	*k = (*k)[:n-1]
	if what != 2 {
		s.Icon = pair.icon
	}
	if what != 1 {
		s.Title = pair.title
	}
}

// SetPixels sets the size of the window in pixels, 0 if it is unknown, for the
// reports of mode 2048. A program that enabled these gets one at the next Resize,
// even to the same size.
func (t *Terminal) SetPixels(width, height int) {
	t.windowPixels = Pixels{max(width, 0), max(height, 0)}
}

// windowOperation performs XTWINOPS: state, sizes, titles and the stack of titles.
// The window fills its display. Operations that would move or change it are
// refused.
func (t *Terminal) windowOperation(s *parser.Sequence) {
	cols, rows := t.screen.Size()
	switch n := s.At(0, 0); n {
	case 11: // shown, not an icon
		t.replyCSI("", "t", 1)
	case 13:
		t.replyCSI("", "t", 3, 0, 0)
	case 14, 15, 16:
		t.reportWhenKnown(func(t *Terminal) { t.reportPixels(n) })
	case 18, 19:
		t.replyCSI("", "t", n-10, rows, cols)
	case 20: // no icon name: a report never repeats text
		t.reply([]byte("\x1b]L\x1b\\"))
	case 21: // no title
		t.reply([]byte("\x1b]l\x1b\\"))
	case 22:
		t.titles.save(t.screen, s.At(1, 0))
	case 23:
		t.titles.restore(t.screen, s.At(1, 0))
	}
}

// reportPixels replies to XTWINOPS 14, 15 or 16 if the user's terminal did.
func (t *Terminal) reportPixels(n int) {
	size := [...]Pixels{t.user.Text, t.user.Screen, t.user.Cell}[n-14]
	if size != (Pixels{}) {
		t.replyCSI("", "t", n-10, size.Height, size.Width)
	}
}
