package payload

// Platforms returns the platforms for which a release contains a server. For each
// architecture the most common one comes first.
func Platforms() []Platform {
	return parsePlatforms(`
		linux/amd64 linux/arm64 linux/armv7 linux/armv6 linux/armv5
		linux/386 linux/riscv64 linux/ppc64le linux/s390x linux/mips linux/mipsle linux/mips64le linux/loong64
		darwin/arm64 darwin/amd64
		freebsd/amd64 freebsd/arm64 freebsd/386 freebsd/armv7
		openbsd/amd64 openbsd/arm64
		netbsd/amd64 netbsd/arm64
		dragonfly/amd64
		illumos/amd64
		solaris/amd64`)
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
