package probe

import (
	"errors"
	"net/netip"
	"slices"
	"time"

	"gm/internal/deadline"
	"gm/internal/ipcount"
	"gm/wire/datagram"
	"gm/wire/probe"
)

// network is what a prober acts on.
type network interface {
	// Open opens a flow: a socket that sends to a port of the host. Flows are numbered from 1.
	Open(to netip.AddrPort) (flow int, local netip.AddrPort, err error)
	// Send sends a datagram on a flow.
	Send(flow int, data []byte) error
	// Tell sends a message to the host.
	Tell(m probe.Message)
	// Count returns the counters of this machine.
	Count() (ipcount.Count, bool)
}

// prober is the client's side of a run, without clock and sockets.
type prober struct {
	network  network
	sealer   *probe.Sealer
	hello    probe.Hello
	firewall *probe.Firewall // nil until the host has sent it
	loops    []probe.Loop
	longest  time.Duration // silence

	began   time.Time
	paths   []*target
	sent    []sent
	pending []int // numbers of those in sent that are due later, in no order
	// unasked are the numbers from which on the host sends, by the index of the path.
	unasked map[uint32]int

	rtt        time.Duration // of the connection by SSH; 0 until it is known
	stage      stage
	stageEnds  time.Time
	silentEnds time.Time // the end of the wait for replies after silences
	current    int       // the path whose datagrams are counted
	counting   []int     // the paths after it
	start, end snapshot  // of its burst
	wants      bool      // Counters were requested
}

// target is a path and what its Report is made of.
type target struct {
	Path
	flow     int // 0 without one
	sizes    []int
	newest   uint32 // of the short datagrams that have arrived at the host
	newestIn uint32 // of their replies
}

type stage uint8

const (
	measuring  stage = iota // all paths
	countStart              // waits for the first Counters of a burst
	counts                  // the burst
	countEnd                // waits for the second Counters
	quiet                   // for as long as the burst took
	quietEnd                // waits for the third Counters
	waiting                 // for replies after silences
	finished
)

// newProber begins a run after the host's Hello. mtu returns the MTU of the interface with an
// address.
func newProber(now time.Time, hello probe.Hello, addrs []netip.Addr, longest time.Duration, n network, mtu func(netip.Addr) int) (*prober, error) {
	sealer, err := probe.NewSealer(hello.Key, datagram.ToServer, now)
	if err != nil {
		return nil, err
	}
	p := &prober{network: n, sealer: sealer, hello: hello, longest: longest, began: now, unasked: map[uint32]int{}}
	for i, addr := range addrs {
		t := &target{Path: Path{Addr: addr}}
		p.paths = append(p.paths, t)
		if hello.Bind.IsValid() && hello.Bind.Is4() != addr.Is4() {
			t.SendError = errOtherFamily
			continue
		}
		flow, local, err := n.Open(netip.AddrPortFrom(addr, hello.Port))
		if t.SendError = err; err != nil {
			continue
		}
		t.flow, t.Local, t.sizes = flow, local, sizesTo(addr, mtu(local.Addr()))
		p.planPath(now.Add(time.Duration(i)*pathPause), i)
	}
	p.stage, p.stageEnds = measuring, p.lastDue(now).Add(minReply)
	p.request()
	return p, nil
}

// errOtherFamily is the SendError of a path to which nothing is sent, because the host's
// program does not receive on addresses of the family.
var errOtherFamily = errors.New("the host's server does not listen there")

func (p *prober) planPath(at time.Time, i int) {
	for k := range smallCount {
		p.plan(sent{path: i, purpose: small, request: probe.Request{Size: smallSize}, due: at.Add(time.Duration(k) * smallPause)})
	}
	for k := range sizeCount * len(p.paths[i].sizes) {
		size := p.paths[i].sizes[k%len(p.paths[i].sizes)]
		p.plan(sent{path: i, purpose: sized, request: probe.Request{Size: size}, due: at.Add(time.Duration(k)*sizePause + sizePause/2)})
	}
}

// plan sends a datagram when it is due, on the flow of its path unless it has its own.
func (p *prober) plan(s sent) {
	if s.flow == 0 {
		s.flow = p.paths[s.path].flow
	}
	s.request.Number = uint32(len(p.sent))
	p.sent = append(p.sent, s)
	p.pending = append(p.pending, len(p.sent)-1)
}

