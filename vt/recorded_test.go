package vt

import (
	"testing"

	"gm/vt/recording"
)

func recordings(t testing.TB) []recording.Recording {
	t.Helper()
	all, err := recording.All()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// play applies an event of a recording to a terminal.
func (t *Terminal) play(e recording.Event) {
	if e.Cols > 0 {
		t.Resize(e.Cols, e.Rows)
	}
	t.Write(e.Output)
}

// looks is the number of points of a recording at which the screens are compared.
const looks = 4
