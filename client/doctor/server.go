package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gm/sshboot"
)

// server runs a server on the host that tests UDP, and reports where it came from.
func (e *examiner) server(ctx context.Context, login *sshboot.Login, args []string) {
	clock := e.start()
	e.busy("looking for the server on " + login.Config().Alias)
	server, err := login.Probe(ctx, args)
	if err != nil && !errors.Is(err, sshboot.ErrInputClosed) {
		s := failed(Host, "server", "server", err)
		alias := login.Config().Alias
		s.Verdict = "gm's server does not run on " + alias + ": " + strings.TrimPrefix(err.Error(), alias+": ")
		if len(server.Full) > 0 || strings.Contains(err.Error(), "enough room") {
			s.Cause, s.Verdict = "disk-full", "the disk of "+login.Config().Alias+" is full: the server has no room"
		}
		e.add(s)
		return
	}
	s := Step{Part: Host, Name: "server", Took: clock.elapsed(), Text: "gm's server is there: " + server.Path}
	if server.Uploaded > 0 {
		s.Text = fmt.Sprintf("not there yet; %s were sent for this test, and are removed at its end", size(server.Uploaded))
	}
	if e.command != "" {
		s.Text += "; the server of your settings, " + e.command + ", is not tried"
	}
	if len(server.Full) > 0 {
		s.State, s.Cause = Warning, "disk-full"
		s.Text += "; there was no room in " + strings.Join(server.Full, " and ")
		s.Verdict = "the disk of the home on " + login.Config().Alias + " has no room for the server, which is put elsewhere"
		s.Advice = "make room there; df -h ~ shows how much there is"
	}
	e.add(s)
	if err != nil {
		e.add(Step{Part: UDP, Name: "udp", State: Note, Text: "not tested, as the host has no program head", Cause: "not-tested"})
		return
	}
	e.udp(ctx, login, server.Pipe)
}
