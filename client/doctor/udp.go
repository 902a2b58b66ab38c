package doctor

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"slices"

	"gm/client/address"
	"gm/client/probe"
	"gm/sshboot"
)

// udp tests UDP by the program at the other end of pipe, which it closes.
func (e *examiner) udp(ctx context.Context, login *sshboot.Login, pipe io.ReadWriteCloser) {
	e.busy("testing UDP")
	report, err := probe.Run(ctx, pipe, probe.Options{
		Choose:   func(announced []netip.Addr) []netip.Addr { return e.candidates(ctx, login, announced) },
		Silence:  e.Silence,
		Progress: func(text string) { e.busy("UDP: " + text) },
	})
	switch {
	case ctx.Err() != nil:
	case err != nil:
		s := failed(UDP, "udp", "not-tested", err)
		s.State, s.Verdict = Warning, "sessions begin, but UDP could not be tested: "+err.Error()
		e.add(s)
	default:
		e.judge(login.Config().Alias, report)
	}
}

// candidates returns the addresses that a session would try, which are found in the same way.
func (e *examiner) candidates(ctx context.Context, login *sshboot.Login, announced []netip.Addr) []netip.Addr {
	h := address.Host{Login: login.Addr, Announced: announced, Bound: e.Bound}
	switch login.Family() {
	case sshboot.Inet:
		h.Families = address.IPv4
	case sshboot.Inet6:
		h.Families = address.IPv6
	}
	name := login.HostName()
	if login.Via != "" {
		name = "" // it may be another host's here
	}
	return address.NewFinder(h, name).Find(ctx)
}

// judge reports the measurements and the findings.
func (e *examiner) judge(alias string, r *probe.Report) {
	var working []string
	for i := range r.Paths {
		if p := &r.Paths[i]; p.Works() {
			working = append(working, familyName(p.Addr))
			e.add(Step{Part: UDP, Name: familyName(p.Addr), Text: measured(p)})
		}
	}
	slices.Sort(working)
	working = slices.Compact(working)
	for _, f := range r.Findings() {
		if f.Cause != probe.OK {
			e.add(udpStep(alias, f, working))
		}
	}
	switch len(working) {
	case 0:
		return
	case 1:
		e.report.Good += ", and UDP works, over " + working[0] + " alone"
	default:
		e.report.Good += ", and UDP works over IPv4 and IPv6"
	}
}

func familyName(a netip.Addr) string {
	if a.Unmap().Is4() {
		return "IPv4"
	}
	return "IPv6"
}

// measured describes a path that works.
func measured(p *probe.Path) string {
	largest := 0
	for _, s := range p.Sizes {
		if s.Up.Arrived > 0 && s.Down.Arrived > 0 {
			largest = max(largest, s.Bytes)
		}
	}
	text := fmt.Sprintf("%s: round trip %s, %s", p.Addr, duration(p.RTTMedian), losses(p.Up.Loss(), p.Down.Loss()))
	if largest > 0 {
		text += fmt.Sprintf(", datagrams up to %d bytes", largest)
	}
	if p.Translated() {
		text += "; through a NAT"
	}
	if p.Binding.Kept > 0 {
		text += fmt.Sprintf("; still open after %s of silence", p.Binding.Kept)
	}
	return text
}

func losses(up, down float64) string {
	if up <= 0 && down <= 0 {
		return "no loss"
	}
	return fmt.Sprintf("%.0f%% lost there and %.0f%% back", 100*up, 100*down)
}

// udpStep returns the step of a finding. working are the families in which UDP works.
func udpStep(alias string, f probe.Finding, working []string) Step {
	family := fmt.Sprintf("IPv%d", f.Family)
	s := Step{Part: UDP, Name: family, State: Warning, Text: f.Text, Cause: string(f.Cause), Advice: f.Hint, Command: f.Command}
	s.Verdict = "sessions on " + alias + " work, but " + f.Text
	switch {
	case f.Cause == probe.NoAddress, f.Cause == probe.NoRoute:
		s.State = Note
		if len(working) == 0 && f.Cause == probe.NoRoute {
			s.State = Failure
		}
	case f.Harmless:
		s.State = Note
	case f.Works:
	case slices.Contains(working, family):
		s.State = Note // another address of the host, which sessions do not need
	case len(working) == 0:
		s.State = Failure
		s.Verdict = f.Text + "; sessions on " + alias + " go through SSH, without what UDP is better at"
	}
	if s.Command != "" {
		s.Advice += ":"
	}
	return s
}
