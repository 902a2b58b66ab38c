package probe

import (
	"net/netip"
	"testing"
	"time"

	"gm/internal/deadline"
	"gm/internal/ipcount"
	"gm/wire/datagram"
	"gm/wire/probe"
	"gm/wire/simnet"
)

var (
	host4 = netip.MustParseAddr("192.0.2.1")
	host6 = netip.MustParseAddr("2001:db8::1")
	here4 = netip.MustParseAddr("198.51.100.7")
	here6 = netip.MustParseAddr("2001:db8:7::7")
	nat4  = netip.MustParseAddr("203.0.113.5")
)

const hostPort = 60001

// rig is a prober and a Responder with a network between them, in virtual time.
type rig struct {
	t         *testing.T
	now       time.Time
	prober    *prober
	responder *probe.Responder
	up, down  *simnet.Link
	channel   []delivery // messages in flight
	flows     []netip.AddrPort
	active    []time.Time // when each flow was last used
	world
	hostCount, hereCount ipcount.Count
	hostRefused          uint64
	requests             []probe.Message // of the client
}

type delivery struct {
	at     time.Time
	toHost bool
	frame  []byte
}

// world is what a network does.
type world struct {
	link     simnet.Config
	silence  time.Duration
	noCounts bool // no system has counters
	noise    int  // packets of others that each system drops in a second

	hostDrops, hostRefuses, clientDrops  bool
	betweenDrops, returnDrops            func(host netip.Addr, size int) bool
	refusal                              *Refusal
	sendError, openError                 error
	nat                                  time.Duration // how long it keeps a mapping; 0 without one
	firewall                             probe.Firewall
	loops                                []probe.Loop
	hello                                func(*probe.Hello)
	addrs                                []netip.Addr
	clientLogin, mute, noFirewallMessage bool
}

func all(netip.Addr, int) bool { return true }

func newRig(t *testing.T, w world) *rig {
	t.Helper()
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	r := &rig{t: t, now: now, up: simnet.NewLink(w.link, 1, now), down: simnet.NewLink(w.link, 2, now), world: w}
	key := datagram.Key{1, 2, 3}
	login := netip.Addr{}
	if w.clientLogin {
		login = here4
	}
	var err error
	if r.responder, err = probe.NewResponder(key, login, now); err != nil {
		t.Fatal(err)
	}
	hello := probe.Hello{Version: probe.Version, Key: key, Port: hostPort, Ports: "60001:60999", Addresses: []netip.Addr{host4, host6}, Client: login, System: "linux"}
	if w.hello != nil {
		w.hello(&hello)
	}
	if r.addrs == nil {
		r.addrs = []netip.Addr{host4}
	}
	if r.silence == 0 {
		r.silence = DefaultSilence
	}
	if r.prober, err = newProber(now, hello, r.addrs, r.silence, r, func(netip.Addr) int { return defaultMTU }); err != nil {
		t.Fatal(err)
	}
	if !w.noFirewallMessage {
		r.fromHost(probe.Message{Firewall: &w.firewall})
	}
	for _, l := range w.loops {
		r.fromHost(probe.Message{Loop: &l})
	}
	return r
}

// measure runs w to its end and returns the report and the time that it took.
func measure(t *testing.T, w world) (*Report, time.Duration) {
	t.Helper()
	r := newRig(t, w)
	began := r.now
	for steps := 0; !r.prober.Done(); steps++ {
		if steps > 100_000 || r.now.Sub(began) > time.Hour {
			t.Fatalf("the run does not end (stage %d)", r.prober.stage)
		}
		r.step()
	}
	return r.prober.Report(), r.now.Sub(began)
}

