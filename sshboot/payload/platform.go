// Package payload has the programs that are put on hosts, by platform.
package payload

import (
	"fmt"
	"path"
	"slices"
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

// answer is a row of the table of uname's answers.
type answer struct {
	system, machine string // uname -s; uname -m, a pattern of the shell
	platforms       []Platform
}

// answers is the table. Where uname does not tell platforms apart (the byte
// order of MIPS), or a program of a lesser one runs too, they stand in the
// order in which they are tried.
var answers = []answer{
	{"Linux", "x86_64", on("linux", "amd64")},
	{"Linux", "amd64", on("linux", "amd64")},
	{"Linux", "aarch64", on("linux", "arm64")},
	{"Linux", "arm64", on("linux", "arm64")},
	{"Linux", "armv8*", arm("linux", "7", "6", "5")}, // a 32-bit userland on a 64-bit kernel
	{"Linux", "armv7*", arm("linux", "7", "6", "5")},
	{"Linux", "armv6*", arm("linux", "6", "5")},
	{"Linux", "armv5*", arm("linux", "5")},
	{"Linux", "i[3-6]86", on("linux", "386")},
	{"Linux", "x86", on("linux", "386")},
	{"Linux", "riscv64", on("linux", "riscv64")},
	{"Linux", "ppc64le", on("linux", "ppc64le")},
	{"Linux", "s390x", on("linux", "s390x")},
	{"Linux", "loongarch64", on("linux", "loong64")},
	{"Linux", "mips64*", on("linux", "mips64le", "mips64", "mipsle", "mips")},
	{"Linux", "mips*", on("linux", "mipsle", "mips")},
	{"FreeBSD", "amd64", on("freebsd", "amd64")},
	{"FreeBSD", "arm64", on("freebsd", "arm64")},
	{"FreeBSD", "i386", on("freebsd", "386")},
	{"FreeBSD", "arm*", arm("freebsd", "7")},
	{"OpenBSD", "amd64", on("openbsd", "amd64")},
	{"OpenBSD", "arm64", on("openbsd", "arm64")},
	{"NetBSD", "amd64", on("netbsd", "amd64")},
	{"NetBSD", "evbarm*", on("netbsd", "arm64")},
	{"NetBSD", "aarch64", on("netbsd", "arm64")},
	{"DragonFly", "x86_64", on("dragonfly", "amd64")},
	{"Darwin", "x86_64", on("darwin", "amd64")},
	{"Darwin", "arm64", on("darwin", "arm64")},
	{"SunOS", "i86pc", slices.Concat(on("illumos", "amd64"), on("solaris", "amd64"))},
}

// on gives the platforms of one system, an architecture each.
func on(system string, archs ...string) []Platform {
	var out []Platform
	for _, arch := range archs {
		out = append(out, Platform{OS: system, Arch: arch})
	}
	return out
}

func arm(system string, variants ...string) []Platform {
	var out []Platform
	for _, variant := range variants {
		out = append(out, Platform{OS: system, Arch: "arm", Variant: variant})
	}
	return out
}

// Candidates gives the platforms whose programs may run on a host, best first,
// by what uname -s and uname -m print there. None is known for nil.
func Candidates(system, machine string) []Platform {
	for _, a := range answers {
		if matched, _ := path.Match(a.machine, machine); matched && a.system == system {
			return a.platforms
		}
	}
	return nil
}

// Uname is an answer of uname.
type Uname struct {
	System  string // -s
	Machine string // -m, a pattern of the shell
}

// Unames gives the answers for which the program for p is the best.
func Unames(p Platform) []Uname {
	var out []Uname
	for _, a := range answers {
		if a.platforms[0] == p {
			out = append(out, Uname{a.system, a.machine})
		}
	}
	return out
}
