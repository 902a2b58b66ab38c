//go:build embed

package embedded

import (
	_ "embed"
	"errors"

	"gm/sshboot/payload"
	"gm/sshboot/payload/archive"
)

//go:embed servers.archive
var file []byte

// Servers returns the embedded servers. It returns an error if they were built from
// sources other than those beside gm: after a change to the sources, building gm alone
// would leave old servers in it.
func Servers() (payload.Set, error) {
	set, sources, err := archive.Read(file)
	if err != nil {
		return nil, err
	}
	if dir, ok := payload.OwnSources(); ok {
		if now, err := payload.SourceHash(dir); err == nil && now != sources {
			return nil, errors.New("the servers in this gm were built from other sources than those in " + dir +
				`: run "make payloads" there and build gm again, or build it without -tags embed`)
		}
	}
	return set, nil
}
