//go:build e2e

package deploy

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/sshboot/sshboottest"
)

// A program that a user runs is kept. Only root can read which file a process runs if the
// process is not dumpable, like gm's server and ssh-agent.
func TestTidyAsAUser(t *testing.T) {
	const nobody = 65534
	asNobody := []string{"--reuid=65534", "--regid=65534", "--clear-groups"}
	home := t.TempDir()
	dir := filepath.Join(home, ".cache/gm")
	agent, err := exec.LookPath("ssh-agent")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for i, name := range []string{"gm-cccccccccccccccc", "gm-bbbbbbbbbbbbbbbb", "gm-aaaaaaaaaaaaaaaa"} {
		path := filepath.Join(dir, name)
		sshboottest.WriteFile(t, path, sshboottest.ReadFile(t, agent), 0o755)
		if err := os.Chtimes(path, now, now.Add(-time.Duration(i+1)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{home, filepath.Dir(dir), dir} {
		if err := errors.Join(os.Chown(path, nobody, nobody), os.Chmod(filepath.Dir(home), 0o711)); err != nil {
			t.Fatal(err)
		}
	}
	running := exec.Command("setpriv", slices.Concat(asNobody, []string{filepath.Join(dir, "gm-aaaaaaaaaaaaaaaa"), "-D", "-a", filepath.Join(home, "agent")})...)
	said, err := running.StdoutPipe()
	if err == nil {
		err = running.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { running.Process.Kill(); running.Wait() }()
	if _, err := said.Read(make([]byte, 1)); err != nil { // what it says when it is ready
		t.Fatal(err)
	}

	content := fmt.Sprintf("MARK 0123456789abcdef %d\n%s", len(sshboottest.FakeServer), sshboottest.FakeServer)
	bare := "PATH=" + sshboottest.Tools(t, "dash", sshboottest.Needed...)
	script := scriptCommand(t, home, []string{bare}, []byte(content))
	cmd := exec.Command("setpriv", slices.Concat(asNobody, script.Args)...)
	cmd.Env, cmd.Stdin = script.Env, script.Stdin
	out, _ := cmd.Output()
	if !strings.Contains(string(out), "MARK run") {
		t.Fatalf("it did not run:\n%s", out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "gm-*"))
	for i := range files {
		files[i] = filepath.Base(files[i])
	}
	if want := []string{"gm-0123456789abcdef", "gm-aaaaaaaaaaaaaaaa", "gm-cccccccccccccccc"}; err != nil || !slices.Equal(files, want) {
		t.Errorf("in the cache %q, want %q", files, want)
	}
}

// Every sh detects that others can write to the home, and runs nothing there.
func TestEveryShSeesOpenHomes(t *testing.T) {
	upload := fmt.Sprintf("MARK 0123456789abcdef %d\n%s", len(sshboottest.FakeServer), sshboottest.FakeServer)
	for _, sh := range sshboottest.EverySh {
		t.Run(sh, func(t *testing.T) {
			home, runtime, path := t.TempDir(), t.TempDir(), sshboottest.Tools(t, sh, sshboottest.Needed...)
			for _, mode := range []os.FileMode{0o777, 0o757} {
				if err := os.Chmod(home, mode); err != nil {
					t.Fatal(err)
				}
				said := runScript(t, home, []string{"PATH=" + path, "XDG_RUNTIME_DIR=" + runtime}, []byte(upload))
				if !strings.Contains(said, "MARK open d"+mode.String()[1:]+" 0 "+home+"\n") || !strings.Contains(said, "MARK run "+runtime+"/gm/gm-") {
					t.Errorf("with mode %v it says\n%s", mode, said)
				}
			}
		})
	}
}
