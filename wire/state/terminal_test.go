package state

import (
	"bytes"
	"testing"

	"gm/vt"
	"gm/vt/cellwidth"
)

// The bytes are derived by hand from protocol, section 11.5.
func TestTerminalRoundTrip(t *testing.T) {
	c := vt.Capabilities{Features: vt.FeatureColor | vt.FeatureKittyKeys, Text: vt.Pixels{Width: 800, Height: 480}, Scheme: 2, Widths: cellwidth.Known | cellwidth.JoinedZWJ}
	c.SetMode(2004, 2)
	diff := User{}.WithKeys([]byte("a")).WithTerminal(c).AppendDiff(nil, User{})
	if want := unhex(t, "0a05 1203 2201 61 0a13 820510 0805 10c2fa01 18a006 20e003 4802 5011"); !bytes.Equal(diff, want) {
		t.Errorf("diff is %x, want %x", diff, want)
	}
	events := mustApply(t, User{}, diff).Since(User{})
	if len(events) != 2 || events[1].Terminal == nil || *events[1].Terminal != c {
		t.Errorf("applied to %+v", events)
	}
}

func TestTerminalTolerates(t *testing.T) {
	for name, c := range map[string]struct {
		hex  string
		want vt.Capabilities
	}{
		"empty":           {"0a03 820500", vt.Capabilities{}},
		"unknown mode":    {"0a06 820503 10ff7f", vt.Capabilities{}},
		"mode 65536+2004": {"0a07 820504 10c2fa41", vt.Capabilities{}},
		"huge size":       {"0a09 820506 18ffffffff0f", vt.Capabilities{Text: vt.Pixels{Width: maxPixels}}},
		"unknown scheme":  {"0a05 820502 4807", vt.Capabilities{}},
		"unknown fields":  {"0a08 820505 7801 7a0141", vt.Capabilities{}},
	} {
		t.Run(name, func(t *testing.T) {
			events := mustApply(t, User{}, unhex(t, c.hex)).Since(User{})
			if len(events) != 1 || events[0].Terminal == nil || *events[0].Terminal != c.want {
				t.Errorf("%+v", events)
			}
		})
	}
	for _, bad := range []string{"0a05 820502 0880", "0a04 820501 08"} {
		t.Run(bad, func(t *testing.T) {
			if _, err := (User{}).Apply(unhex(t, bad)); err == nil {
				t.Errorf("%s is accepted", bad)
			}
		})
	}
}