func (r *rig) step() {
	r.deliver()
	r.responder.Tick(r.now, r.reply)
	r.prober.Tick(r.now)
	next := deadline.Earliest(r.prober.Deadline(), r.responder.Deadline(), r.up.Deadline(), r.down.Deadline())
	for _, d := range r.channel {
		next = deadline.Earliest(next, d.at)
	}
	r.now = later(next, r.now)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (r *rig) deliver() {
	for data := r.up.Receive(r.now); data != nil; data = r.up.Receive(r.now) {
		r.atHost(int(data[0]), data[1:])
	}
	for data := r.down.Receive(r.now); data != nil; data = r.down.Receive(r.now) {
		r.atClient(int(data[0]), data[1:])
	}
	for i := 0; i < len(r.channel); i++ {
		if d := r.channel[i]; !d.at.After(r.now) {
			r.channel = append(r.channel[:i], r.channel[i+1:]...)
			i--
			r.arrives(d)
		}
	}
}

func (r *rig) arrives(d delivery) {
	if !d.toHost {
		m, err := probe.ParseHosts(d.frame)
		if err != nil {
			r.t.Fatal(err)
		}
		r.prober.Message(r.now, m)
		return
	}
	m, err := probe.ParseClients(d.frame)
	if err != nil {
		r.t.Fatal(err)
	}
	r.requests = append(r.requests, m)
	switch {
	case m.Send != nil:
		r.responder.Unasked(r.now, *m.Send)
	case m.Count && !r.mute:
		r.fromHost(probe.Message{Counters: &probe.Counters{Known: !r.noCounts, Received: r.hostCount.Received, Dropped: r.dropped(r.hostCount), Refused: r.hostRefused}})
	}
}

func (r *rig) fromHost(m probe.Message) {
	r.channel = append(r.channel, delivery{r.now.Add(r.link.Delay), false, m.Append(nil)})
}

// observed is the address of a flow as the host sees it.
func (r *rig) observed(flow int) netip.AddrPort {
	addr := here4
	if r.flows[flow-1].Addr().Is6() {
		addr = here6
	} else if r.nat > 0 {
		return netip.AddrPortFrom(nat4, 2000+uint16(flow))
	}
	return netip.AddrPortFrom(addr, 1000+uint16(flow))
}

func (r *rig) atHost(flow int, data []byte) {
	family := familyIndex(r.flows[flow-1].Addr())
	r.hostCount.Received[family]++
	if r.hostDrops {
		r.hostCount.Dropped[family]++
		return
	}
	arrival, ok := r.responder.Receive(r.now, data, datagram.Path{Local: r.flows[flow-1].Addr(), Remote: r.observed(flow)})
	if ok {
		r.fromHost(probe.Message{Arrival: &arrival})
	}
}

// reply sends a datagram of the host.
func (r *rig) reply(path datagram.Path, data []byte) {
	if r.hostRefuses {
		r.hostRefused++
		return
	}
	flow := int(path.Remote.Port()) % 1000
	if r.nat > 0 && r.now.Sub(r.active[flow-1]) > r.nat || r.returnDrops != nil && r.returnDrops(r.flows[flow-1].Addr(), len(data)) {
		return
	}
	r.down.Send(r.now, append([]byte{byte(flow)}, data...))
}

func (r *rig) atClient(flow int, data []byte) {
	family := familyIndex(r.flows[flow-1].Addr())
	r.hereCount.Received[family]++
	if r.clientDrops {
		r.hereCount.Dropped[family]++
		return
	}
	r.active[flow-1] = r.now
	r.prober.Receive(r.now, data)
}

// The methods of network.

func (r *rig) Open(to netip.AddrPort) (int, netip.AddrPort, error) {
	if r.openError != nil {
		return 0, netip.AddrPort{}, r.openError
	}
	r.flows, r.active = append(r.flows, to), append(r.active, r.now)
	flow := len(r.flows)
	addr := here4
	if to.Addr().Is6() {
		addr = here6
	}
	return flow, netip.AddrPortFrom(addr, 1000+uint16(flow)), nil
}

func (r *rig) Send(flow int, data []byte) error {
	if r.sendError != nil {
		return r.sendError
	}
	r.active[flow-1] = r.now
	addr := r.flows[flow-1].Addr()
	if r.refusal != nil {
		if r.refusal.From == addr {
			r.hostCount.Received[familyIndex(addr)]++
			r.hostCount.Dropped[familyIndex(addr)]++
		}
		r.prober.Refused(flow, r.refusal.From, r.refusal.Kind)
		return nil
	}
	if r.betweenDrops == nil || !r.betweenDrops(addr, len(data)) {
		r.up.Send(r.now, append([]byte{byte(flow)}, data...))
	}
	return nil
}

func (r *rig) Tell(m probe.Message) {
	r.channel = append(r.channel, delivery{r.now.Add(r.link.Delay), true, m.Append(nil)})
}

func (r *rig) Count() (ipcount.Count, bool) {
	return ipcount.Count{Received: r.hereCount.Received, Dropped: r.dropped(r.hereCount)}, !r.noCounts
}

// dropped returns the packets that a system has dropped, with those of others.
func (r *rig) dropped(c ipcount.Count) [2]uint64 {
	noise := uint64(r.now.Sub(r.prober.began).Seconds() * float64(r.noise))
	return [2]uint64{c.Dropped[0] + noise, c.Dropped[1] + noise}
}
