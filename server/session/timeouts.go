package session

import "time"

const (
	// connectTimeout is how long a server waits for its first client.
	connectTimeout = 60 * time.Second

	// quietTimeout is how long a client is silent before others are told that
	// the session is detached. A client says something every 3 s.
	quietTimeout = 30 * time.Second
)

// Timeouts are the limits that the user can set on a session without its client.
type Timeouts struct {
	Network time.Duration // silence that ends the session; 0 is unlimited
	Signal  time.Duration // silence from which on SIGUSR1 ends the session
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
