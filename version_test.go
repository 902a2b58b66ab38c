package main

import (
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

func TestVersion(t *testing.T) {
	vcs := []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}}
	dirty := append(vcs, debug.BuildSetting{Key: "vcs.modified", Value: "true"})
	const placeholders = "$Format:%H %(describe:tags=true)$\n"
	for name, test := range map[string]struct {
		release, archived, module string
		settings                  []debug.BuildSetting
		want                      string
	}{
		"a release":                 {"v1.2.3", placeholders, "(devel)", vcs, "v1.2.3 (commit abc, go1)"},
		"a working tree":            {"", placeholders, "v0.0.0-20261129142342-3efcee5a0b1c+dirty", dirty, "dev (commit abc with changes, go1)"},
		"go install at a version":   {"", placeholders, "v1.2.3", nil, "v1.2.3 (no commit recorded, go1)"},
		"go install of a candidate": {"", placeholders, "v1.2.3-rc.1", nil, "v1.2.3-rc.1 (no commit recorded, go1)"},
		"go install at a commit":    {"", placeholders, "v1.2.4-0.20261129142342-3efcee5a0b1c", nil, "dev (no commit recorded, go1)"},
		"a tarball of a tag":        {"", "def v1.2.3\n", "(devel)", nil, "v1.2.3 (commit def, go1)"},
		"a tarball without tags":    {"", "def \n", "(devel)", nil, "dev (commit def, go1)"},
		"nothing known":             {"", "", "", nil, "dev (no commit recorded, go1)"},
	} {
		t.Run(name, func(t *testing.T) {
			info := &debug.BuildInfo{GoVersion: "go1", Main: debug.Module{Version: test.module}, Settings: test.settings}
			if got := versionOf(test.release, test.archived, info); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// A tarball that git archive makes builds a program that knows its version,
// without git.
func TestVersionOfATarball(t *testing.T) {
	dir := t.TempDir()
	tree := filepath.Join(dir, "tree")
	commitCopy(t, tree)
	script := `cd "$1"; git tag -a v7.8.9 -m v7.8.9; mkdir ../out; git archive HEAD | tar -x -C ../out
		cd ../out; GOFLAGS= go build -o gm .; ./gm --version`
	cmd := exec.Command("sh", "-ec", script, "sh", tree)
	cmd.Env = append(cmd.Environ(), "GIT_AUTHOR_NAME=gm", "GIT_COMMITTER_NAME=gm", "GIT_AUTHOR_EMAIL=gm@example.org", "GIT_COMMITTER_EMAIL=gm@example.org")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "gm v7.8.9 (commit ") {
		t.Errorf("%v: %s", err, out)
	}
}
