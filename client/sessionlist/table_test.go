package sessionlist

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gm/client/known"
	"gm/vt/cellwidth"
	"gm/wire/control"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func before(d time.Duration) time.Time { return noon.Add(-d) }

// sessions are one of each state.
func sessions() []control.Status {
	status := 3
	return []control.Status{
		{Name: "work", ID: "1-a-b", State: control.Detached, Pid: 7, Version: "0.1.0 go1.26", Created: before(50 * time.Hour), Since: before(3 * time.Hour),
			Cols: 120, Rows: 40, Program: "vim", From: "192.0.2.1", EndsAt: noon.Add(100 * time.Hour)},
		{Name: "2", State: control.Attached, Since: before(5 * time.Minute), Cols: 80, Rows: 24, Program: "bash",
			Clients: []control.Client{{By: "alice@laptop", From: "192.0.2.2", Cols: 80, Rows: 24, Since: before(5 * time.Minute)}, {Role: control.ReadOnly}}},
		{Name: "会議", State: control.Ended, Since: before(59 * time.Second), Exit: &status},
		{State: control.NoAnswer, Pid: 1234},
		{Name: "new", State: 9, Since: noon.Add(time.Minute)},
	}
}

func TestTableOfOneHost(t *testing.T) {
	want := `NAME  STATE            SINCE             CLIENTS  SIZE    FROM       PROGRAM   VERSION
work  detached         3 h, ends in 4 d  0        120x40  192.0.2.1  vim       0.1.0
2     attached         5 min             2        80x24   -          bash      -
会議  ended, status 3  59 s              0        -       -          -         -
-     no answer        -                 -        -       -          pid 1234  -
new   state 9          0 s               0        -       -          -         -
`
	if got := Table([]Host{{Name: "box", Sessions: sessions()}}, noon); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTableOfSeveralHosts(t *testing.T) {
	list := sessions()
	got := Table([]Host{{Name: "box", Sessions: list[:1]}, {Name: "down", Err: errors.New("no route")}, {Sessions: list[1:2]}}, noon)
	want := `HOST    NAME  STATE     SINCE             CLIENTS  SIZE    FROM       PROGRAM  VERSION
box     work  detached  3 h, ends in 4 d  0        120x40  192.0.2.1  vim      0.1.0
(here)  2     attached  5 min             2        80x24   -          bash     -
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTableWithoutSessions(t *testing.T) {
	if got := Table([]Host{{Name: "box"}, {Name: "down", Err: errors.New("x")}}, noon); got != "" {
		t.Errorf("got %q", got)
	}
}

// Every column begins in the same place of the terminal, whatever the names.
func TestTableIsAlignedByWidth(t *testing.T) {
	for _, name := range []string{"a", "ü", "u\u0308", "会議", "ไทย", strings.Repeat("x", 64)} {
		t.Run(name, func(t *testing.T) {
			var list []control.Status
			for _, n := range []string{"other", name} {
				list = append(list, control.Status{Name: n, State: control.Attached})
			}
			for line := range strings.Lines(Table([]Host{{Sessions: list}}, noon)) {
				at := strings.Index(line, "attached")
				if at < 0 {
					continue
				}
				columns := 0
				for _, r := range line[:at] {
					columns += cellwidth.Of(r)
				}
				if want := max(width(name), len("other")) + len(gap); columns != want {
					t.Errorf("%q: STATE is in column %d, want %d", line, columns, want)
				}
			}
		})
	}
}

// Text of a host cannot break the table or reach the terminal.
func TestTableIsSanitized(t *testing.T) {
	list := []control.Status{{Name: "work", State: control.Attached, Program: "vi\x1b[2J\nx", From: "a\tb", Version: "\u009b1m"}}
	got := Table([]Host{{Sessions: list}}, noon)
	if strings.Count(got, "\n") != 2 || strings.ContainsAny(got, "\x1b\t\u009b") {
		t.Errorf("got %q", got)
	}
}

func TestNotes(t *testing.T) {
	want := "HOST    NAME  BEGUN  SEEN\nme@box  work  2 d    3 h\n"
	if got := Notes([]*known.Note{{Host: "me@box", Name: "work", Begun: before(50 * time.Hour), Seen: before(3 * time.Hour)}}, noon); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := Notes(nil, noon); got != "" {
		t.Errorf("without notes: %q", got)
	}
}

func TestDuration(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0 s": -time.Hour, "59 s": time.Minute - 1, "1 min": time.Minute, "59 min": time.Hour - 1, "1 h": time.Hour, "47 h": 48*time.Hour - 1, "2 d": 48 * time.Hour,
	} {
		if got := Duration(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

// A session whose time begins has all of it left.
func TestRemaining(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0 s": -time.Hour, "7 d": 7*24*time.Hour - time.Second, "6 d": 6*24*time.Hour + 11*time.Hour, "2 min": 90 * time.Second,
	} {
		if got := remaining(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
