package payload

import "slices"

// Platforms returns the platforms for which a release contains a server. For each
// architecture the most common one comes first.
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

// Environ returns variables for go build, as NAME=VALUE. The programs run on every
// processor of the platform, without a floating point unit where some have none.
func (p Platform) Environ() []string {
	return []string{
		"GOOS=" + p.OS, "GOARCH=" + p.Arch, "GOARM=" + p.Variant, "CGO_ENABLED=0",
		"GOMIPS=softfloat", "GOMIPS64=softfloat", "GO386=softfloat",
		"GOAMD64=v1", "GOARM64=v8.0", "GOPPC64=power8", "GORISCV64=rva20u64",
	}
}

// BuildFlags returns the flags of go build for a server, except -o. release is the version
// for --version, or "" for a development version.
func BuildFlags(release string) []string {
	stamp := ""
	if release != "" {
		stamp = " -X main.release=" + release
	}
	return []string{"-trimpath", "-buildvcs=false", "-tags=gmserver", "-ldflags=-s -w -buildid=" + stamp}
}
