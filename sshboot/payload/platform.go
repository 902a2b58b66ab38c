// Package payload has the programs that are put on hosts, by platform.
package payload

import (
	"fmt"
	"strings"
)

// Platform is what a Go program is built for.
type Platform struct {
	OS, Arch string // GOOS and GOARCH
	Variant  string // GOARM for arm, empty otherwise
}

func (p Platform) String() string {
	if p.Variant != "" {
		return fmt.Sprintf("%s/%sv%s", p.OS, p.Arch, p.Variant)
	}
	return p.OS + "/" + p.Arch
}

// ParsePlatform reads what String gives.
func ParsePlatform(s string) (Platform, error) {
	system, arch, ok := strings.Cut(s, "/")
	variant := ""
	if rest, isARM := strings.CutPrefix(arch, "armv"); isARM {
		arch, variant = "arm", rest
	}
	if !ok || system == "" || arch == "" {
		return Platform{}, fmt.Errorf("read the platform %q: not SYSTEM/PROCESSOR", s)
	}
	return Platform{OS: system, Arch: arch, Variant: variant}, nil
}

// File is the name of the file that a server for p is looked for in.
func (p Platform) File() string { return "gmserver-" + strings.ReplaceAll(p.String(), "/", "-") }
