package probe

import (
	"net/netip"
	"time"

	"gm/internal/ipcount"
	"gm/wire/probe"
)

// lookTime is how long the host may look for its firewall.
const lookTime = 10 * time.Second

// describe tells the user what has begun.
func (p *prober) describe(progress func(format string, a ...any)) {
	switch p.stage {
	case measuring:
		for _, t := range p.paths {
			progress("UDP to %v, port %d", t.Addr, p.hello.Port)
		}
	case counts:
		progress("where datagrams to %v are dropped", p.paths[p.current].Addr)
	case waiting:
		if p.awaitsReply() {
			progress("a silence of %v, to find for how long a NAT keeps the session's port", p.longest)
		}
	}
}

// advance ends the present stage, which has taken its time, and begins the next one.
func (p *prober) advance(now time.Time) {
	switch p.stage {
	case measuring:
		late := p.lastMeasured().Add(p.patience())
		if p.wants { // the round trip is not known yet
			late = p.began.Add(maxReply)
		}
		if late.After(now) {
			p.stageEnds = late
			return
		}
		p.planBindings(now)
		p.chooseCounted()
		p.nextCount(now)
	case countStart, countEnd, quietEnd: // the host has not answered
		p.nextCount(now)
	case counts:
		p.stage, p.stageEnds = countEnd, now.Add(maxReply)
		p.request()
	case quiet:
		p.stage, p.stageEnds = quietEnd, now.Add(maxReply)
		p.request()
	case waiting:
		if p.silentEnds.After(now) && p.awaitsReply() {
			p.stageEnds = p.silentEnds
			return
		}
		if p.firewall == nil && now.Sub(p.began) < lookTime {
			p.stageEnds = now.Add(bindingPause)
			return
		}
		p.stage = finished
	}
}

// lastMeasured returns when the last datagram was sent that belongs to the first stage.
func (p *prober) lastMeasured() (at time.Time) {
	for k := range p.sent {
		if s := &p.sent[k]; s.at.After(at) {
			at = s.at
		}
	}
	return at
}

// planBindings tests for each family how long the first path that works is kept.
func (p *prober) planBindings(now time.Time) {
	p.silentEnds = now
	var done [2]bool
	for i, t := range p.paths {
		family := &done[familyIndex(t.Addr)]
		if *family || !p.replied(i) {
			continue
		}
		*family = true
		for _, silence := range silencesUpTo(p.longest) {
			for range bindingCopies {
				p.planBinding(now, i, silence)
			}
		}
	}
}

func (p *prober) planBinding(now time.Time, path int, silence time.Duration) {
	flow, _, err := p.network.Open(netip.AddrPortFrom(p.paths[path].Addr, p.hello.Port))
	if err != nil {
		return
	}
	// Two exchanges make it a connection of both directions for a firewall.
	s := sent{path: path, flow: flow, purpose: opening, request: probe.Request{Size: smallSize}, due: now}
	p.plan(s)
	s.due = s.due.Add(bindingPause)
	p.plan(s)
	s.due = s.due.Add(bindingPause)
	s.purpose, s.request.Delay = silent, silence
	p.plan(s)
	if ends := s.due.Add(silence + maxReply); ends.After(p.silentEnds) {
		p.silentEnds = ends
	}
}

