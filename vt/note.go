package vt

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// Progress is the progress that a program reports (ConEmu, OSC 9 ; 4).
type Progress struct {
	State   ProgressState
	Percent uint8 // 0 to 100
}

// ProgressState is the second parameter of OSC 9 ; 4.
type ProgressState uint8

const (
	ProgressNone ProgressState = iota
	ProgressNormal
	ProgressError
	ProgressUnknown // without a percentage
	ProgressPaused
)

// progress performs OSC 9 ; 4. An error or a pause without a percentage keeps the
// last one.
func (t *Terminal) progress(text string) {
	state, percent, _ := cutByte(text, ';')
	n, err := strconv.Atoi(state)
	if err != nil || n < 0 || n > int(ProgressPaused) {
		return
	}
	p := Progress{State: ProgressState(n)}
	switch done, err := strconv.Atoi(strings.TrimSuffix(percent, ";")); {
	case p.State == ProgressNone || p.State == ProgressUnknown:
	case err == nil:
		p.Percent = uint8(min(max(done, 0), 100))
	case p.State != ProgressNormal:
		p.Percent = t.screen.Progress.Percent
	}
	t.screen.Progress = p
}

func (p Progress) append(dst []byte) []byte {
	dst = appendInt(append(dst, "\x1b]9;4;"...), int(p.State))
	if p.State == ProgressNormal || p.State == ProgressError || p.State == ProgressPaused {
		dst = appendInt(append(dst, ';'), int(p.Percent))
	}
	return append(dst, '\a')
}

// Limits of notes. A note that exceeds them is discarded.
const (
	maxNotes     = 32
	maxNoteBytes = 8 << 10 // of all names and values
)

// Note is a value that a shell sets in the terminal until it sets another: a
// variable for the terminal's own texts or its directory (iTerm2's OSC 1337, VS
// Code's OSC 633). A note without a value does not exist.
type Note struct {
	Name  string // the beginning of an OSC, up to the value
	Value string
}

// Names of notes.
const (
	noteVariable  = "1337;SetUserVar=" // and the variable's name, and =
	noteDirectory = "1337;CurrentDir="
	noteCwd       = "633;P;Cwd="
)

func (n Note) isDirectory() bool { return n.Name == noteDirectory || n.Name == noteCwd }

func parseNote(command string) (n Note, ok bool) {
	for _, name := range []string{noteDirectory, noteCwd} {
		if value, found := strings.CutPrefix(command, name); found {
			return Note{name, value}, name != noteCwd || !strings.Contains(value, ";")
		}
	}
	rest, found := strings.CutPrefix(command, noteVariable)
	variable, data, assigned := cutByte(rest, '=')
	_, err := base64.StdEncoding.DecodeString(data)
	return Note{noteVariable + variable + "=", data}, found && assigned && err == nil && isWord(variable)
}

// isWord reports whether name consists of letters, digits, _, - and ., at most 64
// of them.
func isWord(name string) bool {
	const longest = 64
	for _, r := range name {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' || r == '.') {
			return false
		}
	}
	return name != "" && len(name) <= longest
}

func (s *Screen) setNote(n Note) {
	at, found := slices.BinarySearchFunc(s.Notes, n, func(a, b Note) int { return strings.Compare(a.Name, b.Name) })
	if found && s.Notes[at] == n {
		return
	}
	list := slices.Clone(s.Notes)
	if found {
		list = slices.Delete(list, at, at+1)
	}
	if n.Value != "" {
		list = slices.Insert(list, at, n)
	}
	size := 0
	for _, n := range list {
		size += len(n.Name) + len(n.Value)
	}
	if len(list) <= maxNotes && size <= maxNoteBytes {
		s.Notes = list
	}
}

func (s *Screen) note(name string) string {
	for _, n := range s.Notes {
		if n.Name == name {
			return n.Value
		}
	}
	return ""
}

func (d *differ) notes(from *Screen) {
	if !d.dialect.Notes || slices.Equal(from.Notes, d.to.Notes) {
		return
	}
	for _, n := range from.Notes {
		if d.to.note(n.Name) == "" {
			d.oscText("", n.Name, len(n.Name))
		}
	}
	for _, n := range d.to.Notes {
		if from.note(n.Name) != n.Value {
			d.oscText("", n.Name+n.Value, len(n.Name)+len(n.Value))
		}
	}
}

// undoNotes resets the notes of a screen. The directory becomes another; an empty
// one is no directory.
func (d *differ) undoNotes(s *Screen, directory string) {
	if !d.dialect.Notes {
		return
	}
	for _, n := range s.Notes {
		text := n.Name
		if n.isDirectory() {
			text += clean(directory)
		}
		d.oscText("", text, len(text))
	}
}
