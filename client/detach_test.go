package client

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	serversession "gm/server/session"
	"gm/vt"
	"gm/wire/state"
)

const leftWork = "[gm: detached from work on host. Back: gm attach host work]\n(status 0)"

func newDesk(t *testing.T, v visit) *desk {
	t.Helper()
	if v.cols == 0 {
		v.cols, v.rows = 60, 8
	}
	d := newOffice(t).join(v)
	d.waitShown(shellPrompt)
	return d
}

// TestWaysToLeave leaves sessions by each command and event: those with a name go on.
func TestWaysToLeave(t *testing.T) {
	quit := func(d *desk) { d.types("\x1e.") }
	detach := func(d *desk) { d.types("\x1ed") }
	hangUp := func(d *desk) { d.client.leave(d.now, "Exiting on signal...") }
	const exiting, number = "[gm is exiting.]\n(status 0)", "[gm: detached from session 1 on host. Back: gm attach host 1]\n(status 0)"
	for _, c := range []struct {
		name    string
		session string
		leave   func(*desk)
		want    string
		goesOn  bool
	}{
		{"quit a named session", "work", quit, exiting, false},
		{"quit a numbered session", "1", quit, exiting, false},
		{"detach from a named session", "work", detach, leftWork, true},
		{"detach from a numbered session", "1", detach, number, true},
		{"the window of a named session", "work", hangUp, leftWork, true},
		{"the window of a numbered session", "1", hangUp, exiting, false},
	} {
		for _, network := range []string{"rtt=20ms", "rtt=400ms,loss=20%,dup=5%"} {
			t.Run(c.name+" "+network, func(t *testing.T) {
				d := newDesk(t, visit{network: network, session: c.session})
				d.types("echo")
				c.leave(d)
				if got := d.waitEnd(); got != c.want {
					t.Errorf("%q, want %q", got, c.want)
				}
				d.run(time.Minute)
				if d.host.line != "echo" {
					t.Errorf("the program has %q", d.host.line)
				}
				if d.server.Finished() == c.goesOn {
					t.Errorf("the server has finished: %v", d.server.Finished())
				}
			})
		}
	}
}

func TestReadOnlyClientsEndNothing(t *testing.T) {
	for _, c := range []struct{ name, keys string }{{"quit", "\x1e."}, {"detach", "\x1ed"}} {
		t.Run(c.name, func(t *testing.T) {
			leader := newDesk(t, visit{network: "rtt=20ms", session: "1"})
			d := leader.join(visit{network: "rtt=100ms", cols: 60, rows: 8, role: serversession.ReadOnly, session: "1"})
			d.waitShown(shellPrompt)
			d.types("echo" + c.keys)
			if got, want := d.waitEnd(), "[gm: detached from session 1 on host. Back: gm attach --read-only host 1]\n(status 0)"; got != want {
				t.Errorf("%q, want %q", got, want)
			}
			leader.run(time.Minute)
			if d.host.line != "" || d.server.Finished() || !leader.runs() {
				t.Errorf("the program has %q, finished %v", d.host.line, d.server.Finished())
			}
		})
	}
}

// TestDetachWithoutANetwork detaches while nothing reaches the server: the client leaves
// in time, and the session goes on.
func TestDetachWithoutANetwork(t *testing.T) {
	d := newDesk(t, visit{network: "rtt=20ms"})
	d.up.SetDown(true)
	began := d.now
	d.types("\x1ed")
	got := d.waitEnd()
	if want := "[gm: detached from work on host; the server did not answer, and the session goes on there. Back: gm attach host work]\n(status 0)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if took := d.now.Sub(began); took > 11*time.Second {
		t.Errorf("that took %v", took)
	}
	d.run(time.Hour)
	if d.server.Finished() {
		t.Error("the session has ended")
	}
}

func TestLeavingTwice(t *testing.T) {
	for _, c := range []struct {
		name, first, second, bar string
		goesOn                   bool
	}{
		{"detach, then quit", "\x1ed", "\x1e.", "gm: Detaching...", true},
		{"quit, then detach", "\x1e.", "\x1ed", "gm: Exiting on user request...", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, visit{network: "rtt=400ms"})
			d.types(c.first)
			d.types(c.second)
			if got := d.user.Snapshot().RowText(0); !strings.HasPrefix(got, c.bar) {
				t.Errorf("the bar is %q", got)
			}
			d.waitEnd()
			d.run(time.Minute)
			if d.server.Finished() == c.goesOn {
				t.Errorf("the server has finished: %v", d.server.Finished())
			}
		})
	}
}

func TestSentAway(t *testing.T) {
	for _, c := range []struct {
		name string
		act  func(*desk)
		want string
	}{
		{"detached", func(d *desk) { d.server.Detach(d.now, "alice@laptop", "192.0.2.1") },
			"[gm: detached from work on host by alice@laptop from 192.0.2.1. Back: gm attach host work]\n(status 0)"},
		{"detached by nobody known", func(d *desk) { d.server.Detach(d.now, "", "") }, leftWork},
		{"taken over", func(d *desk) { d.join(visit{network: "rtt=80ms", cols: 60, rows: 8, by: "alice@laptop"}) },
			"[gm: work on host was taken over by alice@laptop from 192.0.2.2. Back: gm attach host work]\n(status 0)"},
		{"killed", func(d *desk) { d.server.Kill(d.now, "alice@laptop", "192.0.2.1") },
			"[gm is exiting.]\ngm: the session was ended on the host: killed by alice@laptop from 192.0.2.1\n(status 143)"},
	} {
		for _, network := range []string{"rtt=20ms", "rtt=500ms,loss=20%"} {
			t.Run(c.name+" "+network, func(t *testing.T) {
				d := newDesk(t, visit{network: network})
				c.act(d)
				if got := d.waitEnd(); got != c.want {
					t.Errorf("%q, want %q", got, c.want)
				}
				if last := d.client.lastScreen(); last != nil {
					t.Errorf("the screen is left behind: %q", last.Text())
				}
			})
		}
	}
}

