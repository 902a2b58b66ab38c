//go:build !embed

package embedded

import "gm/sshboot/payload"

// Servers returns no servers.
func Servers() (payload.Set, error) { return nil, nil }
