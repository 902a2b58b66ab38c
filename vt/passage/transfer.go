package passage

import (
	"bytes"
	"strings"
)

const (
	// MaxTransfer bounds a text for the clipboard and a file, or a part of a file, in bytes
	// of the command.
	MaxTransfer = 32 << 20

	// minClipboard is the length of a command from which on a text for the clipboard is a
	// passage. Shorter ones are part of a screen.
	minClipboard = 1<<20 + 1

	// maxArguments bounds the arguments of a file, in bytes.
	maxArguments = 4 << 10
)

// longClipboard returns the selection and the text of a long OSC 52. Text that is not base64
// is none: it clears the selection (xterm ctlseqs).
func longClipboard(osc []byte) (selection string, data []byte, ok bool) {
	rest, found := bytes.CutPrefix(osc, []byte("52;"))
	if len(osc) < minClipboard || !found {
		return "", nil, false
	}
	names, data, found := bytes.Cut(rest, []byte(";"))
	if !found || !IsBase64(data) {
		return "", nil, false
	}
	for _, r := range string(names[:min(len(names), maxArguments)]) {
		if strings.ContainsRune(selections, r) && !strings.ContainsRune(selection, r) {
			selection += string(r)
		}
	}
	return selection, bytes.Clone(data), true
}

// selections are the names of selections of OSC 52 (xterm ctlseqs).
const selections = "cpqs01234567"

// IsSelection reports whether text names selections.
func IsSelection(text string) bool {
	return strings.Trim(text, selections) == "" && len(text) <= len(selections)
}

// IsBase64 reports whether all bytes are of base64 (RFC 4648, 4), with or without padding.
func IsBase64(data []byte) bool {
	data = bytes.TrimSuffix(bytes.TrimSuffix(data, []byte("=")), []byte("="))
	for _, c := range data {
		if !isBase64[c] {
			return false
		}
	}
	return len(data)%4 != 1
}

// isBase64 has the characters of base64.
var isBase64 = func() (is [256]bool) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" {
		is[c] = true
	}
	return is
}()

// FileCommand returns the text of a command of iTerm2 that downloads a file, without the
// arguments that are not known: OSC 1337 with File, or with MultipartFile, FilePart and
// FileEnd. ok is false for other commands, and for a file that is shown at the cursor: that is
// a picture (package vt/picture).
func FileCommand(osc []byte) (text []byte, ok bool) {
	command, ok := bytes.CutPrefix(osc, []byte("1337;"))
	if !ok {
		return nil, false
	}
	name, rest, found := bytes.Cut(command, []byte("="))
	switch {
	case string(name) == "File" && found:
		arguments, data, found := bytes.Cut(rest, []byte(":"))
		kept, ok := fileArguments(arguments)
		if !found || !ok || !IsBase64(data) {
			return nil, false
		}
		text = append(append(append(text, "File="...), kept...), ':')
		return append(text, data...), true
	case string(name) == "MultipartFile" && found:
		kept, ok := fileArguments(rest)
		return append(bytes.Clone(multipart), kept...), ok
	case string(name) == "FilePart" && found:
		return bytes.Clone(command), IsBase64(rest)
	}
	return bytes.Clone(command), bytes.Equal(command, fileEnd)
}

// fileArguments returns the arguments of a file that is not to be shown: its name, in base64,
// and its size.
func fileArguments(text []byte) (kept string, ok bool) {
	if len(text) > maxArguments {
		return "", false
	}
	var list []string
	for argument := range strings.SplitSeq(string(text), ";") {
		key, value, _ := strings.Cut(argument, "=")
		switch {
		case key == "inline" && value != "0":
			return "", false
		case key == "name" && IsBase64([]byte(value)), key == "size" && strings.Trim(value, "0123456789") == "" && len(value) < 20:
			list = append(list, argument)
		}
	}
	return strings.Join(list, ";"), true
}
