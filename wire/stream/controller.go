package stream

import "time"

// A controller models the rate of the path and its round trip time, and sends so much that
// the path is full and its queue is short (BBR, draft-ietf-ccwg-bbr). A loss is not taken
// for congestion: most links of a roaming session lose datagrams at any rate.
type controller struct {
	state    controllerState
	bytes    int // one packet, with its overhead
	rate     maxFilter
	least    time.Duration // of the round trip, within leastFor
	leastAt  time.Time
	shortest time.Duration // round trip of this round; 0 before the first
	samples  int           // of which it is the shortest
	round    uint64        // number of round trips
	roundEnd uint64        // delivered when this one ends
	full     float64
	stalled  int       // rounds in which the rate has not grown
	draining int       // rounds in which a queue has been drained
	drained  time.Time // end of stateDrain
	rivalEnd time.Time // until then others are taken to fill the queue
	strong   bool      // so much that the window of a short queue would be crowded out
	now      time.Time
	latest   time.Duration // round trip
	bound    int           // of congestion, in bytes
	congestion
	train    train
	cycle    int
	cycleAt  time.Time
	probeEnd time.Time // of stateProbeRTT; zero until few packets are on their way

	delivered   uint64 // bytes acknowledged
	deliveredAt time.Time
	firstSent   time.Time // of the packets of the current sample
	limited     uint64    // the sender had nothing to send until delivered is that; 0 if not
}

type controllerState uint8

const (
	stateStartup controllerState = iota
	stateDrain
	stateProbeRate
	stateProbeRTT
)

const (
	startupGain = 2.77 // 4 ln 2
	drainGain   = 1 / startupGain
	windowGain  = 1.65

	// The rate has stopped growing if it is less than fullGrowth times that of the rounds
	// before for fullRounds.
	fullGrowth = 1.25
	fullRounds = 3

	// queueGain drains a queue that has stood for a round. If it has not ended after
	// queueRounds, others fill it, and it is let be for rivalFor.
	queueGain     = 0.8
	standingQueue = 10 * time.Millisecond
	queueRounds   = 6
	rivalFor      = 5 * time.Second
	strongFor     = 15 * time.Second

	// minQueue is the least wait in a queue that ends the start, and startSamples the number
	// of round trips, at the begin of a round, that have to be so long.
	startSamples = 8
	minQueue     = 4 * time.Millisecond

	rateRounds = 10 // round trips that the maximum of the rate is of

	leastFor   = 10 * time.Second
	probeFor   = 200 * time.Millisecond
	probeGain  = 0.5
	minPackets = 2
)

// cycleGains are the gains of the rate, a round trip each.
var cycleGains = [...]float64{1.25, 0.75, 1, 1, 1, 1, 1, 1}

// sample is the state of the controller when a packet was sent.
type sample struct {
	delivered   uint64
	deliveredAt time.Time
	firstSent   time.Time
	limited     bool
	onTheirWay  int32 // bytes, before it
}

func newController(now time.Time, packet int) controller {
	return controller{bytes: packet, deliveredAt: now, firstSent: now}
}

// sent records that a packet is sent while so many bytes are on their way, and returns its
// sample.
func (c *controller) sent(now time.Time, onTheirWay int) sample {
	if onTheirWay == 0 {
		c.firstSent, c.deliveredAt = now, now
	}
	return sample{c.delivered, c.deliveredAt, c.firstSent, c.limited != 0, int32(onTheirWay)}
}

// starved records that nothing is left to be sent while the window has room.
func (c *controller) starved(onTheirWay int) { c.limited = max(c.delivered+uint64(onTheirWay), 1) }

