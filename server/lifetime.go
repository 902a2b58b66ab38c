package server

import "time"

const (
	// connectTimeout is how long a server waits for its first client.
	connectTimeout = 60 * time.Second

	// quietTimeout is how long a client is silent before others are told that
	// the session is detached. A client says something every 3 s.
	quietTimeout = 30 * time.Second
)

// timeouts are what the user set in the environment; 0 is never for network,
// and at once for signal.
type timeouts struct {
	network time.Duration // MOSH_SERVER_NETWORK_TMOUT: end after so long without the client
	signal  time.Duration // MOSH_SERVER_SIGNAL_TMOUT: SIGUSR1 ends the session after so long without it
}

// earliest gives the earliest of the times that are not zero; zero if none is.
func earliest(times ...time.Time) time.Time {
	var first time.Time
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// due says that t is a time and has come.
func due(now, t time.Time) bool { return !t.IsZero() && !t.After(now) }
