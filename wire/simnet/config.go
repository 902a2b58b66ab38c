package simnet

import (
	"fmt"
	"time"
)

// Config says how bad one direction of a network is. The zero Config is a
// perfect one.
type Config struct {
	Delay  time.Duration // from one end to the other
	Jitter time.Duration // up to so much is added to Delay, evenly spread; it does not change the order

	Loss      float64 // share of the datagrams that never arrive, 0..1
	Duplicate float64 // share that arrives twice, 0..1
	Reorder   float64 // share that is held up for up to 100 ms, so that later ones overtake it, 0..1

	// Rate is in bits a second, headers of IPv4 and UDP counted; 0 is
	// unlimited. Datagrams that are faster than that wait in a queue.
	Rate int64
	// Whole says that what is sent has its headers already: none are added.
	Whole bool
	// QueueTime is how long a datagram may wait there, QueueBytes how many
	// bytes may; one that would wait longer is dropped. 0 for both is 1 s.
	QueueTime  time.Duration
	QueueBytes int64

	Outages []Outage
}

// Outage is a time in which whatever is sent is lost, counted from the
// beginning of the link.
type Outage struct{ After, For time.Duration }

// defaultQueue is what the buffers of home routers and mobile networks hold.
const defaultQueue = time.Second

// Validate says what is wrong with c, if anything.
func (c Config) Validate() error {
	for name, d := range map[string]time.Duration{"delay": c.Delay, "jitter": c.Jitter, "queue": c.QueueTime} {
		if d < 0 || d > maxDelay {
			return fmt.Errorf("%s of %v is not within 0..%v", name, d, maxDelay)
		}
	}
	for name, p := range map[string]float64{"loss": c.Loss, "dup": c.Duplicate, "reorder": c.Reorder} {
		if !(p >= 0 && p <= 1) {
			return fmt.Errorf("%s of %v%% is not within 0%%..100%%", name, 100*p)
		}
	}
	if c.Rate < 0 || c.QueueBytes < 0 {
		return fmt.Errorf("rate or queue is negative")
	}
	for _, o := range c.Outages {
		if o.After < 0 || o.For < 0 {
			return fmt.Errorf("outage of %v after %v: negative", o.For, o.After)
		}
	}
	return nil
}

// maxDelay bounds each wait, so that sums of times can not overflow.
const maxDelay = time.Hour
