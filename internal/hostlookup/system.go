package hostlookup

import (
	"context"
	"net"
	"net/netip"
)

// local returns this machine's system.
func local() system {
	return system{
		run: run,
		resolve: func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		},
		cname: net.DefaultResolver.LookupCNAME,
	}
}
