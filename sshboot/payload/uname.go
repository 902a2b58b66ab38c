package payload

import (
	"path"
	"strings"
)

// Answer is a row in the table of the answers of uname.
type Answer struct {
	System, Machine string // uname -s, and a shell pattern for uname -m
	// Platforms are the platforms whose programs may run there, in the order in which
	// they are tried. There are several because uname does not report the byte order
	// of MIPS, and because programs for older processors often run too.
	Platforms []Platform
}

var answers = []struct{ system, machine, platforms string }{
	{"Linux", "x86_64", "linux/amd64 linux/386"},
	{"Linux", "amd64", "linux/amd64 linux/386"},
	{"Linux", "aarch64", "linux/arm64 linux/armv7 linux/armv6 linux/armv5"},
	{"Linux", "arm64", "linux/arm64 linux/armv7 linux/armv6 linux/armv5"},
	{"Linux", "armv[5-9]*", "linux/armv7 linux/armv6 linux/armv5"},
	{"Linux", "i[3-6]86", "linux/386"},
	{"Linux", "x86", "linux/386"},
	{"Linux", "riscv64", "linux/riscv64"},
	{"Linux", "ppc64le", "linux/ppc64le"},
	{"Linux", "s390x", "linux/s390x"},
	{"Linux", "loongarch64", "linux/loong64"},
	{"Linux", "mips64*", "linux/mips64le linux/mipsle linux/mips"},
	{"Linux", "mips*", "linux/mipsle linux/mips"},
	{"FreeBSD", "amd64", "freebsd/amd64 freebsd/386"},
	{"FreeBSD", "arm64", "freebsd/arm64 freebsd/armv7"},
	{"FreeBSD", "i386", "freebsd/386"},
	{"FreeBSD", "arm*", "freebsd/armv7"},
	{"OpenBSD", "amd64", "openbsd/amd64"},
	{"OpenBSD", "arm64", "openbsd/arm64"},
	{"NetBSD", "amd64", "netbsd/amd64"},
	{"NetBSD", "evbarm*", "netbsd/arm64"},
	{"NetBSD", "aarch64", "netbsd/arm64"},
	{"DragonFly", "x86_64", "dragonfly/amd64"},
	{"Darwin", "x86_64", "darwin/amd64"},
	{"Darwin", "arm64", "darwin/arm64 darwin/amd64"},
	{"SunOS", "i86pc", "illumos/amd64 solaris/amd64"},
}

// Answers returns the table. The first matching row applies.
func Answers() []Answer {
	rows := make([]Answer, len(answers))
	for i, a := range answers {
		rows[i] = Answer{a.system, a.machine, parsePlatforms(a.platforms)}
	}
	return rows
}

// parsePlatforms parses a list of platforms of this package, separated by white space.
func parsePlatforms(list string) []Platform {
	var parsed []Platform
	for _, name := range strings.Fields(list) {
		if p, err := ParsePlatform(name); err == nil {
			parsed = append(parsed, p)
		}
	}
	return parsed
}

// Host is a host's description of itself.
type Host struct {
	System, Machine string // uname -s, uname -m
	// Word describes the userland: the first six bytes of a program in hexadecimal, if
	// it is an ELF file, or the number of bits of a long in decimal. Any other value
	// means unknown.
	Word string
}

// Candidates returns the platforms whose programs may run on the host, best first. It
// returns nil for an unknown host.
func (h Host) Candidates() []Platform {
	for _, a := range Answers() {
		if matched, _ := path.Match(a.Machine, h.Machine); matched && a.System == h.System {
			return h.sorted(a.Platforms)
		}
	}
	return nil
}

// sorted moves the programs to the front that match the userland: by word size, byte
// order, and for ARM the version in the machine name.
func (h Host) sorted(platforms []Platform) []Platform {
	bits, order := h.word()
	sorted := make([]Platform, 0, len(platforms))
	for distance := 0; len(sorted) < len(platforms); distance++ {
		for _, p := range platforms {
			if h.distance(p, bits, order) == distance {
				sorted = append(sorted, p)
			}
		}
	}
	return sorted
}

func (h Host) distance(p Platform, bits int, order string) (d int) {
	if bits != 0 && bits != p.bits() {
		d++
	}
	if order != "" && strings.HasPrefix(p.Arch, "mips") && (order == "little") != strings.HasSuffix(p.Arch, "le") {
		d += 2
	}
	if version, ok := strings.CutPrefix(h.Machine, "armv"); ok && p.Variant > version[:min(1, len(version))] {
		d += 4
	}
	return d
}

// word parses Word. It returns the word size, 32, 64 or 0 for unknown, and the byte order,
// "little", "big" or "" for unknown (System V ABI, ELF header, e_ident).
func (h Host) word() (bits int, order string) {
	ident, ok := strings.CutPrefix(h.Word, "7f454c46")
	switch {
	case ok && len(ident) == 4:
		bits = map[string]int{"01": 32, "02": 64}[ident[:2]]
		order = map[string]string{"01": "little", "02": "big"}[ident[2:]]
	case h.Word == "32":
		bits = 32
	case h.Word == "64":
		bits = 64
	}
	return bits, order
}

func (p Platform) bits() int {
	switch p.Arch {
	case "386", "arm", "mips", "mipsle":
		return 32
	}
	return 64
}