// TestReadOnlyKeys types at a client that may only watch: nothing is sent or predicted,
// and the bar explains it once.
func TestReadOnlyKeys(t *testing.T) {
	leader := newDesk(t, visit{network: "rtt=20ms"})
	d := leader.join(visit{network: "rtt=100ms", cols: 60, rows: 8, role: serversession.ReadOnly})
	d.waitShown(shellPrompt)
	sent := d.client.transport.Local().End()
	bar := func() string { return d.user.Snapshot().RowText(0) }
	d.types("\x1b[<0;1;1M\x1b[I")
	if strings.HasPrefix(bar(), "gm:") {
		t.Errorf("after a report of the mouse the bar is %q", bar())
	}
	d.types("x")
	if want := "gm: Keys have no effect: this client is read-only. [To quit: Ctrl-^ .]"; !strings.HasPrefix(want, bar()) || bar() == "" {
		t.Errorf("the bar is %q", bar())
	}
	d.run(briefMessageTime + time.Second)
	d.types("y\x1b[200~z\x1b[201~")
	if bar() != "welcome" {
		t.Errorf("later the bar is %q", bar())
	}
	if d.client.transport.Local().End() != sent || d.host.line != "" {
		t.Errorf("%d positions were sent, the program has %q", d.client.transport.Local().End()-sent, d.host.line)
	}
	leader.types("seen")
	d.waitShown("sh>seen")
}

func TestHostileDetachments(t *testing.T) {
	detachment := func(d state.Detachment) []byte {
		s := vt.NewScreen(worldCols, worldRows)
		return state.Screen{Screen: s, Detachment: d}.AppendDiff(nil, state.Screen{Screen: s})
	}
	for _, c := range []struct {
		name string
		diff []byte
		want string
	}{
		{"control characters", detachment(state.Detachment{Reason: state.DetachedTakenOver, By: "a\x1b[2J\r\nb", From: "\u202e\u009b6n"}),
			"[gm: work on host was taken over by a [2J b from 6n. Back: gm attach host work]\n"},
		{"an unknown reason", detachment(state.Detachment{Reason: 200, By: "a"}), "[gm: detached from work on host by a. Back: gm attach host work]\n"},
		{"a long text", detachment(state.Detachment{Reason: state.DetachedByCommand, By: strings.Repeat("x", 5000)}),
			"[gm: detached from work on host by " + strings.Repeat("x", 100) + ".... Back: gm attach host work]\n"},
	} {
		for _, granted := range []state.Extension{state.ExtSessions, 0} {
			t.Run(fmt.Sprintf("%s, granted %q", c.name, granted), func(t *testing.T) {
				s := plainSettings()
				s.extensions, s.sessionName, s.host = granted, "work", "host"
				a := newAmbushWith(t, s)
				a.says(c.diff)
				if got := a.client.ended(a.now); got != endNone {
					t.Errorf("ended %d", got)
				}
				a.server.Shutdown(a.now)
				a.pass()
				want := c.want
				if granted == 0 {
					want = "[gm is exiting.]\n"
				}
				var b strings.Builder
				printExit(&b, a.client.outcome(a.client.ended(a.now)), a.client.server, &s)
				if b.String() != want {
					t.Errorf("%q, want %q", b.String(), want)
				}
				a.leave()
			})
		}
	}
}

// TestClosedTerminalDetaches closes the terminal, or sends a signal, during a session that
// outlives its window and during one that does not.
func TestClosedTerminalDetaches(t *testing.T) {
	for _, c := range []struct {
		name  string
		event event
	}{
		{"the end of the keyboard", event{kind: eventInput}},
		{"a frame that cannot be written", event{kind: eventFrameWritten, err: io.ErrClosedPipe}},
		{"a signal", event{kind: eventSystem, system: systemQuit}},
	} {
		for _, outlives := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, outlives %v", c.name, outlives), func(t *testing.T) {
				l, _ := pipeLoop(t, newWorld(t, "delay=50ms", plainSettings()))
				l.session.outlivesWindow = outlives
				if err := l.handle(ms(0), c.event); err != nil {
					t.Fatal(err)
				}
				if s := l.session; !s.quitting || s.detaching != outlives {
					t.Errorf("ends: %v, detaches: %v", s.quitting, s.detaching)
				}
			})
		}
	}
}

// The way back has the options that led to the host.
func TestWayBack(t *testing.T) {
	for line, want := range map[string]string{
		"host":                            "gm attach host work",
		"-v -J bastion -p 60001 host":     "gm -J bastion attach host work",
		"--ssh-port=2222 -l alice host":   "gm --ssh-port=2222 -l alice attach host work",
		"--ssh-option=Port=22 -vi k host": "gm --ssh-option=Port=22 -i k attach host work",
	} {
		t.Run(line, func(t *testing.T) {
			o, err := readOptions(programGM, strings.Fields(line))
			if err != nil {
				t.Fatal(err)
			}
			s := settings{host: o.destination, loginWords: o.loginWords(), sessionName: "work"}
			if got := s.wayBack(); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
	if got := (&settings{host: "host", loginWords: []string{"--ssh=ssh -F 'a b'"}, sessionName: "work"}).wayBack(); got != `gm '--ssh=ssh -F '\''a b'\''' attach host work` {
		t.Errorf("quoted to %s", got)
	}
}
