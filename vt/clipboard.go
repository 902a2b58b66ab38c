package vt

import (
	"encoding/base64"
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
	selection = strings.Map(selectionName, selection)
	c := &t.screen.Clipboard
	*c = Clipboard{Selection: selection, Data: data, Seq: c.Seq + 1}
}

// selectionName keeps the names of selections and cut buffers.
func selectionName(r rune) rune {
	if strings.ContainsRune("cpqs01234567", r) {
		return r
	}
	return -1
}

// isBase64 says that data is base64, with its padding or without.
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
