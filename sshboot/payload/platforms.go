package payload

import "slices"

// Platforms are those that a release of gm carries a server for, the most
// wanted ones of each architecture first.
func Platforms() []Platform {
	return slices.Concat(
		on("linux", "amd64", "arm64"), arm("linux", "7", "6", "5"),
		on("linux", "386", "riscv64", "ppc64le", "s390x", "mips", "mipsle", "mips64le", "loong64"),
		on("darwin", "arm64", "amd64"),
		on("freebsd", "amd64", "arm64", "386"), arm("freebsd", "7"),
		on("openbsd", "amd64", "arm64"),
		on("netbsd", "amd64", "arm64"),
		on("dragonfly", "amd64"),
		on("illumos", "amd64"),
		on("solaris", "amd64"),
	)
}

// Environ gives the variables that make go build for p, NAME=VALUE. The programs
// want no more than each processor of p has: where some have no floating point
// unit they do without one.
func (p Platform) Environ() []string {
	return []string{
		"GOOS=" + p.OS, "GOARCH=" + p.Arch, "GOARM=" + p.Variant, "CGO_ENABLED=0",
		"GOMIPS=softfloat", "GOMIPS64=softfloat", "GO386=softfloat",
		"GOAMD64=v1", "GOARM64=v8.0", "GOPPC64=power8", "GORISCV64=rva20u64",
	}
}

// BuildFlags are those of go build for a server, but -o. release is what
// --version prints, empty for a development version.
func BuildFlags(release string) []string {
	stamp := ""
	if release != "" {
		stamp = " -X main.release=" + release
	}
	return []string{"-trimpath", "-buildvcs=false", "-tags=gmserver", "-ldflags=-s -w -buildid=" + stamp}
}
