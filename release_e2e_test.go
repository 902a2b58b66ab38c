//go:build e2e

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestReproducible makes an archive of a commit twice, in two directories, and
// compares every byte. It is for one platform and carries one server, to save
// time.
func TestReproducible(t *testing.T) {
	dir := t.TempDir()
	dirs := [2]string{filepath.Join(dir, "gm"), filepath.Join(dir, "in", "another", "place")}
	commitCopy(t, dirs[0])
	if out, err := exec.Command("git", "clone", "-q", dirs[0], dirs[1]).CombinedOutput(); err != nil {
		t.Fatalf("clone: %v\n%s", err, out)
	}
	sums := [2]string{}
	for i := range sums {
		run := exec.Command("make", "--silent", "archives", "ARCHIVES=linux/amd64", "PAYLOADS=linux/amd64")
		run.Dir, run.Env = dirs[i], quietMake()
		if out, err := run.CombinedOutput(); err != nil {
			t.Fatalf("make archives: %v\n%s", err, out)
		}
		sums[i] = read(t, filepath.Join(dirs[i], "dist/SHA256SUMS"))
	}
	made, _ := filepath.Glob(filepath.Join(dirs[0], "dist/*.tar.gz"))
	for _, archive := range made {
		checkReadme(t, archive)
	}
	if n := strings.Count(sums[0], ".tar.gz\n"); sums[0] != sums[1] || n != 1 {
		t.Errorf("%d archives:\n%s\nand in another directory\n%s", n, sums[0], sums[1])
	}
}

// TestSize holds the program that make build makes to its size.
func TestSize(t *testing.T) {
	const largest = 10_000_000 // bytes
	out := filepath.Join(t.TempDir(), "gm")
	run := exec.Command("make", "--silent", "build", "OUT="+out)
	run.Env = append(quietMake(), "GOOS=linux", "GOARCH=amd64", "GOAMD64=v1")
	if text, err := run.CombinedOutput(); err != nil {
		t.Fatalf("make build: %v\n%s", err, text)
	}
	made, err := os.Stat(out)
	if err != nil {
		t.Fatal(err)
	}
	if made.Size() > largest {
		t.Errorf("gm is %d bytes; doc/development.md, Size, tells where they are", made.Size())
	}
}

// quietMake is the environment without that of a make that runs this test.
func quietMake() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "MAKE") || strings.HasPrefix(v, "MFLAGS")
	})
}
