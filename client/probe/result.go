package probe

import (
	"slices"
	"time"
)

// Report returns the result of the run so far.
func (p *prober) Report() *Report {
	r := &Report{Host: p.host()}
	for i := range p.paths {
		r.Paths = append(r.Paths, p.path(i))
	}
	return r
}

func (p *prober) host() Host {
	h := Host{
		System: p.hello.System, Provider: p.hello.Provider, Port: p.hello.Port, Ports: p.hello.Ports,
		Addresses: p.hello.Addresses, Client: p.hello.Client, loops: p.loops,
	}
	if w := p.firewall; w != nil {
		h.Firewall = Firewall{w.Name, w.Read, w.Drops, w.Command, w.Temporary}
	}
	return h
}

func (p *prober) path(i int) Path {
	path := p.paths[i].Path
	path.Refusals = slices.Clone(path.Refusals)
	sizes := map[int]*Size{}
	for _, bytes := range p.paths[i].sizes {
		sizes[bytes] = &Size{Bytes: bytes}
	}
	var rtts []int // in µs
	for k := range p.sent {
		s := &p.sent[k]
		if s.path != i || s.at.IsZero() {
			continue
		}
		switch s.purpose {
		case small:
			s.count(&path.Up, &path.Down)
			if !s.replied.IsZero() {
				rtts = append(rtts, int(s.replied.Sub(s.at).Microseconds()))
			}
		case sized:
			s.count(&sizes[s.request.Size].Up, &sizes[s.request.Size].Down)
		}
	}
	for _, bytes := range p.paths[i].sizes {
		path.Sizes = append(path.Sizes, *sizes[bytes])
	}
	if slices.Sort(rtts); len(rtts) > 0 {
		path.RTTMin, path.RTTMedian = microseconds(rtts[0]), microseconds(rtts[len(rtts)/2])
	}
	path.Binding = p.binding(i)
	return path
}

func microseconds(n int) time.Duration { return time.Duration(n) * time.Microsecond }

// count adds a datagram and its reply. The host replies to each that arrives.
func (s *sent) count(up, down *Count) {
	up.Sent++
	if s.arrived {
		up.Arrived++
		down.Sent++
	}
	if !s.replied.IsZero() {
		down.Arrived++
	}
}

// binding evaluates the replies after silences. A silence counts if its request has arrived.
func (p *prober) binding(path int) (b Binding) {
	lost := map[time.Duration]bool{}
	for k := range p.sent {
		s := &p.sent[k]
		if s.path != path || s.purpose != silent || !s.arrived {
			continue
		}
		if silence := s.request.Delay; !s.replied.IsZero() {
			b.Kept = max(b.Kept, silence)
		} else {
			lost[silence] = true
		}
	}
	for silence := range lost {
		if silence > b.Kept && (b.Lost == 0 || silence < b.Lost) {
			b.Lost = silence
		}
	}
	return b
}
