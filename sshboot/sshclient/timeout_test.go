package sshclient

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gm/sshboot/prompt/prompttest"
)

// slowUser needs an hour for each answer.
type slowUser struct{ prompttest.ScriptedUser }

func (*slowUser) Secret(context.Context, string) (string, error) {
	<-time.After(time.Hour)
	return "answer", nil
}

func TestDeadlineStopsDuringPrompts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer far.Close()
		clock := newDeadlineConn(near, 30*time.Second, nil)
		begin := time.Now()
		if answer, err := (pausingPrompter{&slowUser{}, clock}).Secret(t.Context(), ""); answer != "answer" || err != nil || clock.err() != nil {
			t.Fatalf("answer %q, %v; %v", answer, err, clock.err())
		}
		clock.extend(10 * time.Second)
		_, err := clock.Read(make([]byte, 1))
		if waited := time.Since(begin) - time.Hour; err == nil || waited != 10*time.Second {
			t.Errorf("read: %v after %v", err, waited)
		}
		if dead := clock.err(); dead == nil || !strings.Contains(dead.Error(), "no answer for 10s") {
			t.Errorf("dead: %v", dead)
		}
	})
}

func TestDeadlineStopsAfterLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		clock := newDeadlineConn(near, time.Second, nil)
		clock.stop()
		<-time.After(time.Minute)
		go far.Close()
		if _, err := clock.Read(make([]byte, 1)); err != io.EOF || clock.err() != io.EOF {
			t.Errorf("read: %v, dead: %v", err, clock.err())
		}
	})
}
