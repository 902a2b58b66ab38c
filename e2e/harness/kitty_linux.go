package harness

import "testing"

// newerDir has a newer Debian's kitty, which `make tools` installs.
const newerDir = "/usr/local/lib/gm-newer"

// enterNewer makes a newer Debian, $0, the root directory and runs the rest of its arguments,
// in a mount namespace that ends with its last process. This machine's root is in /host.
const enterNewer = `set -e
mount --rbind / "$0/host"
for dir in dev proc sys tmp; do mount --rbind /$dir "$0/$dir"; done
exec chroot "$0" "$@"`

// NewNewerKitty is NewKitty with a version that has what Debian 12's lacks, such as Unicode
// placeholders. The command runs on this machine.
func NewNewerKitty(t testing.TB, display string, env []string, command ...string) *Kitty {
	t.Helper()
	launcher := []string{"unshare", "--mount", "--propagation", "private", "sh", "-c", enterNewer, newerDir}
	return startKitty(t, launcher, display, append([]string{"chroot", "/host"}, kittyCommand(env, command)...))
}
