package vt

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// paintedEvents are events of each kind.
var paintedEvents = []string{"9;done", "777;notify;a;b", "99;;hi", "133;A", "133;B", "133;C", "133;D;1", "633;A", "633;E;ls", "1337;SetMark", ""}

var eventInDiff = regexp.MustCompile(`\x1b\]((?:52|9|99|777|133|633|1337);[^\a]*)\a`)

// checkEvents compares the events in a diff with the events after from.
func checkEvents(t *testing.T, diff []byte, from, to *Screen, d Dialect) {
	t.Helper()
	var want []string
	for _, c := range d.clipboards(to.Clipboards) {
		if !slices.Contains(d.clipboards(from.Clipboards), c) {
			want = append(want, "52;"+c.Selection+";"+c.Data)
		}
	}
	for _, e := range to.EventsSince(from.EventCount()) {
		number, rest, _ := strings.Cut(e.Command, ";")
		switch number {
		case "9", "99", "777":
			if !d.Notifications {
				continue
			}
		default:
			placed := number == "133" || number == "633" && rest[0] != 'E' || rest == "SetMark"
			if number == "" || !d.Marks || placed && e.Row < 0 && rest[0] != 'D' {
				continue
			}
		}
		want = append(want, e.Command)
	}
	var got []string
	for _, m := range eventInDiff.FindAllSubmatch(diff, -1) {
		if s := string(m[1]); !strings.HasPrefix(s, "9;4;") && !regexp.MustCompile(`^1337;.*=|^633;P`).MatchString(s) {
			got = append(got, s)
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("diff %q has the events %q, want %q", diff, got, want)
	}
}
