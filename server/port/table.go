//go:build unix

package port

import (
	"net/netip"
	"slices"
	"time"

	"gm/wire/control"
	"gm/wire/datagram"
)

const (
	// maxOpen is the number of sessions that get copies of datagrams from unknown
	// addresses.
	maxOpen = 64
	// copyRate and copyBurst bound these copies: per second, and at once.
	copyRate  = 100
	copyBurst = 200
)

// table finds the sessions to which a datagram may belong. It is a hint only: each session
// authenticates its datagrams. M names a session.
type table[M comparable] struct {
	routes       map[M]control.Routes
	byIdentifier map[uint32][]M
	byAddress    map[netip.AddrPort][]M
	open         []M // oldest first
	next         int // index in open of the next copy
	budget       budget
}

func newTable[M comparable]() *table[M] {
	return &table[M]{routes: map[M]control.Routes{}, byIdentifier: map[uint32][]M{}, byAddress: map[netip.AddrPort][]M{}}
}

// set replaces the routes of a session, and adds the session if the table lacks it.
func (t *table[M]) set(m M, r control.Routes) {
	old := t.routes[m]
	for _, id := range old.Identifiers {
		drop(t.byIdentifier, id, m)
	}
	for _, address := range old.Addresses {
		drop(t.byAddress, address, m)
	}
	t.routes[m] = r
	for _, id := range r.Identifiers {
		add(t.byIdentifier, id, m)
	}
	for _, address := range r.Addresses {
		add(t.byAddress, address, m)
	}
	switch at := slices.Index(t.open, m); {
	case r.Open && at < 0:
		t.open = append(t.open, m)
	case !r.Open && at >= 0:
		t.open = slices.Delete(t.open, at, at+1)
	}
}

func (t *table[M]) remove(m M) {
	t.set(m, control.Routes{})
	delete(t.routes, m)
}

func add[K, M comparable](to map[K][]M, key K, m M) {
	if !slices.Contains(to[key], m) {
		to[key] = append(to[key], m)
	}
}

func drop[K, M comparable](from map[K][]M, key K, m M) {
	if rest := slices.DeleteFunc(from[key], func(o M) bool { return o == m }); len(rest) > 0 {
		from[key] = rest
	} else {
		delete(from, key)
	}
}

// find appends the sessions to which a datagram may belong. sure reports whether no session
// that joins later can claim it, so that it need not be kept.
func (t *table[M]) find(now time.Time, data []byte, remote netip.AddrPort, dst []M) (found []M, sure bool) {
	if id, ok := datagram.IdentifierOf(data); ok {
		found = append(dst, t.byIdentifier[id]...)
		return found, len(found) > 0
	}
	if !datagram.IsToServer(data) {
		return dst, true
	}
	if known := t.byAddress[remote]; len(known) > 0 {
		return append(dst, known...), true
	}
	n := min(len(t.open), maxOpen)
	for range t.budget.take(now, n) {
		dst = append(dst, t.open[t.next%n])
		t.next = (t.next + 1) % n
	}
	return dst, false
}

// claims reports whether r contains a datagram.
func claims(r control.Routes, data []byte, remote netip.AddrPort) bool {
	if id, ok := datagram.IdentifierOf(data); ok {
		return slices.Contains(r.Identifiers, id)
	}
	return datagram.IsToServer(data) && (r.Open || slices.Contains(r.Addresses, remote))
}

// budget is a token bucket. The zero budget is full.
type budget struct {
	used float64
	at   time.Time
}

// take returns how many of n copies may be sent now, and counts them.
func (b *budget) take(now time.Time, n int) int {
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.used, b.at = max(0, b.used-passed*copyRate), now
	}
	n = min(n, int(copyBurst-b.used))
	b.used += float64(n)
	return n
}
