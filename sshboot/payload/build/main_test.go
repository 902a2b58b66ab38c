package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"gm/sshboot/payload"
	"gm/sshboot/payload/archive"
)

// here makes the test run in the module's root.
func here(t *testing.T) {
	t.Helper()
	t.Chdir(filepath.Join("..", "..", ".."))
}

// The servers for this machine come out the same each time, whatever processor
// the user builds for otherwise, and announce the release.
func TestReproducible(t *testing.T) {
	here(t)
	name := payload.Native().String()
	var files [2][]byte
	for i := range files {
		path := filepath.Join(t.TempDir(), "servers.archive")
		if err := run(builder{release: "v9.9.9"}, []string{name}, false, "", path); err != nil {
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
	set, err := archive.Read(files[0])
	if err != nil || len(set) != 1 {
		t.Fatalf("%d servers, %v", len(set), err)
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
	if err := run(builder{}, []string{p.String()}, false, dir, ""); err != nil {
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

// More than a release may carry is an error, and the file that was there stays.
func TestArchiveLimit(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "servers.archive")
	programs := []archive.Program{{Platform: payload.Native(), Content: []byte("program")}}
	if err := writeArchive(path, programs, maxArchive); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	size := int64(len(before))
	if err := writeArchive(path, programs, size); err != nil {
		t.Errorf("%d bytes are too many: %v", size, err)
	}
	programs[0].Content = []byte("program of more bytes")
	if err := writeArchive(path, programs, size); err == nil {
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
		if err := run(builder{}, []string{name}, false, "", out); err == nil {
			t.Errorf("%s is compiled for", name)
		}
		if err := run(builder{}, []string{name}, true, "", out); err == nil {
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
