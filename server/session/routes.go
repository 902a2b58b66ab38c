package session

import (
	"net/netip"
	"slices"
)

// Routes describe the datagrams of a session's clients, by what can be seen without their
// keys.
type Routes struct {
	Identifiers []uint32         // in the numbers (protocol, section 11.12)
	Addresses   []netip.AddrPort // of clients without identifiers that are not silent
	Open        bool             // there are clients without identifiers
}

// routeState is the part of an attachment that its routes depend on.
type routeState struct {
	attachment *Attachment
	identifier uint32
	identified bool
	address    netip.AddrPort
}

func (a *Attachment) routeState() routeState {
	r := routeState{attachment: a}
	if r.identifier, r.identified = a.wire.Identifiers(); !r.identified && (a.live || a.phase == leaving) {
		r.address = a.peer.Remote()
	}
	return r
}

// RoutesChanged reports whether Routes has another result than at the last call of
// RoutesChanged.
func (s *Session) RoutesChanged() bool {
	changed := len(s.routed) != len(s.attachments)
	for i, a := range s.attachments {
		changed = changed || s.routed[i] != a.routeState()
	}
	if changed {
		s.routed = slices.Grow(s.routed[:0], len(s.attachments))
		for _, a := range s.attachments {
			s.routed = append(s.routed, a.routeState())
		}
	}
	return changed
}

// Routes returns the routes of the datagrams that may come now.
func (s *Session) Routes() (r Routes) {
	for _, a := range s.attachments {
		state := a.routeState()
		r.Identifiers = a.wire.AppendIdentifiers(r.Identifiers)
		r.Open = r.Open || !state.identified
		if state.address.IsValid() {
			r.Addresses = append(r.Addresses, state.address)
		}
	}
	return r
}
