package datagram

import (
	"math"
	"net/netip"
	"time"
)

// Largest UDP payloads (protocol, section 3).
const (
	MTUv4    = 1280 - 28
	MTUv6    = 1280 - 64
	MTUSmall = 500

	// MaxMTU is the largest payload of an IPv4 packet.
	MaxMTU = 65535 - 28
)

// smallerMTUs are tried in this order on a path that loses large datagrams.
var smallerMTUs = [...]int{1168, 1000, MTUSmall}

// MTU returns the largest UDP payload sent to addr.
func MTU(addr netip.Addr) int {
	if addr.Unmap().Is4() {
		return MTUv4
	}
	return MTUv6
}

// smallerMTU returns the next size to try below bytes; bytes if there is none.
func smallerMTU(bytes int) int {
	for _, size := range smallerMTUs {
		if size < bytes {
			return size
		}
	}
	return bytes
}

const (
	// blackHoleDoubt is the probability below which losses of large datagrams are not chance:
	// the path loses all of that size.
	blackHoleDoubt = 0.01

	// leastLoss is the loss assumed of a path on which none was seen.
	leastLoss = 0.02

	// sizeVerdict is the time within which the peer is heard after a step that has helped.
	sizeVerdict = 3 * time.Second
)

// sizeLimit is the size of the largest datagram sent on a path. It becomes smaller when
// large datagrams are lost while small ones arrive, as in a tunnel whose ICMP errors are
// dropped (RFC 8899, section 1.2).
type sizeLimit struct {
	full, current int
	doubt         float64   // logarithm of the probability that the losses were chance; 0 without any
	lowered       time.Time // when current became smaller because of that; zero if it did not
}

func newSizeLimit(full int) sizeLimit { return sizeLimit{full: full, current: full} }

func (s *sizeLimit) bytes() int { return s.current }

// isLarge reports whether a datagram of that size is longer than the next limit.
func (s *sizeLimit) isLarge(bytes int) bool { return bytes > smallerMTU(s.current) }

// vanished records that an instruction of n large datagrams was lost. loss is the loss of
// datagrams of any size, 0 to 1. delivered is the size of the largest probe that arrived,
// while larger ones did not; 0 if none was sent or arrived.
func (s *sizeLimit) vanished(now time.Time, n, delivered int, loss float64) {
	loss = max(loss, leastLoss)
	s.doubt += math.Log(1 - math.Pow(1-loss, float64(n)))
	if delivered > 0 {
		s.doubt += math.Log(1 - (1-loss)*(1-loss)) // of the probe or its reply
	}
	if s.doubt > math.Log(blackHoleDoubt) {
		return
	}
	if s.doubt, s.lowered = 0, now; delivered > 0 {
		s.set(delivered)
	} else {
		s.stepDown()
	}
}

// heard records a datagram of the peer. If the silence outlasted sizeVerdict after a step,
// the size was not the reason.
func (s *sizeLimit) heard(now time.Time) {
	if !s.lowered.IsZero() && now.Sub(s.lowered) > sizeVerdict {
		s.current = s.full
	}
	s.lowered = time.Time{}
}

func (s *sizeLimit) arrived() { s.doubt = 0 }

func (s *sizeLimit) stepDown() { s.current, s.doubt = smallerMTU(s.current), 0 }

func (s *sizeLimit) set(bytes int) { s.current, s.doubt = min(max(bytes, MTUSmall), s.full), 0 }
