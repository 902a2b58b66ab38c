package sshboot

import (
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"gm/sshboot/deploy"
	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

// Every step after authentication has a timeout with a message.
func TestEveryWaitEnds(t *testing.T) {
	const short = 200 * time.Millisecond
	forever := make(chan struct{})
	t.Cleanup(func() { close(forever) })
	say := func(lines ...string) func(string, io.ReadWriter) {
		return func(marker string, channel io.ReadWriter) {
			for _, line := range lines {
				fmt.Fprintln(channel, marker, line)
			}
			<-forever
		}
	}
	noise := make([]byte, 8<<20)
	rand.NewChaCha8([32]byte{}).Read(noise)
	for name, c := range map[string]struct {
		limit func(*deploy.Limits) *time.Duration
		run   func(string, io.ReadWriter)
		want  string
	}{
		"session": {func(l *deploy.Limits) *time.Duration { return &l.Session }, nil, "127.0.0.1 does not open a session: no answer for 200ms"},
		"script":  {func(l *deploy.Limits) *time.Duration { return &l.Script }, say("at 1 2 3 4"), "the search for a server there made no progress for 200ms"},
		"server":  {func(l *deploy.Limits) *time.Duration { return &l.Server }, say("run /x"), "the server did not answer within 200ms"},
		"upload":  {func(l *deploy.Limits) *time.Duration { return &l.Upload }, say("need cat 7f454c460201 Linux x86_64"), "the upload made no progress for 200ms"},
	} {
		t.Run(name, func(t *testing.T) {
			s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
			s.Run = c.run
			if c.run == nil {
				s.Closed = forever
			}
			b := bootTo(t, s, &prompttest.ScriptedUser{})
			b.request.ServerCommand = ""
			b.binaries = having(script(t, string(noise)))
			b.limits = deploy.DefaultLimits
			*c.limit(&b.limits) = short
			_, err := b.run(t.Context())
			sshboottest.WantError(t, err, c.want)
		})
	}
}
