package firewall

import "context"

func look(ctx context.Context, h host, ports Ports) Firewall { return lookLinux(ctx, h, ports) }
