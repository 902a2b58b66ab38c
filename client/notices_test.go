package client

import (
	"strings"
	"testing"
	"time"

	"gm/vt"
)

var epochZero = time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)

func ms(n int) time.Time { return epochZero.Add(time.Duration(n) * time.Millisecond) }

func TestNoticesText(t *testing.T) {
	never := contact{}
	tests := []struct {
		name    string
		at      int
		message string
		contact contact
		want    string
	}{
		{"the first moments are quiet", 249, "", never, ""},
		{"connecting", 250, "", never, "gm: Nothing received from server on UDP port 60001. [quit]"},
		{"still connecting", 7000, "", never, "gm: Nothing received from server on UDP port 60001. (7 s without contact.) [quit]"},
		{"in touch", 5000, "", contact{ms(4000), ms(3000)}, ""},
		{"silent for just less", 10500, "", contact{ms(4000), ms(4000)}, ""},
		{"silent", 10501, "", contact{ms(4000), ms(4000)}, "gm: Last contact 6 seconds ago. [quit]"},
		{"silent for minutes", 129000, "", contact{ms(4000), ms(4000)}, "gm: Last contact 2:05 ago. [quit]"},
		{"silent for hours", 3729000, "", contact{ms(4000), ms(4000)}, "gm: Last contact 1:02:05 ago. [quit]"},
		{"unanswered for just less", 14000, "", contact{ms(13000), ms(4000)}, ""},
		{"unanswered", 14001, "", contact{ms(13000), ms(4000)}, "gm: Last reply 10 seconds ago. [quit]"},
		{"silence counts for more", 20000, "", contact{ms(4000), ms(2000)}, "gm: Last contact 16 seconds ago. [quit]"},
		{"a message", 5000, "Bye.", contact{ms(4000), ms(3000)}, "gm: Bye. [quit]"},
		{"a message in silence", 12000, "Bye.", contact{ms(4000), ms(3000)}, "gm: Bye. (8 s without contact.) [quit]"},
		{"a message unanswered", 16000, "Bye.", contact{ms(15000), ms(4000)}, "gm: Bye. (12 s without reply.) [quit]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			n := notices{port: 60001, quit: "[quit]", started: ms(0), message: test.message}
			if got := n.text(ms(test.at), test.contact); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// The bar must change by itself: what is shown just before the deadline is what
// is shown now, and what is shown at the deadline is not.
func TestNoticesDeadline(t *testing.T) {
	for _, c := range []contact{{}, {heard: ms(100)}, {ms(100), ms(50)}, {ms(9000), ms(50)}} {
		n := notices{port: 60001, started: ms(0)}
		changes := 0
		for now := ms(9000); now.Before(ms(20000)); {
			next := n.deadline(now, c)
			if !next.After(now) {
				t.Fatalf("%+v: deadline %v is not after %v", c, next.Sub(ms(0)), now.Sub(ms(0)))
			}
			if before := n.text(latest(now, next.Add(-2*time.Millisecond)), c); before != n.text(now, c) {
				t.Errorf("%+v: changes before the deadline %v to %q", c, next.Sub(ms(0)), before)
			}
			if n.text(next, c) != n.text(now, c) {
				changes++
			}
			now = next
		}
		if changes < 4 {
			t.Errorf("%+v: %d changes in 11 s", c, changes)
		}
	}
}

func TestNoticesPaint(t *testing.T) {
	s := vt.NewScreen(20, 3)
	s.DrawText(0, 0, "abcdefghijklmnopqr漢", vt.Rendition{})
	s.DrawText(0, 1, "below", vt.Rendition{})
	n := notices{started: ms(0), message: "漢字漢字漢字漢字漢字漢字"}
	over := s.Clone()
	n.paint(ms(0), contact{heard: ms(0), answered: ms(0)}, over)
	if got := rowText(over, 0); got != "gm: 漢字漢字漢字漢字" {
		t.Errorf("the bar is %q", got)
	}
	if got := rowText(over, 1); got != "below" {
		t.Errorf("the row below is %q", got)
	}
	for x := range 20 {
		if r := over.Rendition(over.Cell(x, 0)); r.Bg != vt.PaletteColor(4) || r.Fg != vt.PaletteColor(7) {
			t.Errorf("column %d is not white on blue: %+v", x, r)
		}
	}
	if !over.Cursor.Hidden {
		t.Error("the cursor is drawn into the bar")
	}
	if got := rowText(s, 0); got != "abcdefghijklmnopqr漢" || s.Cursor.Hidden {
		t.Errorf("the screen under the bar changed: %q", got)
	}
}

// rowText gives the text of a row without the blanks at its end.
func rowText(s *vt.Screen, y int) string {
	var b []byte
	cols, _ := s.Size()
	for x := range cols {
		b = s.AppendText(b, s.Cell(x, y))
	}
	return strings.TrimRight(string(b), " ")
}
