package plainrow

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gm/vt"
)

func TestRowShowsOneAfterAnother(t *testing.T) {
	var r Row
	now := time.Unix(0, 0)
	var shown []string
	set := func(message string, line int) {
		r.Set(now, message, 20, Place{row: line})
		if len(shown) == 0 || shown[len(shown)-1] != r.shown {
			shown = append(shown, r.shown)
		}
	}
	for _, message := range []string{"one", "two", "two", "a message of two parts", ""} {
		set(message, 0)
	}
	for d := r.Deadline(); !d.IsZero(); d = r.Deadline() {
		if now = d; len(shown) > 10 {
			break
		}
		set("", 0)
	}
	if want := []string{"one", "two", "a message of two", "parts", ""}; !slices.Equal(shown, want) || now != time.Unix(4, 0) {
		t.Errorf("shown %q until %v, want %q", shown, now, want)
	}
	set("three", 0)
	set("three", 1)
	set("three", 1)
	if r.shown != "" || !r.Deadline().IsZero() {
		t.Errorf("after a scroll: %q", r.shown)
	}
}

func TestQueueIsBounded(t *testing.T) {
	var r Row
	for i := range 100 {
		r.Set(time.Unix(0, 0), strings.Repeat("x", i+1), 200, Place{})
	}
	if len(r.queue) != maxQueued || r.queue[maxQueued-1] != strings.Repeat("x", 100) {
		t.Errorf("%d wait", len(r.queue))
	}
}

func TestPages(t *testing.T) {
	lines := []string{"one   two", "three", "漢字漢字", strings.Repeat("y", 50)}
	for _, cols := range []int{20, 60, 80, 300} {
		pages := Pages(lines, cols)
		text := ""
		for _, page := range pages {
			if vt.TextWidth(page) > cols {
				t.Errorf("%d columns: %q", cols, page)
			}
			before, _, ok := strings.Cut(page, " (")
			if !ok {
				t.Errorf("%d columns: %q", cols, page)
			}
			text += before + " "
		}
		clean := strings.NewReplacer(";", "", " ", "").Replace
		if clean(text) != "Anykeygoeson"+clean(strings.Join(lines, "")) {
			t.Errorf("%d columns: %q", cols, text)
		}
	}
	if pages := Pages([]string{"a", "b"}, 80); !slices.Equal(pages, []string{"Any key goes on; a; b (1 of 1)"}) {
		t.Errorf("%q", pages)
	}
	if pages := Pages(nil, 80); pages != nil {
		t.Errorf("%q", pages)
	}
}
