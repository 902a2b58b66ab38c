package state

import (
	"strings"
	"testing"

	"gm/vt"
)

// withEvents returns a blank screen for a peer with ExtEvents.
func withEvents(cols, rows int) Screen {
	s := blank(cols, rows)
	s.Dialect.EventsApart, s.Dialect.Notifications, s.Dialect.Marks = true, false, false
	return s
}

// TestEventsArriveOnce checks that events keep their numbers and that none arrives
// twice, even if the diff starts at an older state than the receiver has.
func TestEventsArriveOnce(t *testing.T) {
	first := withEvents(20, 5).after("text\x1b]9;one\a")
	second := first.after("\r\n\x1b]133;A\a$ \x1b]133;B\a" + strings.Repeat("\x1b]9;more\a", 3))
	third := second.after("\r\n\r\n\r\n\r\n\r\nout\x1b]52;c;YQ==\a\x1b]1337;SetMark\a\x1b]9;4;1;50\a\x1b]22;text\a")
	client := withEvents(20, 5)
	for _, step := range []struct{ from, to Screen }{
		{withEvents(20, 5), first}, {withEvents(20, 5), second}, {withEvents(20, 5), third},
	} {
		got := mustShow(t, client, step.to.AppendDiff(nil, step.from))
		sameEvents(t, got.Screen, step.to.Screen)
		if again := mustShow(t, got, step.to.AppendDiff(nil, step.from)); again.Screen.EventCount() != got.Screen.EventCount() {
			t.Error("events arrive twice")
		}
	}
	known := mustShow(t, client, second.AppendDiff(nil, withEvents(20, 5)))
	got := mustShow(t, known, third.AppendDiff(nil, first)) // from an older state than the client has
	if list := got.Screen.EventsSince(0); len(list) != len(third.Screen.EventsSince(0)) || got.Screen.EventCount() != third.Screen.EventCount() {
		t.Errorf("%d events", len(list))
	}
	if diff := string(third.AppendDiff(nil, second)); strings.Contains(diff, "1337;SetMark\a") || !strings.Contains(diff, "1337;SetMark") {
		t.Errorf("the events are in the hoststring: %q", diff)
	}
}

func sameEvents(t *testing.T, got, want *vt.Screen) {
	t.Helper()
	a, b := got.EventsSince(0), want.EventsSince(0)
	if len(a) != len(b) || got.EventCount() != want.EventCount() {
		t.Fatalf("%v, want %v", a, b)
	}
	for i := range a {
		if x, y := a[i], b[i]; x.Number != y.Number || x.Command != y.Command || x.IsMark() && (x.Row != y.Row || x.Row >= 0 && x.Col != y.Col) {
			t.Errorf("%+v, want %+v", a[i], b[i])
		}
	}
}

// TestWithoutExtEvents checks that a gm peer without the extension gets notifications
// in the hoststring, and a stock peer nothing.
func TestWithoutExtEvents(t *testing.T) {
	const all = "\x1b]9;one\a\x1b]133;A\a\x1b]1337;SetMark\a\x1b]1337;CurrentDir=/\a\x1b]22;text\a\x1b]9;4;1;5\a\x1b]4;1;red\a\x1b]11;red\a"
	stock := Screen{Screen: vt.NewScreen(20, 5), Dialect: vt.Stock()}
	if diff := stock.after(all).AppendDiff(nil, stock); len(diff) > 0 || !stock.after(all).Equal(stock) {
		t.Errorf("a stock peer is sent %q", diff)
	}
	old := blank(20, 5)
	old.Dialect.Marks, old.Dialect.Notes, old.Dialect.Pointer, old.Dialect.SetColors = false, false, false, false
	if diff := string(old.after(all).AppendDiff(nil, old)); !strings.Contains(diff, "\x1b]9;one\a") || !strings.Contains(diff, "\x1b]9;4;1;5\a") || strings.Count(diff, "\x1b]") != 2 {
		t.Errorf("a client without the extension is sent %q", diff)
	}
}
