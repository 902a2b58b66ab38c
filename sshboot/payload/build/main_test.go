package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"gm/sshboot/payload"
	"gm/sshboot/payload/archive"
)

// here changes to the module's root.
func here(t *testing.T) {
	t.Helper()
	t.Chdir(filepath.Join("..", "..", ".."))
}

// The servers for this machine are the same each time, independently of the user's
// environment, and announce the release.
func TestReproducible(t *testing.T) {
	here(t)
	name := payload.Native().String()
	var files [2][]byte
	for i := range files {
		path := filepath.Join(t.TempDir(), "servers.archive")
		if err := run(t.Context(), builder{release: "v9.9.9"}, []string{name}, false, "", path); err != nil {
			t.Fatal(err)
		}
		t.Setenv("GOAMD64", "v3")
		t.Setenv("GOARM64", "v8.2")
		var err error
		if files[i], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("the same sources give other bytes")
	}
	set, sources, err := archive.Read(files[0])
	if err != nil || len(set) != 1 {
		t.Fatalf("%d servers, %v", len(set), err)
	}
	if now, err := payload.SourceHash("."); err != nil || sources != now {
		t.Errorf("made of %s, which is not %s, %v", sources, now, err)
	}
	program, err := set[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	content, _ := io.ReadAll(program)
	if !bytes.Contains(content, []byte("v9.9.9")) {
		t.Error("the release is not in the server")
	}
}

func TestFiles(t *testing.T) {
	here(t)
	dir := filepath.Join(t.TempDir(), "new")
	p := payload.Native()
	if err := run(t.Context(), builder{}, []string{p.String()}, false, dir, ""); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, p.File()+".gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unpacker, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, unpacker); err != nil || n < 1<<20 {
		t.Errorf("the server has %d bytes, %v", n, err)
	}
	if found, ok, _ := payload.FindFile(p, []string{dir}); !ok || found.Platform != p {
		t.Error("gm does not find the file")
	}
}

// someSources is a hash.
var someSources = strings.Repeat("0a", 32)

// An archive that is too large is an error, and an existing file is kept.
func TestArchiveLimit(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "servers.archive")
	programs := []archive.Program{{Platform: payload.Native(), Content: []byte("program")}}
	if err := writeArchive(path, someSources, programs, maxArchive); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	size := int64(len(before))
	if err := writeArchive(path, someSources, programs, size); err != nil {
		t.Errorf("%d bytes are too many: %v", size, err)
	}
	programs[0].Content = []byte("program of more bytes")
	if err := writeArchive(path, someSources, programs, size); err == nil {
		t.Error("more than a release may carry is taken")
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("left behind: %v", files)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the file that was there is another one: %v", err)
	}
}

func TestRefuses(t *testing.T) {
	here(t)
	out := filepath.Join(t.TempDir(), "servers.archive")
	for _, name := range []string{"linux", "linux/nonsense"} {
		if err := run(t.Context(), builder{}, []string{name}, false, "", out); err == nil {
			t.Errorf("%s is compiled for", name)
		}
		if err := run(t.Context(), builder{}, []string{name}, true, "", out); err == nil {
			t.Errorf("%s is checked", name)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a file was made")
	}
	if all, err := choose(nil); err != nil || len(all) != len(payload.Platforms()) {
		t.Errorf("without names %d platforms, %v", len(all), err)
	}
}

// An interrupted build leaves no files and directories.
func TestInterruptLeavesNothing(t *testing.T) {
	here(t)
	tool := filepath.Join(t.TempDir(), "build")
	if out, err := exec.Command("go", "build", "-o", tool, "./sshboot/payload/build").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	temp, target := t.TempDir(), t.TempDir()
	cmd := exec.Command(tool, "-o", filepath.Join(target, "servers.archive"), "linux/amd64", "linux/arm64")
	cmd.Env = append(os.Environ(), "TMPDIR="+temp, "GOCACHE="+filepath.Join(t.TempDir(), "cache")) // so that it takes long
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	begun := func() bool {
		files, _ := filepath.Glob(filepath.Join(temp, "gm-payloads-*"))
		return len(files) > 0
	}
	for limit := time.Now().Add(time.Minute); !begun(); runtime.Gosched() {
		if time.Now().After(limit) {
			t.Fatal("the build does not begin")
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("an interrupted build succeeds")
	}
	for _, dir := range []string{temp, target} {
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
}
