package client

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"gm/internal/hint"
	"gm/wire/simnet"
)

// checkLink returns an error if --link is invalid, or if it is used without --local or
// with another client.
func (o *options) checkLink() error {
	switch {
	case o.link == "":
		return nil
	case !o.local:
		return &hint.Error{
			Err:  errors.New("--link goes with --local only"),
			Hint: "a real network has delays and losses of its own; try gm --local --link " + o.link,
		}
	case o.client != "":
		return errors.New("--link does not go with --client")
	}
	if _, err := simnet.Parse(o.link); err != nil {
		return fmt.Errorf("read --link: %w", err)
	}
	return nil
}

// cutSlack is the time that a simulated network may need beyond the delay of its link.
const cutSlack = 20 * time.Millisecond

// throughSimnet returns the address of a simulated network in front of server, as
// configured by --link, or server itself without it. cut ends the network when it has
// delivered the last datagram of the client, which confirms the end to the server.
func (o *options) throughSimnet(server netip.AddrPort) (at netip.AddrPort, cut func(), err error) {
	if o.link == "" {
		return server, func() {}, nil
	}
	link, err := simnet.Parse(o.link)
	if err != nil {
		return netip.AddrPort{}, nil, fmt.Errorf("read --link: %w", err)
	}
	relay, err := simnet.NewRelay(server, simnet.RelayOptions{Up: link, Down: link, Seed: rand.Uint64()})
	if err != nil {
		return netip.AddrPort{}, nil, fmt.Errorf("simulate a network: %w", err)
	}
	cut = func() {
		<-time.After(link.Delay + link.Jitter + cutSlack)
		relay.Close()
	}
	return relay.Addr(), cut, nil
}
