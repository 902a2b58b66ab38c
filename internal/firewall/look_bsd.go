//go:build freebsd || netbsd || openbsd || dragonfly

package firewall

import "context"

func look(ctx context.Context, h host, ports Ports) Firewall {
	return lookBSD(ctx, h, ports, pfByDefault)
}