func familyIndex(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

func (p *prober) replied(path int) bool {
	for k := range p.sent {
		if s := &p.sent[k]; s.path == path && !s.replied.IsZero() {
			return true
		}
	}
	return false
}

// chooseCounted finds the paths of which counters can tell where datagrams are dropped.
func (p *prober) chooseCounted() {
	for i, t := range p.paths {
		if t.flow > 0 && t.SendError == nil && !p.replied(i) {
			p.counting = append(p.counting, i)
		}
	}
}

// nextCount begins the burst for the next path, or the last stage.
func (p *prober) nextCount(now time.Time) {
	if len(p.counting) == 0 {
		p.stage, p.stageEnds = waiting, now.Add(bindingPause)
		return
	}
	p.current, p.counting = p.counting[0], p.counting[1:]
	p.stage, p.stageEnds = countStart, now.Add(maxReply)
	p.request()
}

// counted handles the host's Counters.
func (p *prober) counted(now time.Time, c *probe.Counters) {
	switch p.stage {
	case measuring:
		p.rtt = now.Sub(p.began)
		p.stageEnds = p.lastOf(small).Add(p.patience())
	case countStart:
		p.start = p.snapshot(now, c)
		p.planBurst(now)
		p.stage, p.stageEnds = counts, p.lastOf(burst).Add(p.patience())
	case countEnd:
		p.end = p.snapshot(now, c)
		p.stage, p.stageEnds = quiet, now.Add(now.Sub(p.start.at))
		p.requestUnasked()
	case quietEnd:
		p.compare(p.snapshot(now, c))
		p.nextCount(now)
	}
}

// snapshot is the counters of both ends at a time.
type snapshot struct {
	at          time.Time
	host        probe.Counters
	here        ipcount.Count
	hereCounted bool
}

func (p *prober) snapshot(now time.Time, c *probe.Counters) snapshot {
	here, ok := p.network.Count()
	return snapshot{now, *c, here, ok}
}

func (p *prober) planBurst(now time.Time) {
	for k := range burstCount {
		p.plan(sent{path: p.current, purpose: burst, request: probe.Request{Size: smallSize}, due: now.Add(time.Duration(k) * burstPause)})
	}
}

// requestUnasked has the host send to this end. It comes after the burst, which a firewall on the
// host would pass as the replies to these.
func (p *prober) requestUnasked() {
	t := p.paths[p.current]
	if p.hello.Client.IsValid() && p.hello.Client.Is4() == t.Addr.Is4() {
		t.Unasked.Sent = unaskedCount
		first := uint32(len(p.unasked)) + 1<<31
		for k := range uint32(unaskedCount) {
			p.unasked[first+k] = p.current
		}
		p.network.Tell(probe.Message{Send: &probe.Send{Port: t.Local.Port(), Number: first, Count: unaskedCount}})
	}
}

func (p *prober) lastOf(why purpose) (at time.Time) {
	for k := range p.sent {
		if s := &p.sent[k]; s.purpose == why && s.due.After(at) {
			at = s.due
		}
	}
	return at
}

// compare evaluates the counters of the burst and of the time after it, which was as long, and
// in which other packets were dropped as before. idle has the counters at its end.
func (p *prober) compare(idle snapshot) {
	t := p.paths[p.current]
	i := familyIndex(t.Addr)
	grown := func(of func(snapshot) uint64) uint64 { return positive(of(p.end), of(p.start)) }
	others := func(of func(snapshot) uint64) uint64 { return positive(of(idle), of(p.end)) }
	hostDropped := func(s snapshot) uint64 { return s.host.Dropped[i] }
	hereDropped := func(s snapshot) uint64 { return s.here.Dropped[i] }
	t.host = dropCount{p.start.host.Known && p.end.host.Known, burstCount, positive(grown(hostDropped), others(hostDropped))}
	t.here = dropCount{p.start.hereCounted && p.end.hereCounted, p.repliesOfBurst(), positive(grown(hereDropped), others(hereDropped))}
	t.refusedThere = int(min(positive(idle.host.Refused, p.start.host.Refused), burstCount))
}

// positive returns a - b, or 0 if that is negative.
func positive(a, b uint64) uint64 { return a - min(a, b) }

// repliesOfBurst returns how many replies the host has sent to the present burst.
func (p *prober) repliesOfBurst() (n int) {
	for k := range p.sent {
		if s := &p.sent[k]; s.purpose == burst && s.path == p.current && s.arrived {
			n++
		}
	}
	return n
}

// awaitsReply reports whether a reply after a silence is missing.
func (p *prober) awaitsReply() bool {
	for k := range p.sent {
		if s := &p.sent[k]; s.purpose == silent && s.replied.IsZero() {
			return true
		}
	}
	return false
}
