//go:build e2e

package main

import (
	"encoding/json"
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
		checkModules(t, archive)
	}
	if n := strings.Count(sums[0], ".tar.gz\n"); strings.Count(sums[0], ".cdx.json\n") != n || sums[0] != sums[1] || n != 1 {
		t.Errorf("%d archives:\n%s\nand in another directory\n%s", n, sums[0], sums[1])
	}
}

// TestSize holds the program that make build makes to its size.
func TestSize(t *testing.T) {
	const largest = 10_700_000 // bytes
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

// checkModules compares the list of modules beside an archive with those of its program, as
// the go command reads them.
func checkModules(t *testing.T, archive string) {
	t.Helper()
	dir := t.TempDir()
	command(t, "tar", "-xzf", archive, "-C", dir, "./gm")
	list := []byte(read(t, strings.TrimSuffix(archive, ".tar.gz")+".cdx.json"))
	var bom struct {
		Metadata struct {
			Component struct{ Name, Version string }
		}
		Components []struct{ Name, Version string }
	}
	if err := json.Unmarshal(list, &bom); err != nil {
		t.Fatal(err)
	}
	if c := bom.Metadata.Component; c.Name != "gm" || c.Version != "v0.0.0" {
		t.Errorf("the list is of %+v", c)
	}
	var listed, linked []string
	for _, c := range bom.Components {
		listed = append(listed, c.Name+" "+c.Version)
	}
	for line := range strings.Lines(command(t, "go", "version", "-m", filepath.Join(dir, "gm"))) {
		if fields := strings.Fields(line); len(fields) > 2 && fields[0] == "dep" {
			linked = append(linked, fields[1]+" "+fields[2])
		}
	}
	for _, module := range linked {
		if !slices.Contains(listed, module) {
			t.Errorf("the list of modules lacks %s", module)
		}
	}
	if len(listed) != len(linked)+1 { // Go's standard library
		t.Errorf("listed are %q, linked %q", listed, linked)
	}
}

// quietMake is the environment without that of a make that runs this test.
func quietMake() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "MAKE") || strings.HasPrefix(v, "MFLAGS")
	})
}
