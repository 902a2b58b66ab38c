package session

import (
	"testing"
	"time"

	"gm/vt"
	"gm/wire/simnet"
	"gm/wire/state"
)

// report sends the appearance of the user's terminal.
func (r *rig) report(a state.Appearance) {
	r.client.SetLocal(r.Now, r.client.Local().WithAppearance(a))
}

// expectTyped checks the input that the program has read since the last call.
func (r *rig) expectTyped(want string) {
	r.t.Helper()
	if got := string(r.host.typed); got != want {
		r.t.Errorf("the program read %q, want %q", got, want)
	}
	r.host.typed = nil
}

func dressed(t *testing.T) *rig {
	r := connected(t)
	r.attachment.extensions |= state.ExtAppearance
	return r
}

var light = vt.Theme{Foreground: vt.RGBColor(0x10, 0x20, 0x30), Background: vt.RGBColor(0xfe, 0xdc, 0xba)}

func TestAppearance(t *testing.T) {
	r := dressed(t)
	r.report(state.Appearance{Theme: light})
	r.report(state.Appearance{Width: 800, Height: 480})
	r.typeKeys("k")
	r.report(state.Appearance{Theme: vt.Theme{Cursor: vt.RGBColor(1, 2, 3)}})
	r.Run(time.Second)
	r.write("\x1b]11;?\a\x1b]12;?\a\x1b]17;?\a\x1b[14t")
	r.expectTyped("k\x1b]11;rgb:fefe/dcdc/baba\a\x1b]12;rgb:0101/0202/0303\a\x1b[4;480;800t")
}

// The datagram that starts the program may contain the appearance.
func TestAppearanceBeforeTheProgram(t *testing.T) {
	r := newRig(t, Timeouts{}, simnet.Config{})
	r.attachment.extensions |= state.ExtAppearance
	r.report(state.Appearance{Theme: light})
	r.resize(80, 24)
	r.WaitFor(time.Second, "no program", func() bool { return len(r.host.started) == 1 })
	r.write("\x1b]11;?\a")
	r.expectTyped("\x1b]11;rgb:fefe/dcdc/baba\a")
}

func TestAppearanceIsReported(t *testing.T) {
	r := dressed(t)
	r.write("\x1b[?2031;2048h")
	r.expectTyped("\x1b[48;24;80;0;0t")
	r.report(state.Appearance{Width: 800, Height: 480})
	r.Run(time.Second)
	r.expectTyped("\x1b[48;24;80;480;800t")
	r.report(state.Appearance{Width: 1000, Height: 600})
	r.resize(100, 30)
	r.Run(time.Second)
	r.expectTyped("\x1b[48;30;100;600;1000t")
	r.resize(80, 24)
	r.report(state.Appearance{Width: 1000, Height: 600})
	r.Run(time.Second)
	r.expectTyped("\x1b[48;24;80;600;1000t")
}

// Without the extension a report is ignored.
func TestAppearanceNotGranted(t *testing.T) {
	r := connected(t)
	r.report(state.Appearance{Theme: light, Width: 800, Height: 480})
	r.typeKeys("k")
	r.Run(time.Second)
	r.write("\x1b]11;?\a\x1b[14t")
	r.expectTyped("k")
	if len(r.host.resizes) > 0 {
		t.Errorf("resizes %v", r.host.resizes)
	}
}
