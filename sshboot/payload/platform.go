// Package payload provides the server programs for hosts. It knows which platforms a host
// can run, and finds or compiles the program for one.
package payload

import (
	"fmt"
	"strings"
)

// Platform is a target of the Go compiler.
type Platform struct {
	OS, Arch string // GOOS and GOARCH
	Variant  string // GOARM for arm, otherwise empty
}

func (p Platform) String() string {
	if p.Variant != "" {
		return fmt.Sprintf("%s/%sv%s", p.OS, p.Arch, p.Variant)
	}
	return p.OS + "/" + p.Arch
}

// ParsePlatform parses the format of [Platform.String].
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

// File returns the name of the file of a server for p.
func (p Platform) File() string { return "gmserver-" + strings.ReplaceAll(p.String(), "/", "-") }
