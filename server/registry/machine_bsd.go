//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package registry

import "golang.org/x/sys/unix"

func systemMachineID() string {
	// The UUID of the host or of its mainboard on FreeBSD, macOS, OpenBSD and NetBSD.
	for _, name := range []string{"kern.hostuuid", "kern.uuid", "hw.uuid", "machdep.dmi.system-uuid"} {
		if id, err := unix.Sysctl(name); err == nil && id != "" {
			return id
		}
	}
	return ""
}
