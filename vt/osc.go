package vt

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"gm/vt/parser"
)

const (
	maxURI       = 2083 // bytes of a hyperlink's address; longer ones are no links
	maxLinkID    = 250
	maxDirectory = 4 << 10
)

// OSCDispatch does an operating system command. st is what ended it, and ends the
// answer too.
func (p *performer) OSCDispatch(data []byte, st string) {
	t := (*Terminal)(p)
	t.last.valid = false
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
		t.screen.Directory = limited(rest, maxDirectory)
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

// cutByte is strings.Cut for one byte.
func cutByte(s string, b byte) (before, after string, found bool) {
	if i := strings.IndexByte(s, b); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// limited gives clean text, or none if it is longer than limit bytes.
func limited(text string, limit int) string {
	if len(text) > limit {
		return ""
	}
	return clean(text)
}

// hyperlink is OSC 8: parameters and an address; an empty address ends the link.
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

// linkID gives the id among a link's parameters, key=value with colons between.
func linkID(parameters string) string {
	for p := range strings.SplitSeq(parameters, ":") {
		if id, ok := strings.CutPrefix(p, "id="); ok && len(id) <= maxLinkID {
			return clean(id)
		}
	}
	return ""
}

// clipboardCommand performs OSC 52: the names of selections, and base64 to set
// them, anything else to clear them (xterm ctlseqs). A query, whose data is ?, is
// not answered: a report never repeats text.
func (t *Terminal) clipboardCommand(text string) {
	selection, data, ok := cutByte(text, ';')
	if !ok || data == "?" {
		return
	}
	if !isBase64(data) {
		data = ""
	}
	t.screen.setClipboard(Clipboard{Selection: selectionNames(selection), Data: data})
}

// setClipboard adds c under the next number, in place of those before that were for
// no other selection. All texts together are not longer than one may be: the oldest
// are dropped.
func (s *Screen) setClipboard(c Clipboard) {
	var list []Clipboard
	for _, old := range s.Clipboards {
		c.Seq = old.Seq
		if !within(old.Selection, c.Selection) {
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

// within reports whether the selections a are all among b. None is the terminal's own
// choice.
func within(a, b string) bool { return a == b || a != "" && strings.Trim(a, b) == "" }

// selectionNames returns the names of selections and cut buffers among names, each
// once.
func selectionNames(names string) (known string) {
	for _, r := range names {
		if strings.ContainsRune("cpqs01234567", r) && !strings.ContainsRune(known, r) {
			known += string(r)
		}
	}
	return known
}

// clipboards returns what travels of list: of a reader that knows the selection c
// alone, the last for that.
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

// isBase64 reports whether data is base64, with its padding or without.
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

// maxPointers bounds the pointer shapes that a program has put aside, on each screen.
// A push beyond it forgets the oldest.
const maxPointers = 16

// pointerShapes are the shapes of the mouse pointer on the main and on the alternate
// screen, the current ones last. An empty one is the terminal's own.
type pointerShapes [2][]string

// pointer performs OSC 22: a name sets the shape (xterm), or, as in kitty, after a >
// pushes it, after a = sets it, and < takes the last off. Of several names the last
// counts. Queries are not answered.
func (t *Terminal) pointer(text string) {
	if strings.HasPrefix(text, "?") {
		return
	}
	t.last.valid = false
	stack := t.pointers[slot(t.onOther)]
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
	t.pointers[slot(t.onOther)] = stack
	t.screen.Pointer = t.pointers.current(t.onOther)
}

func (p *pointerShapes) current(other bool) string {
	if stack := p[slot(other)]; len(stack) > 0 {
		return stack[len(stack)-1]
	}
	return ""
}

// pointerName returns the name of a shape, if it is like one of CSS or of X11; else
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
