package vt

import (
	"slices"
	"strconv"
	"strings"
)

// Limits of the events that a Screen holds. The oldest are dropped.
const (
	maxEvents     = 64
	maxEventBytes = 64 << 10 // of all commands together
	maxEvent      = 4 << 10  // of one command; a longer one is none
)

// Event is what the user's terminal is told once: a command of few kinds, such as a
// notification or a mark at a prompt.
type Event struct {
	// Number counts the events of a program, from 1 on.
	Number uint64
	// Command is an OSC without its introducer and its end, in the form that
	// eventCommand returns; empty for a clipboard's text that was refused.
	Command string
	// Row and Col are where the cursor was; Row is -1 if that is not on the screen
	// any more.
	Row, Col int
}

// IsMark reports whether the event is about a place of the screen.
func (e *Event) IsMark() bool {
	switch {
	case strings.HasPrefix(e.Command, "133;"):
		return true
	case strings.HasPrefix(e.Command, "633;"):
		return e.Command[4] <= 'D'
	}
	return e.Command == setMark
}

// startsLine reports whether the event is a mark at which some terminals begin a new
// line, unless the cursor is in the first column (OSC 133 ; A and N).
func (e *Event) startsLine() bool { return e.Command[4] == 'A' || e.Command[4] == 'N' }

// endsCommand reports whether the event is the end of a command (OSC 133 ; D and the
// like), which is more than a mark.
func (e *Event) endsCommand() bool { return e.Command[4] == 'D' }

// Events are the events of a program that its user has not seen yet, for all that is
// known. nil has none.
type Events struct {
	list  []Event // Row is the line, counted from the first that was on the main screen
	count uint64  // of all events so far
	bytes int     // of the commands in list
	owner *owner  // the screen that may change them
}

// noLine is the line of an event whose place is not known.
const noLine = -1

// EventCount returns the number of the newest event, 0 if there was none.
func (s *Screen) EventCount() uint64 {
	if s.Events == nil {
		return 0
	}
	return s.Events.count
}

// EventsSince returns the events with larger numbers than n that have not been dropped.
func (s *Screen) EventsSince(n uint64) []Event {
	if s.EventCount() <= n {
		return nil
	}
	at := slices.IndexFunc(s.Events.list, func(e Event) bool { return e.Number > n })
	if at < 0 {
		return nil
	}
	list := slices.Clone(s.Events.list[at:])
	for i := range list {
		if e := &list[i]; e.Row != noLine {
			e.Row -= s.top
		}
		if e := &list[i]; e.Row < 0 || e.Row >= len(s.rows) {
			e.Row = -1
		}
	}
	return list
}

// writableEvents returns the events for changing.
func (s *Screen) writableEvents() *Events {
	if s.Events == nil || s.Events.owner != s.owner {
		own := &Events{}
		if s.Events != nil {
			*own = *s.Events
			own.list = slices.Clone(own.list)
		}
		own.owner = s.owner
		s.Events = own
	}
	return s.Events
}

// addEvent adds an event at the cursor under the next number.
func (s *Screen) addEvent(command string) {
	s.putEvent(Event{Number: s.EventCount() + 1, Command: command, Row: s.top + s.Cursor.Y, Col: s.Cursor.X})
}

// putEvent adds an event, whose Row is a line.
func (s *Screen) putEvent(e Event) {
	w := s.writableEvents()
	w.count = e.Number
	w.list = append(w.list, e)
	w.bytes += len(e.Command)
	first := 0
	for ; len(w.list)-first > maxEvents || w.bytes > maxEventBytes; first++ {
		w.bytes -= len(w.list[first].Command)
	}
	w.list = slices.Delete(w.list, 0, first)
}

// dropEvents drops the events up to the number n.
func (s *Screen) dropEvents(n uint64) {
	if s.Events == nil || len(s.Events.list) == 0 || s.Events.list[0].Number > n {
		return
	}
	w := s.writableEvents()
	w.list = slices.DeleteFunc(w.list, func(e Event) bool {
		if e.Number <= n {
			w.bytes -= len(e.Command)
		}
		return e.Number <= n
	})
}

// forgetEventRows forgets the places of events, as lines are not where they were.
func (s *Screen) forgetEventRows() {
	if s.Events == nil || len(s.Events.list) == 0 {
		return
	}
	w := s.writableEvents()
	for i := range w.list {
		w.list[i].Row = noLine
	}
}

// AddEvent adds an event of a peer under its own number, which is larger than those
// before, with its place on the screen. A command that is none is dropped, as a program's
// is.
func (t *Terminal) AddEvent(e Event) {
	s := t.screen
	if e.Number <= s.EventCount() {
		return
	}
	if e.Command != "" {
		var ok bool
		if e.Command, ok = parseEvent(e.Command); !ok {
			return
		}
	}
	if e.Row >= 0 && e.Row < len(s.rows) {
		e.Row += s.top
	} else {
		e.Row = noLine
	}
	s.putEvent(e)
}

// EventCount returns the number of the newest event.
func (t *Terminal) EventCount() uint64 { return t.screen.EventCount() }

