package deploy

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gm/sshboot/payload"
	"gm/sshboot/sshboottest"
)

func TestLocalBinaries(t *testing.T) {
	cache := t.TempDir()
	other := payload.Platforms()[len(payload.Platforms())-1]
	sshboottest.WriteFile(t, filepath.Join(cache, "gm", other.File()), sshboottest.FakeServer, 0o600)
	l := LocalBinaries(filepath.Join(cache, "gm"))
	set, err := l.Set()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := set.On(payload.Native()); !ok {
		t.Error("this program itself is missing")
	}
	if p, ok := set.On(other); !ok || p.Size != int64(len(sshboottest.FakeServer)) {
		t.Errorf("the file of the cache is missing: %+v", set)
	}
	if l.Cache != filepath.Join(cache, "gm") {
		t.Errorf("the cache is %s", l.Cache)
	}
}

// A server that another account could change is reported with a hint when a host needs it,
// and the next binary is tried.
func TestRefusedServersAreNamed(t *testing.T) {
	cache := t.TempDir()
	other := payload.Platform{OS: "linux", Arch: "s390x"}
	file := filepath.Join(cache, "gm", other.File())
	sshboottest.WriteFile(t, file, sshboottest.FakeServer, 0o600)
	if err := os.Chmod(file, 0o666); err != nil {
		t.Fatal(err)
	}
	l := LocalBinaries(filepath.Join(cache, "gm"))
	l.Compile = func(context.Context, payload.Platform, func(string)) (payload.Payload, bool) {
		return payload.Payload{}, false
	}
	var said []string
	_, ok, err := l.choose(t.Context(), payload.Host{System: "Linux", Machine: "s390x"}, nil, func(text string) { said = append(said, text) })
	want := []string{"gm: warning: a server for the host is not used: others can change " + file + " (mode 0666)\nhint: chmod go-w " + file}
	if ok || err != nil || !slices.Equal(said, want) {
		t.Errorf("picked %v, %v, said %q, want %q", ok, err, said, want)
	}
}

// In place of this program itself a server alone is compiled, if that can be; what
// was compiled is at hand the next time.
func TestBinariesCompileInPlaceOfThisProgram(t *testing.T) {
	cache := t.TempDir()
	l := LocalBinaries(filepath.Join(cache, "gm"))
	host := nativeHost(t)
	for _, can := range []bool{false, true} {
		l.Compile = func(_ context.Context, p payload.Platform, _ func(string)) (payload.Payload, bool) {
			return scriptFor(t, p, sshboottest.FakeServer), can
		}
		if p, ok, err := l.choose(t.Context(), host, nil, nil); err != nil || !ok || l.IsSelf(p) == can {
			t.Errorf("compiler %v: picked %+v, %v, %v", can, p, ok, err)
		}
	}
	self, err := payload.Self()
	if err != nil {
		t.Fatal(err)
	}
	sshboottest.WriteFile(t, filepath.Join(cache, "gm/compiled", self.Hash, payload.Native().File()), sshboottest.FakeServer, 0o700)
	l = LocalBinaries(filepath.Join(cache, "gm"))
	set, err := l.Set()
	if p, ok := set.On(payload.Native()); err != nil || !ok || p.Size != int64(len(sshboottest.FakeServer)) {
		t.Errorf("at hand: %+v, %v, %v", p, ok, err)
	}
}

// nativeHost returns the description of a host of this platform.
func nativeHost(t *testing.T) payload.Host {
	t.Helper()
	for _, answer := range payload.Answers() {
		if slices.Contains(answer.Platforms, payload.Native()) {
			return payload.Host{System: answer.System, Machine: answer.Machine}
		}
	}
	t.Fatalf("no host is %v", payload.Native())
	return payload.Host{}
}

// At hand comes before compiled, the better platform before the lesser.
func TestBinariesChooseByPlatform(t *testing.T) {
	pi := payload.Host{System: "Linux", Machine: "aarch64", Word: "64"}
	arm64 := payload.Platform{OS: "linux", Arch: "arm64"}
	armv6 := payload.Platform{OS: "linux", Arch: "arm", Variant: "6"}
	l := having(scriptFor(t, armv6, "6"), scriptFor(t, arm64, "64"))
	var compiled []payload.Platform
	l.Compile = func(_ context.Context, p payload.Platform, say func(string)) (payload.Payload, bool) {
		compiled = append(compiled, p)
		return payload.Payload{Platform: p}, p.Variant == "5"
	}
	var tried []payload.Platform
	for _, want := range []string{"linux/arm64", "linux/armv6", "linux/armv5"} {
		t.Run(want, func(t *testing.T) {
			p, ok, err := l.choose(t.Context(), pi, tried, nil)
			if err != nil || !ok || p.Platform.String() != want {
				t.Fatalf("after %v: %v, %v, %v; want %s", tried, p.Platform, ok, err, want)
			}
			tried = append(tried, p.Platform)
		})
	}
	if len(compiled) != 2 || compiled[0].Variant != "7" {
		t.Errorf("compiled for %v", compiled)
	}
	tried = append(tried, payload.Platform{OS: "linux", Arch: "arm", Variant: "7"})
	if p, ok, _ := l.choose(t.Context(), pi, tried, nil); ok {
		t.Errorf("all were tried, and there is %v", p.Platform)
	}
}

// TestCompilingIsAnnounced runs a copy of this program that has sources beside it which are no
// program.
func TestCompilingIsAnnounced(t *testing.T) {
	if os.Getenv(beforeSources) != "" {
		l := LocalBinaries(t.TempDir())
		_, ok := l.Compile(t.Context(), payload.Native(), func(text string) { fmt.Println(text) })
		fmt.Println("made:", ok)
		return
	}
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	sshboottest.WriteFile(t, filepath.Join(dir, "program"), string(program), 0o700)
	sshboottest.WriteFile(t, filepath.Join(dir, "go.mod"), "module gm\n", 0o600)
	cmd := exec.Command(filepath.Join(dir, "program"), "-test.run=^TestCompilingIsAnnounced$")
	cmd.Env = append(os.Environ(), beforeSources+"=1")
	out, err := cmd.CombinedOutput()
	for _, want := range []string{
		"gm: compiling the server for " + payload.Native().String() + ", which can take a minute",
		"gm: warning: a server for the host is not compiled: ", "made: false",
	} {
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%v: %q does not say %q", err, out, want)
		}
	}
}

// beforeSources is set in the environment of a program with sources beside it.
const beforeSources = "GM_TEST_SOURCES"
