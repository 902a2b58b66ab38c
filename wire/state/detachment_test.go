package state

import (
	"strings"
	"testing"

	"gm/vt"
)

func TestDetachmentRoundTrip(t *testing.T) {
	blank := Screen{Screen: vt.NewScreen(80, 24)}
	for name, c := range map[string]struct{ sent, want Detachment }{
		"taken over":     {Detachment{DetachedTakenOver, "alice@laptop", "192.0.2.1"}, Detachment{DetachedTakenOver, "alice@laptop", "192.0.2.1"}},
		"by command":     {Detachment{Reason: DetachedByCommand}, Detachment{Reason: DetachedByCommand}},
		"unknown reason": {Detachment{Reason: 200, By: "a"}, Detachment{DetachedByCommand, "a", ""}},
		"control bytes":  {Detachment{DetachedTakenOver, "a\x1b]0;x\ab", "c\nd"}, Detachment{DetachedTakenOver, "a ]0;x b", "c d"}},
		"too long":       {Detachment{DetachedTakenOver, strings.Repeat("a", 600), ""}, Detachment{DetachedTakenOver, strings.Repeat("a", maxReason), ""}},
	} {
		t.Run(name, func(t *testing.T) {
			last := blank
			last.Detachment = c.sent
			if blank.Equal(last) {
				t.Error("equal to an attached client's screen")
			}
			got, err := blank.Apply(last.AppendDiff(nil, blank))
			if err != nil || got.Detachment != c.want {
				t.Errorf("%+v, %v", got.Detachment, err)
			}
		})
	}
}

func TestParseDetachment(t *testing.T) {
	if _, err := parseDetachment([]byte{0x80}); err == nil {
		t.Error("a truncated message is accepted")
	}
	if d, err := parseDetachment([]byte{8, 0xff, 0xff, 0xff, 0xff, 0x0f}); err != nil || d.Reason != DetachedByCommand {
		t.Errorf("%+v, %v", d, err)
	}
}

// A wish to detach has a position between the keys around it.
func TestDetachFollowsKeys(t *testing.T) {
	u := User{}.WithKeys([]byte("a")).WithDetach().WithKeys([]byte("b"))
	got, err := User{}.Apply(u.AppendDiff(nil, User{}))
	if err != nil {
		t.Fatal(err)
	}
	events := got.Since(User{})
	if len(events) != 3 || string(events[0].Keys) != "a" || !events[1].Detach || string(events[2].Keys) != "b" || got.End() != 3 {
		t.Errorf("%+v", events)
	}
}
