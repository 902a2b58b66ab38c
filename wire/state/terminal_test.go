package state

import (
	"encoding/hex"
	"testing"

	"gm/vt"
)

// The bytes are worked out by hand from the message of the package doc.
func TestTerminalTravels(t *testing.T) {
	c := vt.Capabilities{Features: vt.FeatureColor | vt.FeatureKittyKeys, Text: vt.Pixels{Width: 800, Height: 480}, Scheme: 2, Widths: vt.WidthsKnown | vt.JoinedZWJ}
	c.SetMode(2004, 2)
	diff := User{}.WithKeys([]byte("a")).WithTerminal(c).AppendDiff(nil, User{})
	want := hex.EncodeToString(unhex(t, "0a05 1203 2201 61 0a13 820510 0805 10c2fa01 18a006 20e003 4802 5011"))
	if got := hex.EncodeToString(diff); got != want {
		t.Errorf("it is %s, want %s", got, want)
	}
	events := mustApply(t, User{}, diff).Since(User{})
	if len(events) != 2 || events[1].Terminal == nil || *events[1].Terminal != c {
		t.Errorf("it comes as %+v", events)
	}
}

func TestTerminalTolerates(t *testing.T) {
	for name, c := range map[string]struct {
		hex  string
		want vt.Capabilities
	}{
		"nothing":                {"0a03 820500", vt.Capabilities{}},
		"a mode not known":       {"0a06 820503 10ff7f", vt.Capabilities{}},
		"a size beyond all":      {"0a09 820506 18ffffffff0f", vt.Capabilities{Text: vt.Pixels{Width: maxPixels}}},
		"a scheme of no meaning": {"0a05 820502 4807", vt.Capabilities{}},
		"fields not known":       {"0a08 820505 7801 7a0141", vt.Capabilities{}},
	} {
		events := mustApply(t, User{}, unhex(t, c.hex)).Since(User{})
		if len(events) != 1 || events[0].Terminal == nil || *events[0].Terminal != c.want {
			t.Errorf("%s: %+v", name, events)
		}
	}
	for _, bad := range []string{"0a05 820502 0880", "0a04 820501 08"} {
		if _, err := (User{}).Apply(unhex(t, bad)); err == nil {
			t.Errorf("%s is no error", bad)
		}
	}
}
