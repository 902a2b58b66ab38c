package probe

import (
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gm/wire/probe"
	"gm/wire/simnet"
)

var nearby = simnet.Config{Delay: 15 * time.Millisecond}

// TestCauses runs the test over networks, each with one fault, and expects its cause.
func TestCauses(t *testing.T) {
	longer := func(than int) func(netip.Addr, int) bool {
		return func(_ netip.Addr, size int) bool { return size > than }
	}
	ufw := probe.Firewall{Name: "ufw", Command: "sudo ufw allow 60001:60999/udp"}
	for name, c := range map[string]struct {
		world
		want    Cause
		text    string // a part of it
		command string
		works   bool
	}{
		"a good network": {want: OK, text: "works in both directions, round trip 30.0 ms", works: true},
		"the host's firewall drops": {world: world{hostDrops: true, firewall: ufw}, want: HostDrops,
			text: "reaches the host, whose firewall (ufw) drops it", command: ufw.Command},
		"an unknown firewall on the host": {world: world{hostDrops: true}, want: HostDrops, text: "reaches the host, where a firewall drops it"},
		"the host's firewall rejects": {world: world{refusal: &Refusal{From: host4, Kind: PortUnreachable}, firewall: ufw}, want: HostRejects,
			text: "answers with ICMP errors", command: ufw.Command},
		"the host's system sends nothing":            {world: world{hostRefuses: true}, want: HostRefuses, text: "does not send the replies"},
		"dropped in between":                         {world: world{betweenDrops: all, firewall: ufw}, want: BetweenDrops, text: "it does not reach the host"},
		"dropped in between, and others at the host": {world: world{betweenDrops: all, noise: 200}, want: BetweenDrops},
		"dropped at the host, with others":           {world: world{hostDrops: true, noise: 20}, want: HostDrops},
		"replies dropped in between, and others here": {world: world{returnDrops: all, noise: 200}, want: ReturnDrops,
			text: "on the way to this machine"},
		"a router rejects":                   {world: world{refusal: &Refusal{From: nat4, Kind: Prohibited}}, want: BetweenRejects, text: "203.0.113.5, on the way to the host, rejects"},
		"rejected by whom is not known":      {world: world{noCounts: true, refusal: &Refusal{Kind: PortUnreachable}}, want: Rejected, text: "cannot be seen from here"},
		"dropped, and there are no counters": {world: world{noCounts: true, betweenDrops: all, firewall: ufw}, want: Dropped, text: "cannot be seen from here", command: ufw.Command},
		"no counters, but rules that drop": {world: world{noCounts: true, betweenDrops: all, firewall: probe.Firewall{Name: "nftables", Read: true, Drops: true, Command: "nft x"}},
			want: HostDrops, command: "nft x"},
		"no counters, but rules that pass":                {world: world{noCounts: true, betweenDrops: all, firewall: probe.Firewall{Read: true}}, want: BetweenDrops},
		"no counters, and the host does not reach itself": {world: world{noCounts: true, betweenDrops: all, loops: []probe.Loop{{Addr: host4}}}, want: HostDrops},
		"the host reaches itself":                         {world: world{noCounts: true, betweenDrops: all, loops: []probe.Loop{{Addr: host4, Arrived: true}}}, want: Dropped},
		"an address of a device in front": {world: world{refusal: &Refusal{From: host4, Kind: PortUnreachable}, noCounts: true, hello: func(h *probe.Hello) { h.Addresses = nil }},
			want: BetweenRejects, text: "a device in front of the host"},
		"replies dropped in between":       {world: world{returnDrops: all}, want: ReturnDrops, text: "the host's replies are dropped on the way to this machine"},
		"replies dropped, and no counters": {world: world{returnDrops: all, noCounts: true}, want: ReturnDrops, text: "on the way or by this machine's firewall"},
		"replies dropped here":             {world: world{clientDrops: true}, want: ClientDrops, text: "this machine's own firewall drops the replies"},
		"no route":                         {world: world{openError: syscall.ENETUNREACH}, want: NoRoute, text: "network is unreachable"},
		"a server of the other family": {world: world{addrs: []netip.Addr{host6}, hello: func(h *probe.Hello) { h.Bind = netip.IPv4Unspecified() }},
			want: NoAddress, text: "do not listen on 2001:db8::1, nor on any address of IPv6"},
		"own firewall for output":            {world: world{sendError: syscall.EPERM}, want: ClientRefuses},
		"large ones lost there":              {world: world{betweenDrops: longer(1000)}, want: LargeLost, text: "1252 bytes to 192.0.2.1 are lost on the way there, those of 500 bytes arrive", works: true},
		"large ones lost on the way back":    {world: world{returnDrops: longer(1000)}, want: LargeLost, text: "lost on the way back", works: true},
		"larger ones lost than sessions use": {world: world{betweenDrops: longer(1300)}, want: LargeLost, text: "1400 bytes", works: true},
		"a NAT that forgets":                 {world: world{nat: 3 * time.Second}, want: BindingShort, text: "a NAT on the way to 192.0.2.1 forgets a silent session within 5s", works: true},
		"a NAT that remembers":               {world: world{nat: time.Minute}, want: OK, works: true},
		"loss":                               {world: world{link: simnet.Config{Delay: 20 * time.Millisecond, Loss: 0.3}}, want: Loss, text: "are lost on the way there", works: true},
		"IPv6":                               {world: world{addrs: []netip.Addr{host6}, hostDrops: true}, want: HostDrops, text: "2001:db8::1"},
		"a mute host":                        {world: world{mute: true, betweenDrops: all}, want: Dropped},
	} {
		t.Run(name, func(t *testing.T) {
			if c.link.Delay == 0 {
				c.link = nearby
			}
			r, took := measure(t, c.world)
			f := findingOf(r, c.want)
			if f.Cause != c.want || !strings.Contains(f.Text, c.text) || f.Works != c.works {
				t.Errorf("%+v\n%+v", f, r.Paths[0])
			}
			if c.command != f.Command {
				t.Errorf("command %q", f.Command)
			}
			if f.Harmless != (name == "larger ones lost than sessions use") {
				t.Errorf("harmless: %v", f.Harmless)
			}
			if f.Works != r.Works() && c.want != OK {
				t.Errorf("the report works: %v", r.Works())
			}
			if took > 15*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// findingOf returns the finding of the first path with the cause, or else its first one.
func findingOf(r *Report, want Cause) Finding {
	findings := slices.DeleteFunc(r.Findings(), func(f Finding) bool { return f.Addr != r.Paths[0].Addr })
	i := slices.IndexFunc(findings, func(f Finding) bool { return f.Cause == want })
	return findings[max(i, 0)]
}

// TestOneFamily has a firewall drop IPv6 alone.
func TestOneFamily(t *testing.T) {
	r, _ := measure(t, world{
		link: nearby, addrs: []netip.Addr{host6, host4},
		betweenDrops: func(host netip.Addr, _ int) bool { return host.Is6() },
	})
	f := r.Findings()
	if len(f) != 2 || f[0].Cause != BetweenDrops || f[0].Family != 6 || f[1].Cause != OK || f[1].Family != 4 || !r.Works() {
		t.Errorf("%+v", f)
	}
}

func TestMeasurements(t *testing.T) {
	r, _ := measure(t, world{link: simnet.Config{Delay: 50 * time.Millisecond, Reorder: 0.2}, nat: time.Hour, clientLogin: true})
	p := r.Paths[0]
	if p.RTTMin != 100*time.Millisecond || p.RTTMedian < p.RTTMin {
		t.Errorf("round trip %v, %v", p.RTTMin, p.RTTMedian)
	}
	if p.Up.Sent != smallCount || p.Up.Arrived != smallCount || p.Down.Arrived != smallCount {
		t.Errorf("up %+v, down %+v", p.Up, p.Down)
	}
	if p.Up.Reordered == 0 || p.Down.Reordered == 0 {
		t.Errorf("reordered %+v %+v", p.Up, p.Down)
	}
	if !p.Translated() || p.Observed.Addr() != nat4 || p.Local.Addr() != here4 || p.Moved {
		t.Errorf("%v seen as %v, moved %v", p.Local, p.Observed, p.Moved)
	}
	if p.Binding.Kept != DefaultSilence || p.Binding.Lost != 0 {
		t.Errorf("%+v", p.Binding)
	}
	var sizes []int
	for _, s := range p.Sizes {
		if sizes = append(sizes, s.Bytes); s.Up.Sent != sizeCount || s.Down.Arrived != sizeCount {
			t.Errorf("%+v", s)
		}
	}
	if !slices.Equal(sizes, []int{500, 1252, 1400, 1472}) {
		t.Errorf("sizes %v", sizes)
	}
}

// TestUnasked has the host send to a client to which nothing else comes through.
func TestUnasked(t *testing.T) {
	r, _ := measure(t, world{link: nearby, betweenDrops: all, clientLogin: true})
	if u := r.Paths[0].Unasked; u.Sent != unaskedCount || u.Arrived != unaskedCount {
		t.Errorf("%+v", u)
	}
	if f := r.Findings()[0]; !strings.HasSuffix(f.Text, ", though the host's datagrams arrive here") {
		t.Errorf("%+v", f)
	}
	r, _ = measure(t, world{link: nearby, betweenDrops: all})
	if u := r.Paths[0].Unasked; u.Sent != 0 || u.Arrived != 0 {
		t.Errorf("without the client's address: %+v", u)
	}
}

// TestSilences finds the limit of a NAT in a longer run.
func TestSilences(t *testing.T) {
	r, took := measure(t, world{link: nearby, nat: 45 * time.Second, silence: 2 * time.Minute})
	if b := r.Paths[0].Binding; b.Kept != 30*time.Second || b.Lost != time.Minute {
		t.Errorf("%+v", b)
	}
	if took < 2*time.Minute || took > 2*time.Minute+5*time.Second {
		t.Errorf("it took %v", took)
	}
	if f := r.Findings()[0]; f.Cause == BindingShort {
		t.Errorf("%+v", f)
	}
}

// TestLostReply loses the replies after a silence that is shorter than another one.
func TestLostReply(t *testing.T) {
	p := &prober{}
	for _, c := range []struct {
		silence time.Duration
		arrived bool
		replied time.Time
	}{
		{2 * time.Second, true, time.Time{}}, {5 * time.Second, true, time.Unix(1, 0)}, {5 * time.Second, true, time.Time{}},
		{10 * time.Second, true, time.Time{}}, {20 * time.Second, true, time.Time{}}, {time.Second, false, time.Time{}},
	} {
		p.sent = append(p.sent, sent{purpose: silent, request: probe.Request{Delay: c.silence}, arrived: c.arrived, replied: c.replied})
	}
	if got, want := p.binding(0), (Binding{Kept: 5 * time.Second, Lost: 10 * time.Second}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestSlowHost has replies later than the pauses of the run.
func TestSlowHost(t *testing.T) {
	r, _ := measure(t, world{link: simnet.Config{Delay: 600 * time.Millisecond}})
	if p := r.Paths[0]; p.Up.Arrived != smallCount || p.Down.Arrived != smallCount || p.Binding.Kept != DefaultSilence {
		t.Errorf("%+v", p)
	}
}

// TestSilentLook has a host that never reports a firewall.
func TestSilentLook(t *testing.T) {
	_, took := measure(t, world{link: nearby, betweenDrops: all, noFirewallMessage: true})
	if took < lookTime || took > lookTime+5*time.Second {
		t.Errorf("it took %v", took)
	}
}

// TestHostileHost sends what no host does.
func TestHostileHost(t *testing.T) {
	r := newRig(t, world{link: nearby})
	for n := range uint32(5000) {
		r.prober.Message(r.now, probe.Message{Arrival: &probe.Arrival{Number: n * 1_000_003}})
		r.prober.Message(r.now, probe.Message{Counters: &probe.Counters{Known: true, Received: [2]uint64{1 << 63, 0}}})
		r.prober.Message(r.now, probe.Message{Loop: &probe.Loop{}})
		r.prober.Message(r.now, probe.Message{Firewall: &probe.Firewall{}})
		r.prober.Message(r.now, probe.Message{})
		r.prober.Refused(int(n), netip.AddrFrom4([4]byte{byte(n), byte(n >> 8)}), OtherRefusal)
		r.prober.Refused(1, netip.AddrFrom4([4]byte{byte(n), byte(n >> 8)}), OtherRefusal)
		r.prober.Receive(r.now, make([]byte, n%100))
	}
	if len(r.prober.loops) > maxLoops || len(r.prober.paths[0].Refusals) > maxRefusals {
		t.Errorf("%d loops, %d refusals", len(r.prober.loops), len(r.prober.paths[0].Refusals))
	}
	if up := r.prober.Report().Paths[0].Up; up.Arrived != 0 {
		t.Errorf("datagrams arrived that were not sent: %+v", up)
	}
}

// TestCommandHints has commands whose effect lasts, and others.
func TestCommandHints(t *testing.T) {
	for want, w := range map[string]probe.Firewall{
		"this opens the ports there, as root":                     {Name: "ufw", Command: "ufw x"},
		"this opens the ports there until the next boot, as root": {Name: "nftables", Command: "nft x", Temporary: true},
	} {
		r, _ := measure(t, world{link: nearby, hostDrops: true, firewall: w})
		if f := r.Findings()[0]; f.Hint != want || f.Command != w.Command {
			t.Errorf("%+v, want %q", f, want)
		}
	}
}

func TestPorts(t *testing.T) {
	for text, want := range map[string]string{"60001:60999": "ports 60001 to 60999", "443": "port 443", "0": "all ports"} {
		if got := (&Host{Ports: text}).ports(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
