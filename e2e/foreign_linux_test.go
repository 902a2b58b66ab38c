//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// foreign are machines of other processors.
var foreign = []struct {
	name    string
	busybox string
	qemu    string
	uname   string   // -m there
	env     []string // for go build
}{
	{"linux-arm64", "busybox-arm64", "aarch64", "aarch64", []string{"GOARCH=arm64"}},
	{"linux-armv7", "busybox-armhf", "arm", "armv7l", []string{"GOARCH=arm", "GOARM=7"}},
	{"linux-s390x", "busybox-s390x", "s390x", "s390x", []string{"GOARCH=s390x"}}, // its byte order is the other one
}

// TestForeignProcessor logs in to machines of other processors that have no
// server, and works there.
func TestForeignProcessor(t *testing.T) {
	t.Parallel()
	for _, c := range foreign {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			machine := harness.NewForeign(t, c.busybox, c.qemu)
			h := newHost(t, sshboottest.Config{
				Launcher: machine.Launcher(), Options: machine.SSHDOptions(), Env: machine.Env(),
			})
			buildServer(t, filepath.Join(h.home, ".cache", "gm", "gmserver-"+c.name), c.env)
			for range 2 { // the second time, the server is there
				useForeign(h, c.uname)
			}
			returnToForeign(h)
			files, err := filepath.Glob(machine.Path(filepath.Join(h.Cache, "gm", "gm-*")))
			if err != nil || len(files) != 1 {
				t.Errorf("in the cache there: %v, %v", files, err)
			}
		})
	}
}

// useForeign types, resizes and ends.
func useForeign(h *host, uname string) {
	h.t.Helper()
	x := h.gm(plain, nil, h.Destination(), "--", "env", "PS1=$ ", "sh")
	x.ExpectLine("$")
	x.Line("clear; uname -m; stty size; echo é中 | cat")
	x.ExpectLine(uname)
	x.ExpectLine("24 80")
	x.ExpectLine("é中")
	x.Resize(100, 30)
	x.Line(`until [ "$(stty size)" = "30 100" ]; do :; done; echo re''sized`)
	x.ExpectLine("resized")
	x.Line("exit")
	h.expectClean(x)
}

// returnToForeign leaves a session there, enters it again, and ends it.
func returnToForeign(h *host) {
	h.t.Helper()
	x := h.gm(plain, nil, "--name=far", h.Destination(), "--", "env", "PS1=$ ", "sh")
	x.ExpectLine("$")
	x.Line("clear; echo this is ''far")
	x.ExpectLine("this is far")
	x.Type("\x1ed")
	x.Expect("[gm: detached from far on " + h.Destination())
	x.ExpectEnd(harness.Patience)
	if text := h.expect(0, "ls", h.Destination()); !strings.Contains(text, "far") || !strings.Contains(text, "detached") {
		h.t.Errorf("gm ls:\n%s", text)
	}
	x = h.gm(plain, nil, "attach", h.Destination())
	x.ExpectLine("this is far")
	x.Line("echo and ba''ck")
	x.ExpectLine("and back")
	if text := h.expect(0, "kill", h.Destination(), "far"); !strings.Contains(text, "ended far") {
		h.t.Errorf("gm kill:\n%s", text)
	}
	x.Expect("killed by")
}

// buildServer builds the server-only gm.
func buildServer(t *testing.T, path string, env []string) {
	t.Helper()
	build := exec.Command("go", "build", "-tags", "gmserver", "-ldflags", "-s -w", "-o", path, "gm")
	build.Env = slices.Concat(os.Environ(), []string{"GOOS=linux", "CGO_ENABLED=0"}, env)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(build.Args, " "), err, out)
	}
}
