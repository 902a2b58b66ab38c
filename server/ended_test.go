//go:build unix

package server

import (
	"path/filepath"
	"testing"
	"time"

	"gm/wire/control"
)

// leave detaches the client from the session.
func (c *realClient) leave() {
	c.t.Helper()
	c.wire.SetLocal(time.Now(), c.wire.Local().WithDetach())
	c.quit()
}

// A program that ends while no client is there leaves its last screen and its exit status
// to the next one.
func TestEndedSessionWaitsForClient(t *testing.T) {
	u := newHostUser(t)
	file := filepath.Join(t.TempDir(), "end")
	s := u.begin("-@", "gm-name=work", "--", "sh", "-c", "echo begun; while ! test -e "+file+"; do sleep 0.02; done; echo last words; exit 7")
	c := s.connect(80, 24)
	c.see("begun")
	c.leave()
	write(t, file, "")
	var ended control.Status
	eventually(t, "the session has not ended", func() bool {
		ended = u.list()["work"]
		return ended.State == control.Ended
	})
	if ended.Exit == nil || *ended.Exit != 7 || ended.From != "127.0.0.1" || time.Until(ended.EndsAt) < 23*time.Hour {
		t.Errorf("it is listed as %+v", ended)
	}
	c = u.attach()
	c.see("last words")
	c.end()
	if screen, _ := c.wire.Remote(); !screen.ExitStatus.Known || screen.ExitStatus.Status != 7 {
		t.Errorf("the exit status is %+v", screen.ExitStatus)
	}
	s.gone()
}

// A session without a client ends after a while, if its login shell waits for a command.
func TestEndOfIdleSession(t *testing.T) {
	const day = 24 * time.Hour
	for _, test := range []struct {
		name    string
		user    func(*hostUser) *hostUser
		options []string
		want    time.Duration // 0 for never
	}{
		{"login shell", nil, nil, 7 * day},
		{"option", nil, []string{"-@", "gm-linger=12h"}, day / 2},
		{"never", nil, []string{"-@", "gm-linger=never"}, 0},
		{"variable", func(u *hostUser) *hostUser { return u.with("GM_SERVER_LINGER=2d") }, nil, 2 * day},
		{"command", nil, []string{"--", "sh"}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			u := newHostUser(t)
			if test.user != nil {
				u = test.user(u)
			}
			s := u.begin(append([]string{"-@", "gm-name=idle"}, test.options...)...)
			c := s.connect(80, 24)
			c.typeKeys("echo prompt$((1+1))\r")
			c.see("prompt2")
			c.leave()
			var ends time.Time
			eventually(t, "the session has a client, or its shell is busy", func() bool {
				s := u.list()["idle"]
				ends = s.EndsAt
				return s.State == control.Detached && ends.IsZero() == (test.want == 0)
			})
			if left := time.Until(ends); test.want != 0 && (left > test.want || left < test.want-time.Minute) {
				t.Errorf("it ends in %v, want %v", left, test.want)
			}
		})
	}
}
