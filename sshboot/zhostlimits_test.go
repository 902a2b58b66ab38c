package sshboot

import (
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"
)

// Every wait for a host that has let the user in ends with a message.
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
		limit func(*hostLimits) *time.Duration
		run   func(string, io.ReadWriter)
		want  string
	}{
		"session": {func(l *hostLimits) *time.Duration { return &l.session }, nil, "127.0.0.1 does not open a session: no answer for 200ms"},
		"script":  {func(l *hostLimits) *time.Duration { return &l.script }, say("at 1 2 3 4"), "looking for a server there came to a halt for 200ms"},
		"server":  {func(l *hostLimits) *time.Duration { return &l.server }, say("run /x"), "the server did not announce itself within 200ms"},
		"upload":  {func(l *hostLimits) *time.Duration { return &l.upload }, say("need cat 7f454c460201 Linux x86_64"), "the upload came to a halt: the host took nothing for 200ms"},
	} {
		t.Run(name, func(t *testing.T) {
			s := startGoServer(t, noLogin())
			s.run = c.run
			if c.run == nil {
				s.closed = forever
			}
			b := bootTo(t, s, &scriptedUser{})
			b.request.ServerCommand = ""
			b.programs = having(script(t, string(noise)))
			b.limits = defaultLimits
			*c.limit(&b.limits) = short
			_, err := b.run(t.Context())
			wantError(t, err, c.want)
		})
	}
}
