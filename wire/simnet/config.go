package simnet

import (
	"fmt"
	"time"
)

// Config describes one direction of a network. The zero Config is a perfect
// network.
type Config struct {
	Delay  time.Duration // from one end to the other
	Jitter time.Duration // maximum of the random, evenly spread addition to Delay, which keeps the order

	Loss      float64 // share of the datagrams that is lost, 0..1
	Duplicate float64 // share that arrives twice, 0..1
	Reorder   float64 // share that is delayed by up to 100 ms, so that later ones overtake it, 0..1

	// Rate is in bits per second and includes the headers of IPv4 and UDP; 0 is
	// unlimited. Datagrams above the rate wait in a queue.
	Rate int64
	// HeadersIncluded reports whether datagrams include their headers already. Then
	// none are added for Rate.
	HeadersIncluded bool
	// QueueTime is the maximum wait in the queue, QueueBytes the maximum of bytes
	// in it. A datagram beyond them is dropped. If both are 0, the wait is 1 s.
	QueueTime  time.Duration
	QueueBytes int64

	Outages []Outage
}

// Outage is a period in which all datagrams are lost, relative to the start of the
// link.
type Outage struct{ After, For time.Duration }

// defaultQueue is the wait that buffers of home routers and mobile networks
// cause.
const defaultQueue = time.Second

// Validate returns an error if a value of c is out of range.
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

// maxDelay is the maximum of each delay, so that sums of times cannot overflow.
const maxDelay = time.Hour
