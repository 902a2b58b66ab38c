package client

import (
	"testing"
	"time"
)

const leftWork = "[gm: detached from work on host. Back: gm attach host work]\n(status 0)"

// newDesk returns an office with one client that sees the prompt.
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
