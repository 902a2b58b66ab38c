package vt

import (
	"encoding/base64"
	"strings"
)

// clipboardCommand is OSC 52: what is selected, and base64 to set it, ? to ask
// for it, or anything else to clear it (xterm ctlseqs).
func (t *Terminal) clipboardCommand(text, st string) {
	selection, data, ok := cutByte(text, ';')
	if !ok {
		return
	}
	selection = strings.Map(selectionName, selection)
	c := &t.screen.Clipboard
	if data == "?" {
		if t.options.Clipboard && c.Seq > 0 {
			t.reply([]byte("\x1b]52;" + selection + ";" + c.Data + st))
		}
		return
	}
	if !isBase64(data) {
		data = ""
	}
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
