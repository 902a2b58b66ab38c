package wire

import "time"

// stamp is a time as datagrams carry it: milliseconds since the session began,
// modulo 65536.
type stamp uint16

const (
	// noStamp says that there is no time; a clock that shows it says 0.
	noStamp stamp = 1<<16 - 1

	// echoWithin is how long a received stamp is worth an echo.
	echoWithin = 1000 * time.Millisecond

	// congestion is what the ECN mark CE adds to the round trip that the sender
	// measures, so that it slows down.
	congestion = 500 // ms
)

// clock is the time of a session. It uses only differences to its start, so
// that setting the host's clock does not move it.
type clock struct{ start time.Time }

func (c clock) stamp(now time.Time) stamp {
	if s := stamp(now.Sub(c.start).Milliseconds()); s != noStamp {
		return s
	}
	return 0
}

// echo is the newest stamp of the peer, waiting to be sent back. Each is sent
// back at most once.
type echo struct {
	stamp stamp
	came  time.Time
	held  bool
}

func (e *echo) put(now time.Time, s stamp, congested bool) {
	if s == noStamp {
		return
	}
	if congested {
		s -= congestion
	}
	*e = echo{stamp: s, came: now, held: true}
}

// take gives the stamp as it would be had the peer sent it now, or noStamp.
func (e *echo) take(now time.Time) stamp {
	held := now.Sub(e.came)
	if !e.held || held >= echoWithin {
		return noStamp
	}
	e.held = false
	return e.stamp + stamp(held.Milliseconds())
}