// acknowledged records the packets of an acknowledgement: their bytes, and the newest of
// them. rtt is its round trip time, onTheirWay what is left. It reports whether a round trip
// has begun.
func (c *controller) acknowledged(now time.Time, bytes int, newest *sentPacket, rtt time.Duration, onTheirWay int) (began bool) {
	c.delivered += uint64(bytes)
	c.deliveredAt, c.now, c.latest = now, now, rtt
	if !c.began.IsZero() {
		c.bound = int(c.congestion.window(now, rtt)) * c.bytes
	}
	if c.limited != 0 && c.delivered > c.limited {
		c.limited = 0
	}
	s := newest.sample
	c.firstSent = newest.at
	if s.delivered == c.train.start {
		c.train.acknowledged(now, bytes)
	}
	if began = s.delivered >= c.roundEnd; began {
		c.round++
		c.roundEnd = c.delivered
	}
	elapsed := max(newest.at.Sub(s.firstSent), now.Sub(s.deliveredAt))
	if elapsed >= c.least && elapsed > 0 {
		rate := float64(c.delivered-s.delivered) / elapsed.Seconds()
		if !s.limited || rate > c.rate.max() {
			c.rate.add(c.round, rate)
		}
	}
	expired := c.least != 0 && now.Sub(c.leastAt) > leastFor
	if c.least == 0 || rtt <= c.least || expired {
		c.least, c.leastAt = rtt, now
	} else if rtt <= c.least+c.least/32 {
		c.leastAt = now // the path is still that short
	}
	// The queue of the start is not one that stands.
	if !newest.at.Before(c.drained) {
		if c.samples++; c.shortest == 0 || rtt < c.shortest {
			c.shortest = rtt
		}
	}
	c.advance(now, began, expired, s.limited, onTheirWay)
	if began {
		c.shortest, c.samples = 0, 0
	}
	return began
}

func (c *controller) advance(now time.Time, began, expired, limited bool, onTheirWay int) {
	if began && c.state == stateStartup {
		if rate := c.rate.max(); limited {
		} else if rate >= fullGrowth*c.full {
			c.full, c.stalled = rate, 0
		} else if c.stalled++; c.stalled >= fullRounds {
			c.state = stateDrain
		}
	}
	// A queue has formed (RFC 9406).
	if c.state == stateStartup && c.samples >= startSamples && c.shortest > c.least+max(c.least/4, minQueue) {
		c.state, c.stalled = stateDrain, fullRounds
	}
	if c.state == stateDrain && onTheirWay <= c.product(1) {
		c.state, c.cycle, c.cycleAt = stateProbeRate, 2, now
		c.drained, c.shortest, c.samples = now, 0, 0
	}
	if began {
		c.drainQueue(now)
	}
	if c.state == stateProbeRate {
		gain := cycleGains[c.cycle]
		over := now.Sub(c.cycleAt) > c.least
		if gain > 1 {
			over = over && onTheirWay >= c.product(gain)
		} else if gain < 1 {
			over = over || onTheirWay <= c.product(1)
		}
		if over {
			c.cycle, c.cycleAt = (c.cycle+1)%len(cycleGains), now
		}
	}
	if expired && c.state != stateProbeRTT {
		c.state, c.probeEnd = stateProbeRTT, time.Time{}
	}
	if c.state == stateProbeRTT {
		c.probeRTT(now, onTheirWay)
	}
}

// drainQueue looks for a queue that has stood for all of a round.
func (c *controller) drainQueue(now time.Time) {
	packet := time.Duration(float64(c.bytes) / max(c.rate.max(), 1) * float64(time.Second))
	switch {
	case c.state != stateProbeRate || c.shortest <= c.least+max(min(c.least/4, standingQueue), minQueue, packet):
		c.draining = 0
	case now.Before(c.rivalEnd):
	case c.draining == queueRounds:
		c.draining, c.rivalEnd = 0, now.Add(rivalFor)
		if c.strong = c.shortest > c.least*7/4; c.strong {
			c.rivalEnd = now.Add(strongFor)
			c.reduce(now, now, float64(c.modelWindow()/c.bytes)/cubicBeta)
			c.bound = int(c.congestion.window(now, c.latest)) * c.bytes
		}
	default:
		c.draining++
	}
}

func (c *controller) probeRTT(now time.Time, onTheirWay int) {
	switch {
	case c.probeEnd.IsZero() && onTheirWay <= c.product(probeGain):
		c.probeEnd = now.Add(max(probeFor, c.least))
	case !c.probeEnd.IsZero() && !now.Before(c.probeEnd):
		c.leastAt = now
		c.state, c.cycle, c.cycleAt = stateProbeRate, 2, now
		if c.stalled < fullRounds {
			c.state = stateStartup
		}
	}
}

// restart forgets the path: after an outage, or if it was replaced by another.
func (c *controller) restart(now time.Time) {
	delivered := c.delivered
	*c = newController(now, c.bytes)
	c.delivered, c.roundEnd, c.train.start = delivered, delivered, delivered
}

// shortRound is the least round trip of the model. On a shorter path the ends wait for a processor
// longer than for packets: a smaller window has one of them idle.
const shortRound = 2 * time.Millisecond

