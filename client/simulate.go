package client

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"

	"gm/wire/simnet"
)

// checkLink checks --link, which belongs to --local and to the built-in client.
func (o *options) checkLink() error {
	switch {
	case o.link == "":
		return nil
	case !o.local:
		return hinted{errors.New("--link goes with --local only"),
			"over a real network it would only add to what that does; try it with gm --local --link " + o.link}
	case o.client != "":
		return errors.New("--link does not go with --client")
	}
	if _, err := simnet.Parse(o.link); err != nil {
		return fmt.Errorf("read --link: %w", err)
	}
	return nil
}

// across puts the network of --link, if there is one, between the client and
// server: it gives the address to send to. cut ends the network.
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
	return relay.Addr(), relay.Close, nil
}
