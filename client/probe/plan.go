package probe

import (
	"net/netip"
	"slices"
	"time"

	"gm/wire/datagram"
	"gm/wire/probe"
)

// MaxPaths is the number of addresses that are tested.
const MaxPaths = 6

const (
	smallSize  = 64 // bytes of UDP payload
	smallCount = 20 // datagrams for each address
	smallPause = 40 * time.Millisecond

	sizeCount = 5 // datagrams of each size
	sizePause = 25 * time.Millisecond

	// pathPause separates the beginnings of the tests of two addresses.
	pathPause = 100 * time.Millisecond

	// A burst is counted by the system that may drop it.
	burstCount = 40
	burstPause = 2 * time.Millisecond

	unaskedCount = 5

	// minReply is the least time for which a reply is waited for; replyRounds times the
	// round trip of the SSH connection is a longer one, up to maxReply.
	minReply    = 400 * time.Millisecond
	replyRounds = 3
	maxReply    = 3 * time.Second

	// bindingCopies is the number of sockets for each silence, as a datagram may be lost.
	bindingCopies = 2
	bindingPause  = 100 * time.Millisecond

	// DefaultSilence is the longest silence of a run that names none.
	DefaultSilence = 10 * time.Second
	// MaxSilence is the longest of all.
	MaxSilence = probe.MaxDelay
)

// silences are those for which bindings are tested.
var silences = []time.Duration{
	2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute,
}

// silencesUpTo returns the silences that are shorter than longest, and longest.
func silencesUpTo(longest time.Duration) (out []time.Duration) {
	for _, d := range silences {
		if d < longest {
			out = append(out, d)
		}
	}
	return append(out, longest)
}

// Ethernet's, and that of loopback, of which no more is tested.
const (
	defaultMTU = 1500
	headers4   = 20 + 8
	headers6   = 40 + 8
)

// sizesTo returns the sizes of long datagrams to an address, with the MTU of the interface.
func sizesTo(to netip.Addr, mtu int) []int {
	if mtu <= 0 || mtu > defaultMTU {
		mtu = defaultMTU
	}
	full := mtu - headers6
	if to.Is4() {
		full = mtu - headers4
	}
	sizes := slices.DeleteFunc([]int{datagram.MTUSmall, datagram.MTU(to), 1400}, func(n int) bool { return n >= full })
	return append(sizes, full)
}

// purpose is why a datagram was sent.
type purpose uint8

const (
	small   purpose = iota // arrival, loss, round trip
	sized                  // sizes
	burst                  // for counters
	opening                // opens a binding
	silent                 // has a reply after a silence
)

// sent is a Request, by its number, or a datagram that the host sends unasked.
type sent struct {
	path, flow int
	purpose    purpose
	request    probe.Request
	due        time.Time
	at         time.Time // when it was sent; zero if it was not, or not yet
	arrived    bool      // at the host
	replied    time.Time // when its reply has arrived; zero if none has
}
