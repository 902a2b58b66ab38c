package vt

import (
	"slices"
	"strconv"
	"strings"
)

// Limits of the events that a Screen holds. The oldest events are dropped.
const (
	maxEvents     = 64
	maxEventBytes = 64 << 10 // of all commands
	maxEvent      = 4 << 10  // of one command; longer ones are ignored
)

// Event is a command that the user's terminal receives once, such as a notification or
// a mark at a prompt.
type Event struct {
	// Number is the number of the event, counted from 1.
	Number uint64
	// Command is an OSC without introducer and terminator, in the form that eventCommand
	// returns. It is empty for a clipboard text that was refused.
	Command string
	// Row and Col are the cursor's position at the event. Row is -1 if that position has
	// left the screen, or is above or below a Viewport. Left of it, Col is 0.
	Row, Col int
}

// IsMark reports whether the event belongs to a position of the screen.
func (e *Event) IsMark() bool {
	switch {
	case strings.HasPrefix(e.Command, "133;"):
		return true
	case strings.HasPrefix(e.Command, "633;"):
		return e.Command[4] <= 'D'
	}
	return e.Command == setMark
}

// startsLine reports whether some terminals start a new line at the mark unless the
// cursor is in the first column (OSC 133 ; A and N).
func (e *Event) startsLine() bool { return e.Command[4] == 'A' || e.Command[4] == 'N' }

// endsCommand reports whether the mark is the end of a command (OSC 133 ; D and the
// like), which carries an exit status.
func (e *Event) endsCommand() bool { return e.Command[4] == 'D' }

// Events are the events of a program that may not have reached the user's terminal yet.
// A nil Events is empty.
type Events struct {
	list  []Event // Row is the line, counted from the first line of the session; Col is the screen's
	count uint64  // number of the newest event
	bytes int     // total size of the commands in list
	owner *owner  // the screen that may modify it
}

// noLine is Event.Row if the position is not known.
const noLine = -1

// EventCount returns the number of the newest event, 0 if there is none.
func (s *Screen) EventCount() uint64 {
	if s.Events == nil {
		return 0
	}
	return s.Events.count
}

// EventsSince returns the events with numbers above n that have not been dropped.
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
		e := &list[i]
		e.Col = max(e.Col-s.left, 0)
		if e.Row != noLine {
			e.Row -= s.top
		}
		if e.Row < 0 || e.Row >= len(s.rows) {
			e.Row = -1
		}
	}
	return list
}

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

func (s *Screen) addEvent(command string) {
	s.putEvent(Event{Number: s.EventCount() + 1, Command: command, Row: s.top + s.Cursor.Y, Col: s.left + s.Cursor.X})
}

// putEvent adds an event whose Row is a line and whose Col is a column of the screen.
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

// forgetEventRows marks the positions of all events as unknown, because rows have been
// renumbered.
func (s *Screen) forgetEventRows() {
	if s.Events == nil || len(s.Events.list) == 0 {
		return
	}
	w := s.writableEvents()
	for i := range w.list {
		w.list[i].Row = noLine
	}
}

// AddEvent adds an event of a peer with the peer's number and position. It ignores
// numbers that are not above EventCount, and commands that eventCommand refuses.
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
	e.Col += s.left
	s.putEvent(e)
}

// EventCount returns the number of the newest event, 0 if there is none.
func (t *Terminal) EventCount() uint64 { return t.screen.EventCount() }

// DropEvents drops the events with numbers up to n and reports whether any are left.
func (t *Terminal) DropEvents(n uint64) (more bool) {
	t.screen.dropEvents(n)
	return len(t.screen.EventsSince(0)) > 0
}

func (t *Terminal) event(n int, text string) {
	text = clean(text)
	if command, ok := eventCommand(n, text); ok {
		t.screen.addEvent(command)
	} else if note, ok := parseNote(strconv.Itoa(n) + ";" + text); ok {
		t.screen.setNote(note)
	}
}

func (p *performer) RefuseClipboard() { (*Terminal)(p).RefuseClipboard() }

// RefuseClipboard adds an event for a clipboard text that is too long.
func (t *Terminal) RefuseClipboard() {
	if !t.applyingDiff {
		t.screen.addEvent("")
	}
}

func parseEvent(command string) (safe string, ok bool) {
	head, rest, _ := cutByte(command, ';')
	n, err := strconv.Atoi(head)
	if err != nil {
		return "", false
	}
	return eventCommand(n, clean(rest))
}

func (e *Events) memSize() int {
	if e == nil {
		return 0
	}
	const each = 56
	return each*cap(e.list) + e.bytes
}

// setMark is iTerm2's mark of a line.
const setMark = "1337;SetMark"

// eventCommand returns an OSC with clean text in the form in which it may reach the
// user's terminal, if it is an event. Only messages and marks pass, and nothing that
// makes a terminal reply, run, open, copy or store anything.
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

// semanticPrompt returns OSC 133 (FinalTerm): A starts a prompt, P a further part of
// it; B starts the input, I a further line of it; C starts the output and D ends it
// with an exit status. Of the options that terminals have added only the kind of the
// prompt and the command line pass.
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

func exitStatus(options string) string {
	status, _, _ := cutByte(options, ';')
	if n, err := strconv.Atoi(status); err == nil {
		return ";" + strconv.Itoa(n)
	}
	return ""
}

func optionsWithKeys(options string, keys ...string) (kept string) {
	for option := range strings.SplitSeq(options, ";") {
		if key, _, found := cutByte(option, '='); found && slices.Contains(keys, key) {
			kept += ";" + option
		}
	}
	return kept
}

// shellIntegration returns OSC 633 (VS Code): the commands of OSC 133, and E for the
// command line, without the nonce that marks it as trusted. (P is a Note.)
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

func notificationCommand(n int, text string) (safe string, ok bool) {
	head, rest, _ := strings.Cut(text, ";")
	switch n {
	case 9:
		// ConEmu's commands start with a number: 4 shows progress, which is a state
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

// desktopMetadata returns the metadata of OSC 99 (kitty's desktop notifications:
// key=value, separated by colons) without the keys that make the terminal reply: a
// report of activation (a) or closing (c). Queries (p=?, p=alive) are refused.
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
