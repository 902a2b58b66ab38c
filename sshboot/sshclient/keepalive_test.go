package sshclient

import (
	"testing"
	"time"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

// TestKeepAliveWaitsForSilence has bytes come for a while from a host that answers no
// request: it is lost only a second after the last ones.
func TestKeepAliveWaitsForSilence(t *testing.T) {
	s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
	s.Frozen = make(chan struct{})
	defer close(s.Frozen)
	b := bootTo(t, s, &prompttest.ScriptedUser{})
	b.request.SSHCommand = []string{"ssh", "-oServerAliveInterval=1", "-oServerAliveCountMax=1"}
	conn, config, err := b.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const pause, times = 200 * time.Millisecond, 5
	calls := 0
	conn.heard = func() time.Time {
		if calls++; calls > times {
			return time.Time{}
		}
		return time.Now().Add(pause - time.Second)
	}
	began := time.Now()
	var lost time.Duration
	KeepAlive(conn, config, nil, func() { lost = time.Since(began) })
	if lost < times*pause+time.Second {
		t.Errorf("the host is lost after %v", lost)
	}
}

// TestHeardFromHost: a reply counts as heard.
func TestHeardFromHost(t *testing.T) {
	s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
	conn, _, err := bootTo(t, s, &prompttest.ScriptedUser{}).connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	before := time.Now()
	if _, _, err := conn.SendRequest("keepalive@openssh.com", true, nil); err != nil {
		t.Fatal(err)
	}
	if heard := conn.heard(); heard.Before(before) || heard.After(time.Now()) {
		t.Errorf("heard %v after the request", heard.Sub(before))
	}
}
