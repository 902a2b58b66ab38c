package payload

import (
	"errors"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestCandidates(t *testing.T) {
	for uname, want := range map[string]string{
		"Linux x86_64": "linux/amd64", "Linux aarch64": "linux/arm64", "Linux armv7l": "linux/armv7 linux/armv6 linux/armv5",
		"Linux armv8l": "linux/armv7 linux/armv6 linux/armv5", "Linux armv6l": "linux/armv6 linux/armv5", "Linux armv5tel": "linux/armv5",
		"Linux i386": "linux/386", "Linux i686": "linux/386", "Linux riscv64": "linux/riscv64", "Linux ppc64le": "linux/ppc64le",
		"Linux s390x": "linux/s390x", "Linux loongarch64": "linux/loong64", "Linux mips": "linux/mipsle linux/mips",
		"Linux mips64": "linux/mips64le linux/mips64 linux/mipsle linux/mips", "FreeBSD amd64": "freebsd/amd64",
		"FreeBSD arm64": "freebsd/arm64", "FreeBSD i386": "freebsd/386", "FreeBSD arm": "freebsd/armv7", "OpenBSD amd64": "openbsd/amd64",
		"OpenBSD arm64": "openbsd/arm64", "NetBSD amd64": "netbsd/amd64", "NetBSD evbarm": "netbsd/arm64",
		"DragonFly x86_64": "dragonfly/amd64", "Darwin x86_64": "darwin/amd64", "Darwin arm64": "darwin/arm64",
		"SunOS i86pc": "illumos/amd64 solaris/amd64",
		"Linux vax":   "", "Plan9 amd64": "", " ": "",
	} {
		system, machine, _ := strings.Cut(uname, " ")
		var got []string
		for _, p := range Candidates(system, machine) {
			got = append(got, p.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %s", uname, got, want)
		}
	}
}

func TestUnames(t *testing.T) {
	got := Unames(Platform{OS: "linux", Arch: "amd64"})
	if want := []Uname{{"Linux", "x86_64"}, {"Linux", "amd64"}}; !slices.Equal(got, want) {
		t.Errorf("Unames = %v, want %v", got, want)
	}
	if got := Unames(Platform{OS: "windows", Arch: "amd64"}); got != nil {
		t.Errorf("Unames of windows = %v", got)
	}
}

func TestSetFor(t *testing.T) {
	set := Set{{Platform: Platform{OS: "linux", Arch: "arm", Variant: "5"}}, {Platform: Platform{OS: "linux", Arch: "arm", Variant: "6"}}}
	if p, ok := set.For("Linux", "armv7l"); !ok || p.Platform.Variant != "6" {
		t.Errorf("For armv7l = %v, %v, want the best that is there", p.Platform, ok)
	}
	if p, ok := set.For("Linux", "x86_64"); ok {
		t.Errorf("For x86_64 = %v", p.Platform)
	}
}

func TestSelf(t *testing.T) {
	p, err := Self()
	if err != nil {
		t.Fatal(err)
	}
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if p.Size != info.Size() || len(p.Hash) != 16 || p.Platform.OS != runtime.GOOS || p.Platform.Arch != runtime.GOARCH {
		t.Errorf("Self() = %+v", p)
	}
}

func TestNew(t *testing.T) {
	p, err := New(Platform{OS: "linux", Arch: "amd64"}, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("abc")), nil })
	if err != nil || p.Hash != "ba7816bf8f01cfea" || p.Size != 3 { // FIPS 180-4, the hash of "abc"
		t.Errorf("New = %+v, %v", p, err)
	}
	if _, err := New(Platform{}, func() (io.ReadCloser, error) { return nil, errors.New("no") }); err == nil {
		t.Error("an unreadable program: no error")
	}
}
