//go:build unix

package registry

import (
	"os"
	"path/filepath"
	"strings"
)

// machineFiles have an identifier of the installation: of systemd, of D-Bus, and of
// FreeBSD.
var machineFiles = []string{"etc/machine-id", "var/lib/dbus/machine-id", "etc/hostid"}

// machineID returns an identifier of this host that does not change while it runs: from a
// file below root, from the system, or the host's name.
func machineID(root string) string {
	for _, name := range machineFiles {
		text, err := os.ReadFile(filepath.Join(root, name))
		if id := strings.TrimSpace(string(text)); err == nil && id != "" && id != "uninitialized" {
			return id
		}
	}
	if id := systemMachineID(); id != "" {
		return id
	}
	name, _ := os.Hostname()
	return name
}
