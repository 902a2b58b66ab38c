package hostlookup

import (
	"context"
	"net"
	"net/netip"
)

// local is this machine's.
func local() system {
	return system{
		run: run,
		resolve: func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		},
		cname: net.DefaultResolver.LookupCNAME,
	}
}