func (p *prober) lastDue(at time.Time) time.Time {
	for _, k := range p.pending {
		if due := p.sent[k].due; due.After(at) {
			at = due
		}
	}
	return at
}

// request requests the host's Counters.
func (p *prober) request() {
	p.wants = true
	p.network.Tell(probe.Message{Count: true})
}

// patience is how long a reply is waited for.
func (p *prober) patience() time.Duration { return min(max(minReply, replyRounds*p.rtt), maxReply) }

// Tick does what is due.
func (p *prober) Tick(now time.Time) {
	p.pending = slices.DeleteFunc(p.pending, func(k int) bool {
		s := &p.sent[k]
		if s.due.After(now) {
			return false
		}
		p.send(now, s)
		return true
	})
	for !p.stageEnds.After(now) && p.stage != finished {
		p.advance(now)
	}
}

func (p *prober) send(now time.Time, s *sent) {
	data, err := p.sealer.SealRequest(now, s.request)
	if err == nil {
		err = p.network.Send(s.flow, data)
	}
	if err == nil {
		s.at = now
	} else if t := p.paths[s.path]; t.SendError == nil && s.purpose == small {
		t.SendError = err
	}
}

// Deadline returns when Tick is to be called.
func (p *prober) Deadline() time.Time {
	at := p.stageEnds
	for _, k := range p.pending {
		at = deadline.Earliest(at, p.sent[k].due)
	}
	return at
}

// Done reports whether the run has ended.
func (p *prober) Done() bool { return p.stage == finished }

// Receive handles a datagram of the host.
func (p *prober) Receive(now time.Time, data []byte) {
	reply, err := p.sealer.OpenReply(now, data)
	if err != nil {
		return
	}
	if reply.Unasked {
		if i, ok := p.unasked[reply.Number]; ok {
			p.paths[i].Unasked.Arrived++
			delete(p.unasked, reply.Number)
		}
		return
	}
	if int(reply.Number) >= len(p.sent) {
		return
	}
	s := &p.sent[reply.Number]
	if s.at.IsZero() || !s.replied.IsZero() {
		return
	}
	s.arrived, s.replied = true, now
	if p.stage == waiting && !p.awaitsReply() {
		p.stageEnds = now
	}
	if t := p.paths[s.path]; s.purpose == small {
		if reply.Number < t.newestIn {
			t.Down.Reordered++
		}
		t.newestIn = max(t.newestIn, reply.Number)
	}
}

// Refused handles an ICMP error for a datagram on a flow.
func (p *prober) Refused(flow int, from netip.Addr, kind RefusalKind) {
	i := slices.IndexFunc(p.paths, func(t *target) bool { return t.flow == flow })
	if i < 0 {
		return
	}
	t := p.paths[i]
	k := slices.IndexFunc(t.Refusals, func(r Refusal) bool { return r.From == from && r.Kind == kind })
	if k < 0 {
		if len(t.Refusals) == maxRefusals {
			return
		}
		k = len(t.Refusals)
		t.Refusals = append(t.Refusals, Refusal{From: from, Kind: kind})
	}
	t.Refusals[k].Count++
}

// maxRefusals is the number of different ones that are kept for a path.
const maxRefusals = 8

// Message handles a message of the host.
func (p *prober) Message(now time.Time, m probe.Message) {
	switch {
	case m.Arrival != nil:
		p.arrival(*m.Arrival)
	case m.Firewall != nil:
		p.firewall = m.Firewall
	case m.Loop != nil && len(p.loops) < maxLoops:
		p.loops = append(p.loops, *m.Loop)
	case m.Counters != nil && p.wants:
		p.wants = false
		p.counted(now, m.Counters)
	}
}

const maxLoops = 16

func (p *prober) arrival(a probe.Arrival) {
	if int64(a.Number) >= int64(len(p.sent)) || p.sent[a.Number].at.IsZero() {
		return
	}
	s := &p.sent[a.Number]
	s.arrived = true
	t := p.paths[s.path]
	if s.flow != t.flow {
		return
	}
	t.Moved = t.Moved || t.Observed.IsValid() && t.Observed != a.From
	if !t.Observed.IsValid() {
		t.Observed = a.From
	}
	if s.purpose == small {
		if a.Number < t.newest {
			t.Up.Reordered++
		}
		t.newest = max(t.newest, a.Number)
	}
}
