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

// Servers returns what this gm carries. It is an error if that was made of other
// sources than those beside gm: whoever changes them and builds gm alone would
// put old servers on hosts.
func Servers() (payload.Set, error) {
	set, sources, err := archive.Read(file)
	if err != nil {
		return nil, err
	}
	if dir, ok := payload.OwnSources(); ok {
		if now, err := payload.SourceHash(dir); err == nil && now != sources {
			return nil, errors.New("the servers in this gm are of other sources than those in " + dir +
				`: run "make payloads" there and build gm again, or build it without -tags embed`)
		}
	}
	return set, nil
}
