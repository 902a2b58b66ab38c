package sessionlist

import (
	"testing"

	"gm/wire/control"
)

func TestChoice(t *testing.T) {
	c := NewChoice(sessions())
	want := `  1  new   state 9          0 s               0  -       -          -     -
  2  -     attached         5 min             2  80x24   -          bash  -
  3  work  detached         3 h, ends in 4 d  0  120x40  192.0.2.1  vim   0.1.0
  4  会議  ended, status 3  59 s              0  -       -          -     -
`
	if got := c.Text(noon); got != want || c.Len() != 4 {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := c.Names(noon), "new (state 9, 0 s), 2 (attached, 5 min), work (detached, 3 h, ends in 4 d), 会議 (ended, status 3, 59 s)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for answer, want := range map[string]string{
		"1": "new", "2": "2", "3": "work", " 4 ": "会議", "会議": "会議", "work": "work", "5": "", "": "", "wor": "", "02": "",
	} {
		t.Run(answer, func(t *testing.T) {
			if got, ok := c.Pick(answer); got != want || ok != (want != "") {
				t.Errorf("got %q, %v; want %q", got, ok, want)
			}
		})
	}
}

// A number names one session, whatever the sessions are called.
func TestChoiceIsUnambiguous(t *testing.T) {
	list := []control.Status{{Name: "b", State: 1}, {Name: "1", State: 1}, {Name: "3", State: 1}, {Name: "a", State: 1}, {Name: "9999999999999999999999", State: 1}}
	c := NewChoice(list)
	for answer, want := range map[string]string{"1": "1", "2": "9999999999999999999999", "3": "3", "4": "a", "5": "b"} {
		if got, _ := c.Pick(answer); got != want {
			t.Errorf("%s: %q, want %q", answer, got, want)
		}
	}
}

func TestChoiceWithoutSessions(t *testing.T) {
	c := NewChoice([]control.Status{{State: control.NoAnswer}})
	if c.Len() != 0 || c.Text(noon) != "" || c.Names(noon) != "" {
		t.Errorf("%d sessions, %q", c.Len(), c.Text(noon))
	}
}