// product returns the bytes that are on their way at the modelled rate, times a gain.
func (c *controller) product(gain float64) int {
	if c.least == 0 || c.rate.max() == 0 {
		return initialPackets * c.bytes
	}
	return max(int(gain*c.surplus()*c.rate.max()*max(c.least, shortRound).Seconds()), minPackets*c.bytes)
}

// surplus returns how many packets are sent for one that arrives, on a link that loses more
// packets at any queue than the gains of a cycle make up for.
func (c *controller) surplus() float64 {
	return 1 / (1 - min(max(c.congestion.linkLoss-toleratedLoss, 0), maxSurplusLoss))
}

const (
	toleratedLoss  = 0.05
	maxSurplusLoss = 0.4
)

// initialPackets may be on their way before the path is known.
const initialPackets = 16

// lost records the loss of a packet. rtt is the round trip of its neighbour.
func (c *controller) lost(now time.Time, p *sentPacket, rtt time.Duration) {
	if rtt > 0 && c.congestion.lost(rtt, c.least) && (c.shallow(c.least) || c.rivals()) {
		c.reduce(now, p.at, float64(min(int(p.sample.onTheirWay), c.window())/c.bytes))
		c.bound = int(c.congestion.window(now, c.latest)) * c.bytes
		if c.state == stateStartup {
			c.state, c.stalled = stateDrain, fullRounds
		}
	}
}

// rivals reports whether others fill a long queue.
func (c *controller) rivals() bool { return c.strong && c.now.Before(c.rivalEnd) }

// window returns how many bytes may be on their way.
func (c *controller) window() int {
	window := c.modelWindow()
	if c.began.IsZero() || c.state == stateProbeRTT || c.draining > 0 {
		return window
	}
	if c.rivals() {
		return min(max(window, c.bound), maxMemory)
	}
	return min(window, c.bound)
}

// modelWindow returns the window for the rate and the round trip of the path.
func (c *controller) modelWindow() int {
	// Acknowledgements come late and together.
	late := c.bytes + min(int(c.rate.max()*ackAfter.Seconds()), ackEvery*c.bytes)
	switch {
	case c.state == stateProbeRTT:
		return c.product(probeGain)
	case c.state == stateStartup:
		return max(c.product(startupGain), c.train.window(c.least, c.bytes)) + 3*c.bytes
	case c.draining > 0:
		return c.product(1) + late
	}
	return c.product(windowGain) + late
}

// pacing returns the rate at which packets are sent, in bytes per second; 0 is unlimited.
func (c *controller) pacing() float64 {
	rate := c.rate.max() * c.surplus()
	if rate == 0 || c.least == 0 {
		return 0
	}
	rate = max(rate, float64(c.bytes)/c.least.Seconds())
	switch c.state {
	case stateStartup:
		return max(startupGain*rate, float64(c.train.window(c.least, c.bytes))/c.least.Seconds())
	case stateDrain:
		return drainGain * rate
	case stateProbeRate:
		if c.draining > 0 {
			return min(cycleGains[c.cycle], queueGain) * rate
		}
		rate *= cycleGains[c.cycle]
		if c.rivals() {
			rate = max(rate, float64(c.window())/max(c.latest, granularity).Seconds())
		}
	}
	return rate
}

// maxFilter is the maximum of a value within the last rateRounds rounds.
type maxFilter struct {
	values [3]struct {
		round uint64
		value float64
	}
}

func (f *maxFilter) max() float64 { return f.values[0].value }

// add adds a value (the windowed filter of K. Nichols: the best, the second best since, and
// the third best since that).
func (f *maxFilter) add(round uint64, value float64) {
	v := &f.values
	n := struct {
		round uint64
		value float64
	}{round, value}
	if value >= v[0].value || round-v[2].round > rateRounds {
		v[0], v[1], v[2] = n, n, n
		return
	}
	if value >= v[1].value {
		v[1], v[2] = n, n
	} else if value >= v[2].value {
		v[2] = n
	}
	switch age := round - v[0].round; {
	case age > rateRounds:
		v[0], v[1], v[2] = v[1], v[2], n
		if round-v[0].round > rateRounds {
			v[0], v[1] = v[1], v[2]
		}
	case v[1].round == v[0].round && age > rateRounds/4:
		v[1], v[2] = n, n
	case v[2].round == v[1].round && age > rateRounds/2:
		v[2] = n
	}
}
