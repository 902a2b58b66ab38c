package sessionlist

import (
	"fmt"
	"strings"
	"time"

	"gm/client/known"
	"gm/internal/sanitize"
	"gm/vt/cellwidth"
	"gm/wire/control"
)

// Host is a host with its sessions.
type Host struct {
	Name     string // as the user typed it; empty for this machine
	Sessions []control.Status
	Err      error // why it was not listed
	Hint     string
}

// thisMachine is the name of the local host beside others.
const thisMachine = "(here)"

var columns = []string{"NAME", "STATE", "SINCE", "CLIENTS", "SIZE", "FROM", "PROGRAM", "VERSION"}

// Table returns a table of the sessions of all hosts, or "" if there are none. With
// several hosts the first column has the host. Hosts with errors have no rows.
func Table(hosts []Host, now time.Time) string {
	several := len(hosts) > 1
	head := columns
	if several {
		head = append([]string{"HOST"}, columns...)
	}
	rows := [][]string{head}
	for _, h := range hosts {
		for _, s := range h.Sessions {
			row := cells(&s, now)
			if several {
				row = append([]string{hostName(h.Name)}, row...)
			}
			rows = append(rows, row)
		}
	}
	if len(rows) == 1 {
		return ""
	}
	return align(rows)
}

// Notes returns a table of notes, or "" if there are none.
func Notes(notes []*known.Note, now time.Time) string {
	if len(notes) == 0 {
		return ""
	}
	rows := [][]string{{"HOST", "NAME", "BEGUN", "SEEN"}}
	for _, n := range notes {
		rows = append(rows, []string{n.Host, n.Name, ago(n.Begun, now), ago(n.Seen, now)})
	}
	return align(rows)
}

func hostName(name string) string {
	if name == "" {
		return thisMachine
	}
	return name
}

func cells(s *control.Status, now time.Time) []string {
	if s.State == control.NoAnswer {
		return []string{"", s.State.String(), "", "", "", "", fmt.Sprintf("pid %d", s.Pid), ""}
	}
	return []string{s.Name, stateOf(s), since(s, now), fmt.Sprint(len(s.Clients)), size(s.Cols, s.Rows), s.From, s.Program, firstWord(s.Version)}
}

func stateOf(s *control.Status) string {
	if s.State == control.Ended && s.Exit != nil {
		return fmt.Sprintf("%s, status %d", s.State, *s.Exit)
	}
	return s.State.String()
}

// since returns how long the session has been in its state, and when it ends if no client
// enters it.
func since(s *control.Status, now time.Time) string {
	text := ago(s.Since, now)
	if !s.EndsAt.IsZero() {
		text = strings.TrimPrefix(text+", ends in "+remaining(s.EndsAt.Sub(now)), ", ")
	}
	return text
}

func size(cols, rows int) string {
	if cols == 0 || rows == 0 {
		return ""
	}
	return fmt.Sprintf("%dx%d", cols, rows)
}

func firstWord(text string) string {
	word, _, _ := strings.Cut(text, " ")
	return word
}

func ago(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	return Duration(now.Sub(t))
}

// Duration returns d in its largest unit, rounded down: "3 h". A negative one, from clocks
// that differ, is "0 s".
func Duration(d time.Duration) string {
	d = max(d, 0)
	unit, name := unitOf(d)
	return fmt.Sprintf("%d %s", d/unit, name)
}

func remaining(d time.Duration) string {
	d = max(d, 0)
	unit, name := unitOf(d)
	return fmt.Sprintf("%d %s", (d+unit/2)/unit, name)
}

func unitOf(d time.Duration) (unit time.Duration, name string) {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return time.Second, "s"
	case d < time.Hour:
		return time.Minute, "min"
	case d < 2*day:
		return time.Hour, "h"
	}
	return day, "d"
}

// gap separates two columns.
const gap = "  "

// align returns the rows in columns of the width on a terminal. Empty cells are "-".
func align(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			row[i] = clean(cell)
			widths[i] = max(widths[i], width(row[i]))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-width(cell)) + gap)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func clean(cell string) string {
	if cell = sanitize.Line(cell); cell == "" {
		return "-"
	}
	return cell
}

func width(text string) (columns int) {
	for _, r := range text {
		columns += cellwidth.Of(r)
	}
	return columns
}
