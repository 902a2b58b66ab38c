//go:build embed

package embedded

import (
	_ "embed"

	"gm/sshboot/payload"
	"gm/sshboot/payload/archive"
)

//go:embed servers.archive
var file []byte

// Servers are what this gm carries.
func Servers() (payload.Set, error) { return archive.Read(file) }
