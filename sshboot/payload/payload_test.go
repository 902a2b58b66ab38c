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

// Every platform is a candidate for its own hosts.
func TestCandidates(t *testing.T) {
	found := map[Platform]bool{}
	for answer, want := range map[string]string{
		"Linux x86_64 7f454c460201": "linux/amd64 linux/386",
		"Linux x86_64 7f454c460101": "linux/386 linux/amd64",
		"Linux aarch64 64":          "linux/arm64 linux/armv7 linux/armv6 linux/armv5",
		"Linux aarch64 32":          "linux/armv7 linux/armv6 linux/armv5 linux/arm64",
		"Linux armv8l 32":           "linux/armv7 linux/armv6 linux/armv5",
		"Linux armv7l -":            "linux/armv7 linux/armv6 linux/armv5",
		"Linux armv6l 7f454c460101": "linux/armv6 linux/armv5 linux/armv7",
		"Linux armv5tejl -":         "linux/armv5 linux/armv7 linux/armv6",
		"Linux i386 -":              "linux/386",
		"Linux i686 32":             "linux/386",
		"Linux riscv64 64":          "linux/riscv64",
		"Linux ppc64le 64":          "linux/ppc64le",
		"Linux s390x 64":            "linux/s390x",
		"Linux loongarch64 -":       "linux/loong64",
		"Linux mips 7f454c460102":   "linux/mips linux/mipsle",
		"Linux mips 7f454c460101":   "linux/mipsle linux/mips",
		"Linux mips -":              "linux/mipsle linux/mips",
		"Linux mips64 7f454c460201": "linux/mips64le linux/mipsle linux/mips",
		"Linux mips64 7f454c460101": "linux/mipsle linux/mips64le linux/mips",
		"FreeBSD amd64 64":          "freebsd/amd64 freebsd/386",
		"FreeBSD arm64 64":          "freebsd/arm64 freebsd/armv7",
		"FreeBSD i386 32":           "freebsd/386",
		"FreeBSD arm 32":            "freebsd/armv7",
		"OpenBSD amd64 64":          "openbsd/amd64",
		"OpenBSD arm64 -":           "openbsd/arm64",
		"NetBSD amd64 64":           "netbsd/amd64",
		"NetBSD evbarm 64":          "netbsd/arm64",
		"DragonFly x86_64 64":       "dragonfly/amd64",
		"Darwin x86_64 64":          "darwin/amd64",
		"Darwin arm64 64":           "darwin/arm64 darwin/amd64",
		"SunOS i86pc 32":            "illumos/amd64 solaris/amd64",
		"SunOS i86pc 64":            "illumos/amd64 solaris/amd64",
		"Linux vax -":               "",
		"Plan9 amd64 64":            "",
		"  ":                        "",
	} {
		t.Run(answer, func(t *testing.T) {
			words := strings.SplitN(answer, " ", 3)
			var got []string
			for _, p := range (Host{System: words[0], Machine: words[1], Word: words[2]}).Candidates() {
				got = append(got, p.String())
				found[p] = true
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%q: %v, want %s", answer, got, want)
			}
		})
	}
	for _, p := range Platforms() {
		if !found[p] {
			t.Errorf("no host's answer leads to %s", p)
		}
	}
}

// Candidates does not change the table.
func TestCandidatesDoNotChangeTheTable(t *testing.T) {
	first := Host{"Linux", "aarch64", "64"}.Candidates()
	Host{"Linux", "aarch64", "32"}.Candidates()
	if again := (Host{"Linux", "aarch64", "64"}).Candidates(); !slices.Equal(first, again) {
		t.Errorf("%v, then %v", first, again)
	}
}

func TestPlatformNames(t *testing.T) {
	for _, p := range Platforms() {
		if got, err := ParsePlatform(p.String()); err != nil || got != p {
			t.Errorf("%s is read as %v, %v", p, got, err)
		}
	}
	if name := (Platform{"linux", "arm", "7"}).File(); name != "gmserver-linux-armv7" {
		t.Errorf("the file is called %s", name)
	}
	for _, bad := range []string{"", "linux", "/amd64", "linux/"} {
		t.Run(bad, func(t *testing.T) {
			if p, err := ParsePlatform(bad); err == nil {
				t.Errorf("%q is read as %v", bad, p)
			}
		})
	}
}

func TestSetOn(t *testing.T) {
	set := Set{{Platform: Platform{OS: "linux", Arch: "arm", Variant: "5"}}}
	if p, ok := set.On(Platform{"linux", "arm", "5"}); !ok || p.Platform.Variant != "5" {
		t.Errorf("On(armv5) = %v, %v", p.Platform, ok)
	}
	if p, ok := set.On(Platform{"linux", "arm", "6"}); ok {
		t.Errorf("On(armv6) = %v", p.Platform)
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
