//go:build !embed

package embedded

import "gm/sshboot/payload"

// Servers are what this gm carries: none.
func Servers() (payload.Set, error) { return nil, nil }