// DropEvents drops the events up to the number n, and reports whether there are others.
func (t *Terminal) DropEvents(n uint64) (more bool) {
	t.screen.dropEvents(n)
	return len(t.screen.EventsSince(0)) > 0
}

// event performs a command that is an event or a note, if it is one that goes on to the
// user's terminal.
func (t *Terminal) event(n int, text string) {
	text = clean(text)
	if command, ok := eventCommand(n, text); ok {
		t.screen.addEvent(command)
	} else if note, ok := parseNote(strconv.Itoa(n) + ";" + text); ok {
		t.screen.setNote(note)
	}
}

// RefuseClipboard notes that a text for the clipboard was too long.
func (p *performer) RefuseClipboard() {
	t := (*Terminal)(p)
	if !t.reading {
		t.screen.addEvent("")
	}
}

// parseEvent returns what eventCommand does, of the number and the text together.
func parseEvent(command string) (safe string, ok bool) {
	head, rest, _ := cutByte(command, ';')
	n, err := strconv.Atoi(head)
	if err != nil {
		return "", false
	}
	return eventCommand(n, clean(rest))
}

// memSize returns about how much memory e takes.
func (e *Events) memSize() int {
	if e == nil {
		return 0
	}
	const each = 56
	return each*cap(e.list) + e.bytes
}

// setMark is iTerm2's mark of a line.
const setMark = "1337;SetMark"

// eventCommand returns an OSC, of a number and clean text, as it goes on to the user's
// terminal: only what is nothing but a message or a mark, and
// nothing that makes a terminal answer, run, open, copy or store something.
func eventCommand(n int, text string) (safe string, ok bool) {
	switch n {
	case 9, 99, 777:
		safe, ok = notificationCommand(n, text)
	case 133:
		safe, ok = semanticPrompt(text)
	case 633:
		safe, ok = shellIntegration(text)
	case 1337:
		safe, ok = text, strconv.Itoa(n)+";"+text == setMark
	}
	safe = strconv.Itoa(n) + ";" + safe
	return safe, ok && len(safe) <= maxEvent
}

// semanticPrompt returns OSC 133 (FinalTerm): A begins a prompt, P a further part of
// it; B begins what is typed, I that of a further line; C begins output, D ends it with an exit status. Of the
// options that terminals have added only those pass that say what kind of a prompt it
// is, and which command runs.
func semanticPrompt(text string) (safe string, ok bool) {
	head, options, _ := cutByte(text, ';')
	switch head {
	case "B", "I":
		return head, true
	case "A", "P", "N":
		return head + optionsWithKeys(options, "k"), true
	case "C":
		return head + optionsWithKeys(options, "cmdline", "cmdline_url"), true
	case "D":
		return head + exitStatus(options), true
	}
	return "", false
}

// exitStatus returns the first option of D, if it is a number.
func exitStatus(options string) string {
	status, _, _ := cutByte(options, ';')
	if n, err := strconv.Atoi(status); err == nil {
		return ";" + strconv.Itoa(n)
	}
	return ""
}

// optionsWithKeys returns the options key=value that have one of the keys.
func optionsWithKeys(options string, keys ...string) (kept string) {
	for option := range strings.SplitSeq(options, ";") {
		if key, _, found := cutByte(option, '='); found && slices.Contains(keys, key) {
			kept += ";" + option
		}
	}
	return kept
}

// shellIntegration returns OSC 633 (VS Code): as OSC 133, and E for the command line,
// without the nonce that would make it a trusted one. (P is a Note.)
func shellIntegration(text string) (safe string, ok bool) {
	head, rest, _ := cutByte(text, ';')
	switch head {
	case "A", "B", "C":
		return head, true
	case "D":
		return head + exitStatus(rest), true
	case "E":
		command, _, _ := cutByte(rest, ';')
		return head + ";" + command, true
	}
	return "", false
}

// notificationCommand returns the part of a notification (OSC 9, 99 or 777) that is safe to pass
// on, if there is one.
func notificationCommand(n int, text string) (safe string, ok bool) {
	head, rest, _ := strings.Cut(text, ";")
	switch n {
	case 9:
		// ConEmu's commands are a number first: 4 shows progress, which is a state
		// (Progress), others wait for a key or run programs.
		_, err := strconv.Atoi(strings.TrimSpace(head))
		return text, err != nil
	case 777:
		// rxvt's extensions, by name.
		return text, head == "notify"
	}
	metadata, ok := desktopMetadata(head)
	return metadata + ";" + rest, ok
}

// desktopMetadata gives the metadata of OSC 99 (kitty's desktop notifications,
// key=value with colons between) without what makes the terminal answer: a
// report of its activation (a) or its end (c). A question (p=?, p=alive) does
// not pass at all.
func desktopMetadata(metadata string) (safe string, ok bool) {
	var kept []string
	for pair := range strings.SplitSeq(metadata, ":") {
		key, value, _ := strings.Cut(pair, "=")
		if key == "p" && !slices.Contains([]string{"title", "body", "close", "icon"}, value) {
			return "", false
		}
		if key != "a" && key != "c" {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, ":"), true
}
