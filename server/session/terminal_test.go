package session

import (
	"testing"
	"time"

	"gm/vt"
	"gm/wire/simnet"
	"gm/wire/state"
)

// reports sends the report of the user's terminal.
func (r *rig) reports(c vt.Capabilities) {
	r.client.SetLocal(r.Now, r.client.Local().WithTerminal(c))
}

// asking is a session with a client that reports capabilities, whose program has
// asked before anything was known.
func asking(t *testing.T, question string) *rig {
	t.Helper()
	r := newRig(t, Timeouts{}, simnet.Config{})
	r.attachment.extensions |= state.ExtAppearance | state.ExtTerminal
	r.session.term.Await()
	r.resize(80, 24)
	r.WaitFor(time.Second, "no program", func() bool { return len(r.host.started) == 1 })
	r.write(question)
	return r
}

func TestRepliesAwaitTheReport(t *testing.T) {
	r := asking(t, "\x1b[5n\x1b[?u\x1b]11;?\a\x1b[5n\x1b[c")
	r.expectTyped("\x1b[0n")
	r.Run(capabilitiesTimeout / 2)
	r.expectTyped("")
	r.report(state.Appearance{Theme: light})
	r.reports(vt.Capabilities{Features: vt.FeatureKittyKeys | vt.FeatureColor})
	r.Run(100 * time.Millisecond)
	r.expectTyped("\x1b[?0u\x1b]11;rgb:fefe/dcdc/baba\a\x1b[0n\x1b[?64;6;21;22;28c")
}

// Without a report the terminal's capabilities are unknown. A late report counts from
// then on.
func TestRepliesAwaitTheReportForASecond(t *testing.T) {
	r := asking(t, "\x1b[?u\x1b[?2004$p\x1b[5n")
	at := r.session.contacted.Add(capabilitiesTimeout)
	if got := r.session.capabilitiesDeadline(); !got.Equal(at) {
		t.Errorf("the limit is %v, want %v", got, at)
	}
	r.Run(at.Sub(r.Now) - time.Millisecond)
	r.expectTyped("")
	r.Run(2 * time.Millisecond)
	r.expectTyped("\x1b[?2004;0$y\x1b[0n")
	c := vt.Capabilities{Features: vt.FeatureKittyKeys}
	c.SetMode(2004, 2)
	r.reports(c)
	r.Run(time.Second)
	r.write("\x1b[?u\x1b[?2004$p")
	r.expectTyped("\x1b[?0u\x1b[?2004;2$y")
}

// TestNothingIsKnownOfAStockClientsTerminal: there is nothing to wait for.
func TestNothingIsKnownOfAStockClientsTerminal(t *testing.T) {
	r := connected(t)
	r.write("\x1b[?u\x1b]11;?\a\x1b[?1016$p\x1b[?996n\x1b[14t\x1b[c")
	r.expectTyped("\x1b[?1016;0$y\x1b[?64;6;21;28c")
}

func TestSchemeIsReported(t *testing.T) {
	r := asking(t, "\x1b[?2031h\x1b[?996n")
	r.reports(vt.Capabilities{Scheme: 2})
	r.Run(100 * time.Millisecond)
	r.expectTyped("\x1b[?997;2n")
	r.report(state.Appearance{Theme: light})
	r.reports(vt.Capabilities{Scheme: 1})
	r.Run(100 * time.Millisecond)
	r.expectTyped("\x1b[?997;1n")
	r.reports(vt.Capabilities{Scheme: 1})
	r.Run(100 * time.Millisecond)
	r.expectTyped("")
}

// TestPixels: the program's tty has the pixels of the user's, and reports have
// those of the terminal's own answers.
func TestPixels(t *testing.T) {
	r := asking(t, "\x1b[14t")
	r.report(state.Appearance{Width: 804, Height: 484})
	r.reports(vt.Capabilities{Text: vt.Pixels{Width: 800, Height: 480}})
	r.Run(100 * time.Millisecond)
	r.expectTyped("\x1b[4;480;800t")
	if r.host.pixels != [2]int{804, 484} {
		t.Errorf("the tty has %v", r.host.pixels)
	}
	r.write("\x1b[?2048h")
	r.expectTyped("\x1b[48;24;80;480;800t")
}

// A program that asks and then leaves the mode in which lines are edited discards what has
// come before, and one that stays in that mode gets its reply, too.
func TestRepliesAwaitTheModeOfTheProgram(t *testing.T) {
	r := listened(t)
	r.write("\x1b[5n")
	r.Run(replyDelay / 2)
	r.expectTyped("")
	r.host.tty.Modes &^= state.Echo
	r.write("\x1b[5n")
	r.expectTyped("")
	r.host.tty.Modes &^= state.Canonical
	r.write("\x1b[6n")
	r.expectTyped("\x1b[0n\x1b[0n\x1b[1;1R")

	r.host.tty = lineDiscipline()
	r.write("\x1b[5n")
	r.Run(replyDelay - time.Millisecond)
	r.expectTyped("")
	r.Run(time.Millisecond)
	r.expectTyped("\x1b[0n")
}
