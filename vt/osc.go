package vt

import (
	"strconv"
	"strings"
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
