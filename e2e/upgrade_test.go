//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"gm/e2e/harness"
)

// oldest is the first commit whose programs must keep working with today's, and previous
// the commit before today's. A release replaces oldest only if its notes announce that.
const (
	oldest   = "88a2e47a0e0dfa03995c416d080e1a5dd02fb1b4"
	previous = "HEAD^"
)

// TestUpgrade runs sessions between the programs of today and of older commits,
// in both directions: as mosh's halves over a bad network, and as gm runs them,
// with all that a new client asks an old server for.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	for _, commit := range []string{oldest, previous} {
		t.Run(commit, func(t *testing.T) {
			t.Parallel()
			old := buildCommit(t, commit)
			for _, pair := range []struct{ name, client, server string }{
				{"old client", old, racing},
				{"old server", racing, old},
			} {
				t.Run(pair.name, func(t *testing.T) {
					t.Parallel()
					s := harness.Start(t, harness.SessionOptions{
						Client: harness.Ours(pair.client), Server: harness.Ours(pair.server), Link: "rtt=60ms,loss=20%",
					})
					useAll(t, s)
				})
				t.Run(pair.name+" in gm", func(t *testing.T) {
					t.Parallel()
					d := newDesk(t)
					d.local(pair.client, "--server='"+pair.server+" server'")
					d.Line("printf '\\033[2mdim\\033[0m, '; tput cols; vi''m --version | head -1")
					d.ExpectLine("dim, 80")
					d.Expect("VIM - Vi IMproved")
					d.Line("exit")
					d.expectPrompt()
					d.Line("exit")
					d.ExpectEnd(harness.Patience)
					d.family.ExpectNone(t, harness.Patience)
				})
			}
		})
	}
}

// gitLock keeps two fetches apart.
var gitLock sync.Mutex

// buildCommit builds gm as it was at a commit.
func buildCommit(t *testing.T, commit string) (gm string) {
	t.Helper()
	dir := t.TempDir()
	gitLock.Lock()
	err := checkOut(commit, dir)
	gitLock.Unlock()
	if err != nil {
		t.Fatalf("commit %s is not in this clone, and can not be fetched: %v\n"+
			"if the clone is shallow: git fetch --unshallow", commit, err)
	}
	gm = filepath.Join(dir, "built", "gm")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", gm, ".")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build commit %s: %v\n%s", commit, err, out)
	}
	return gm
}

// checkOut puts the tree of a commit into dir. A shallow clone gets the commit
// from where it came from.
func checkOut(commit, dir string) error {
	if git("cat-file", "-e", commit+"^{commit}") != nil {
		fetch := []string{"fetch", "--quiet", "--depth=1", "origin", commit}
		if commit == previous {
			fetch = []string{"fetch", "--quiet", "--deepen=1"}
		}
		if err := git(fetch...); err != nil {
			return err
		}
	}
	archive := filepath.Join(dir, "tree.tar")
	if err := git("archive", "--output="+archive, commit); err != nil {
		return err
	}
	defer os.Remove(archive)
	return complain(exec.Command("tar", "-x", "-C", dir, "-f", archive))
}

// git runs a command of git in this repository, whoever owns it.
func git(args ...string) error {
	return complain(exec.Command("git", append([]string{"-c", "safe.directory=*", "-C", ".."}, args...)...))
}

// complain runs a command and returns its output as an error if it fails.
func complain(cmd *exec.Cmd) error {
	out, err := cmd.CombinedOutput()
	if err != nil && len(out) > 0 {
		return fmt.Errorf("%w: %s", err, out)
	}
	return err
}
