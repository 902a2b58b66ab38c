//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// TestUpload logs in twice: the first time gm puts itself on the host, the
// second time it finds itself there.
func TestUpload(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{})
	h.use(h.shell(racing, nil, h.Destination()))
	first := uploaded(t, h)
	h.use(h.shell(racing, nil, h.Destination()))
	if second := uploaded(t, h); !os.SameFile(first, second) || !first.ModTime().Equal(second.ModTime()) {
		t.Errorf("uploaded again: %v, then %v", first, second)
	}
	ours, err := os.Stat(racing)
	if err != nil || first.Size() != ours.Size() {
		t.Errorf("%d bytes on the host, want %d (%v)", first.Size(), ours.Size(), err)
	}
}

// uploaded returns the only program in the host's cache.
func uploaded(t *testing.T, h *host) os.FileInfo {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(h.Cache, "gm", "gm-*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("in the cache are %q, want one (%v)", files, err)
	}
	if rest, _ := filepath.Glob(filepath.Join(h.Cache, "gm", ".new*")); len(rest) != 0 {
		t.Errorf("left over: %q", rest)
	}
	info, err := os.Stat(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode()&0o077 != 0 || info.Mode()&0o100 == 0 {
		t.Errorf("%s has mode %v, want it for its owner alone", files[0], info.Mode())
	}
	return info
}

// TestNoisyHost logs in to a host whose files for shells print whatever they
// like, a forged answer too.
func TestNoisyHost(t *testing.T) {
	t.Parallel()
	banner := filepath.Join(t.TempDir(), "banner")
	if err := os.WriteFile(banner, []byte("Authorized use only\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h := newHost(t, sshboottest.Config{Shell: "/bin/bash", Options: []string{"Banner " + banner, "PrintMotd yes"}})
	noise := "echo; echo 'welcome to the host'; echo 'MOSH CONNECT 60001 AAAAAAAAAAAAAAAAAAAAAA'; printf 'no newline'; echo oops >&2\n"
	if err := os.WriteFile(filepath.Join(h.Home, ".bashrc"), []byte(noise), 0o600); err != nil {
		t.Fatal(err)
	}
	h.use(h.shell(plain, nil, h.Destination()))
	h.use(h.shell(plain, nil, h.Destination()))
}

// TestRemoteCommand runs an argument vector, without a shell of the host's.
func TestRemoteCommand(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{})
	x := h.gm(plain, nil, h.Destination(), "--", "sh", "-c", `printf '<%s>' "$@"; echo; read line`, "sh", "a b", "$HOME", "it's", `"q"`, `\`)
	x.ExpectLine(`<a b><$HOME><it's><"q"><\>`)
	x.Press("Enter")
	h.expectClean(x)
}

// TestStockServer logs in to a host with mosh-server, by --server.
func TestStockServer(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{Env: []string{"LANG=C.UTF-8"}})
	h.use(h.shell(plain, nil, "--server=mosh-server", h.Destination()))
	if _, err := os.Stat(h.Cache); err == nil {
		t.Error("something was put on the host")
	}
	x := h.gm(plain, nil, "--server=no-such-server", h.Destination())
	if screen := h.expectRefused(x); !screen.Has("no-such-server") {
		t.Errorf("the error does not name the server:\n%s", harness.Frame(screen))
	}
}

// TestDeploy writes nothing when told so, and uninstalls while a session runs,
// which goes on.
func TestDeploy(t *testing.T) {
	t.Parallel()
	h := newHost(t, sshboottest.Config{Env: []string{"PATH=/usr/bin:/bin", "LANG=C.UTF-8"}})
	h.use(h.shell(plain, nil, "--deploy=never", h.Destination())) // by the host's mosh-server
	if files, _ := filepath.Glob(filepath.Join(h.Cache, "gm", "gm-*")); len(files) != 0 {
		t.Errorf("put on the host: %q", files)
	}
	h.use(h.shell(plain, nil, "--deploy=always", h.Destination()))
	first := uploaded(t, h)
	h.use(h.shell(plain, nil, "--deploy=never", h.Destination()))
	if second := uploaded(t, h); !os.SameFile(first, second) {
		t.Error("uploaded again")
	}

	running := h.shell(plain, nil, h.Destination())
	running.ExpectLine("$")
	x := h.gm(plain, nil, "--uninstall", h.Destination())
	status := x.ExpectEnd(harness.Patience)
	told := strings.Join(x.Screen(), "")
	dir, state := filepath.Join(h.Cache, "gm"), filepath.Join(h.Home, ".local/state/gm")
	if status == 0 || !strings.Contains(told, "removed "+dir+"/gm-") || !strings.Contains(told, "not removed: "+state+"/") {
		t.Errorf("status %d, not told what is gone, and what is kept for the session\n%s", status, harness.Frame(x.Screen()))
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "gm-*")); len(files) != 0 {
		t.Errorf("still on the host: %q", files)
	}
	h.use(running)
	if x = h.gm(plain, nil, "--uninstall", h.Destination()); x.ExpectEnd(harness.Patience) != 0 {
		t.Errorf("when the session is over:\n%s", harness.Frame(x.Screen()))
	}
	for _, dir := range []string{dir, state} {
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s is still there", dir)
		}
	}
}
