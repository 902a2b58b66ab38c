package stream

import (
	"math"
	"time"
)

// congestion finds losses that a full queue has caused, and others that fill the queue of the
// path. It bounds the window after such a loss, and extends it against such others, to the
// window of CUBIC (RFC 9438) and at least that of Reno. Losses at any delay do not count.
type congestion struct {
	longest   [2]time.Duration // round trip, in this span and in the last one
	longestAt time.Time        // when this span began
	atLongest float64          // share of recent losses that came at nearly the longest round trip
	linkLoss  float64          // share of packets that are lost although the queue is not full

	began time.Time // of the growth of the window; zero if it does not apply
	most  float64   // the window to which it returns, in packets
	last  float64   // the window before the last loss
}

const (
	longestFor = 10 * time.Second
	// fullQueue is the part of the longest wait in a queue that counts as a full queue.
	fullQueue = 0.6
	// lossShare is the weight of a loss in the share of those that came at a full queue;
	// above congested, such losses are taken for congestion.
	lossShare = 1. / 16
	congested = 0.5
	// packetShare is the weight of a packet in linkLoss.
	packetShare = 1. / 256

	cubicFactor = 0.4 // C of RFC 9438
	cubicBeta   = 0.7
)

// sample records the round trip time of an acknowledgement, and its packets. least is the
// shortest round trip.
func (g *congestion) sample(now time.Time, rtt, least time.Duration, packets int) {
	if now.Sub(g.longestAt) > longestFor {
		g.longest[1], g.longest[0], g.longestAt = g.longest[0], 0, now
	}
	g.longest[0] = max(g.longest[0], rtt)
	if !g.full(rtt, least) {
		g.linkLoss *= math.Pow(1-packetShare, float64(packets))
	}
}

// full reports whether a packet with that round trip found the queue nearly full.
func (g *congestion) full(rtt, least time.Duration) bool {
	wait := max(g.longest[0], g.longest[1]) - least
	return wait > max(least/32, granularity) && rtt-least > time.Duration(fullQueue*float64(wait))
}

// lost records the loss of a packet, whose neighbour took so long; least is the shortest
// round trip. It reports whether congestion has caused it.
func (g *congestion) lost(rtt, least time.Duration) bool {
	share := 0.
	if g.full(rtt, least) {
		share = 1
	} else {
		g.linkLoss += (1 - g.linkLoss) * packetShare
	}
	g.atLongest += (share - g.atLongest) * lossShare
	return share > 0 && g.atLongest > congested
}

// shallow reports whether the queue of the path is so short that the window of the model
// alone fills it.
func (g *congestion) shallow(least time.Duration) bool {
	return max(g.longest[0], g.longest[1]) < least+least*7/20
}

// reduce begins the growth after a loss; window is in packets. A loss of a packet that was sent
// before the last reduction is part of it.
func (g *congestion) reduce(now, sent time.Time, window float64) {
	if !sent.After(g.began) {
		return
	}
	most := window
	if window < g.last { // others need more (4.7)
		most = window * (1 + cubicBeta) / 2
	}
	g.began, g.most, g.last = now, most, window
}

// window returns the window in packets, of a path with that round trip.
func (g *congestion) window(now time.Time, rtt time.Duration) float64 {
	t := now.Sub(g.began).Seconds()
	k := math.Cbrt(g.most * (1 - cubicBeta) / cubicFactor)
	cubic := cubicFactor*math.Pow(t-k, 3) + g.most
	reno := cubicBeta*g.most + 3*(1-cubicBeta)/(1+cubicBeta)*t/max(rtt, granularity).Seconds()
	return max(cubic, reno, minPackets)
}
