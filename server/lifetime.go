package server

import (
	"cmp"
	"strconv"
	"time"
)

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
	network time.Duration // end after so long without the client
	signal  time.Duration // SIGUSR1 ends the session after so long without it
}

// readTimeouts reads the environment. A variable GM_X wins over MOSH_X, and
// what is not a number of seconds is as if it were not set.
func readTimeouts(lookup func(string) (string, bool)) timeouts {
	seconds := func(name string) time.Duration {
		gms, _ := lookup("GM_" + name)
		moshs, _ := lookup("MOSH_" + name)
		n, _ := strconv.ParseUint(cmp.Or(gms, moshs), 10, 31)
		return time.Duration(n) * time.Second
	}
	return timeouts{network: seconds("SERVER_NETWORK_TMOUT"), signal: seconds("SERVER_SIGNAL_TMOUT")}
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
