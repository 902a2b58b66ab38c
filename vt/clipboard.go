package vt

import (
	"encoding/base64"
	"gm/vt/parser"
	"slices"
	"strings"
)

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
