package sessionlist

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gm/wire"
	"gm/wire/control"
)

// Choice is a list of sessions to choose one from, each by a number or by its name. A
// session without a name has its own number, and those with a name have the others.
type Choice struct{ entries []*entry }

type entry struct {
	number int
	status *control.Status
}

// NewChoice returns the choice of these sessions. Those that do not answer cannot be
// chosen.
func NewChoice(sessions []control.Status) Choice {
	var c Choice
	var named []*control.Status
	taken := map[int]bool{}
	for i := range sessions {
		s := &sessions[i]
		switch n := numberOf(s); {
		case n != 0:
			c.entries = append(c.entries, &entry{n, s})
			taken[n] = true
		case s.State != control.NoAnswer:
			named = append(named, s)
		}
	}
	slices.SortFunc(named, func(a, b *control.Status) int { return strings.Compare(a.Name, b.Name) })
	next := 1
	for _, s := range named {
		for taken[next] {
			next++
		}
		c.entries = append(c.entries, &entry{next, s})
		next++
	}
	slices.SortFunc(c.entries, func(a, b *entry) int { return cmp.Compare(a.number, b.number) })
	return c
}

func numberOf(s *control.Status) int {
	n, err := strconv.Atoi(s.Name)
	if err != nil || !wire.IsSessionNumber(s.Name) {
		return 0
	}
	return n
}

// Len returns the number of sessions.
func (c Choice) Len() int { return len(c.entries) }

// Text returns the list, a line for each session.
func (c Choice) Text(now time.Time) string {
	var rows [][]string
	for _, e := range c.entries {
		name := e.status.Name
		if numberOf(e.status) != 0 {
			name = ""
		}
		row := cells(e.status, now)
		row[0] = name
		rows = append(rows, append([]string{strconv.Itoa(e.number)}, row...))
	}
	if len(rows) == 0 {
		return ""
	}
	lines := strings.Split(strings.TrimSuffix(align(rows), "\n"), "\n")
	return "  " + strings.Join(lines, "\n  ") + "\n"
}

// Names returns the sessions in one line, each with its state.
func (c Choice) Names(now time.Time) string {
	var names []string
	for _, e := range c.entries {
		text := e.status.Name + " (" + stateOf(e.status)
		if t := since(e.status, now); t != "" {
			text += ", " + t
		}
		names = append(names, text+")")
	}
	return strings.Join(names, ", ")
}

// Pick returns the name of the session that the user has answered with, and reports
// whether there is one.
func (c Choice) Pick(answer string) (name string, ok bool) {
	answer = strings.TrimSpace(answer)
	for _, e := range c.entries {
		if answer == e.status.Name || answer == strconv.Itoa(e.number) {
			return e.status.Name, true
		}
	}
	return "", false
}
