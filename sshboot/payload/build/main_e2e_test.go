//go:build e2e

package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/payload"
	"gm/sshboot/payload/archive"
)

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
