package datagram

import (
	"net/netip"
	"slices"
	"time"
)

// maxRoute bounds the paths of a route.
const maxRoute = 3

// route is the list of paths for fragments: the preferred one, then those for copies.
type route struct {
	list [maxRoute]Path
	n    int
}

func (r *route) set(preferred Path, copies []Path) {
	r.list[0], r.n = preferred, 1
	for _, p := range copies {
		if r.n < maxRoute && !slices.Contains(r.list[:r.n], p) {
			r.list[r.n] = p
			r.n++
		}
	}
}

func (r *route) preferred() Path { return r.list[0] }

func (r *route) paths() []Path { return r.list[:r.n] }

func (r *route) has(path Path) bool { return slices.Contains(r.paths(), path) }

// SetRoute sets the path for fragments, and at most two more for copies of them. It reports
// whether the preferred path has changed.
func (c *Conn) SetRoute(preferred Path, copies ...Path) (changed bool) {
	changed = c.route.n == 0 || c.route.preferred() != preferred
	known := c.route.n > 0
	s := c.paths.find(preferred)
	if s == nil {
		var like *pathState
		if known {
			like = c.preferred()
		}
		c.paths.add(preferred, like, c.route.has)
	}
	copied := c.route.n > 1
	c.route.set(preferred, copies)
	if copied && c.route.n == 1 {
		c.preferred().adoptProbedSize()
	}
	if known && changed {
		c.paths.remove(Path{}) // it was the route until an address was known
	}
	return changed
}

// adoptProbedSize makes the datagrams smaller if only smaller probes made the round trip, so
// that none is lost once copies end. The peer's newest probe has the size that passes, as it
// goes on to smaller ones until one does.
func (s *pathState) adoptProbedSize() {
	for _, size := range [...]int{s.largest, s.peerProbe} {
		if MTUSmall <= size && size < s.size.bytes() {
			s.size.set(size)
		}
	}
}

// Route returns the paths for fragments, the preferred one first. It is valid until the next
// call of SetRoute.
func (c *Conn) Route() []Path { return c.route.paths() }

// preferred returns the state of the preferred path, which stays in the table while it is in
// the route.
func (c *Conn) preferred() *pathState { return c.state(c.route.preferred()) }

// Forget drops the measurements of a path that is gone, with its queued probes and replies.
func (c *Conn) Forget(path Path) {
	c.paths.remove(path)
	c.controls = slices.DeleteFunc(c.controls, func(m control) bool { return m.path == path })
}

// MaxPayload returns the length of the longest fragment that fits all paths of the route.
func (c *Conn) MaxPayload() int {
	bytes := MaxMTU
	for _, p := range c.route.paths() {
		bytes = min(bytes, c.state(p).size.bytes())
	}
	if c.route.n > 1 {
		bytes-- // the kind of a copy
	}
	return bytes - overhead
}

// SetMTU sets the size of the largest datagram on a path, in bytes of UDP payload, to at
// least MTUSmall and at most the full size of the path.
func (c *Conn) SetMTU(path Path, bytes int) { c.state(path).size.set(bytes) }

// TooLong makes the datagrams on a path smaller by a step, after EMSGSIZE.
func (c *Conn) TooLong(path Path) { c.state(path).size.stepDown() }

// PathChanged records that this end's side of a path has changed, though the peer's address
// is the same. The estimates of its round trip time and loss stay.
func (c *Conn) PathChanged(path Path) {
	s := c.state(path)
	s.size, s.rtt = newSizeLimit(fullSize(path)), s.rtt.elsewhere()
	s.largest, s.delivered, s.peerProbe, s.observed = 0, 0, 0, netip.AddrPort{}
}

// LargeLost records the loss of an instruction of n datagrams, the longest of the given size
// in bytes. After enough losses the datagrams on the path become smaller. If the peer
// answers probes, they find the sizes that arrive.
func (c *Conn) LargeLost(now time.Time, path Path, n, bytes int) {
	s := c.state(path)
	if !s.size.isLarge(bytes) {
		return
	}
	if s.searching && s.delivered >= s.size.bytes() {
		s.size.set(s.delivered) // the loss was chance
	} else {
		s.size.vanished(now, n, s.delivered, s.loss.Rate())
	}
	if c.several {
		c.searchSize(s)
	}
}

func (c *Conn) searchSize(s *pathState) {
	s.searching, s.delivered = true, 0
	for size := s.size.full; ; size = smallerMTU(size) {
		c.Probe(s.path, size, 0)
		if size == smallerMTU(size) {
			return
		}
	}
}

// LargeArrived records that the peer has received an instruction whose longest datagram had
// the given size in bytes.
func (c *Conn) LargeArrived(path Path, bytes int) {
	if s := c.state(path); s.size.isLarge(bytes) {
		s.size.arrived()
	}
}
