//go:build e2e

package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"gm/sshboot/payload"
	"gm/sshboot/payload/filter"
)

// someSources is a hash.
var someSources = strings.Repeat("0a", 32)

// programs returns programs of two architectures that have much in common, like real ones.
func programs() []Program {
	rng := rand.New(rand.NewPCG(1, 2))
	common := make([]byte, 100_000)
	for i := range common {
		common[i] = byte(rng.IntN(256))
	}
	var out []Program
	for _, p := range payload.Platforms() {
		if p.Arch == "amd64" || p.Arch == "arm" {
			content := append([]byte(p.String()), common...)
			content[50_000+len(out)] ^= 1
			out = append(out, Program{p, content})
		}
	}
	return out
}

func packed(t *testing.T) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := Write(&file, someSources, programs()); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestArchiveRoundTrip(t *testing.T) {
	file := packed(t)
	set, sources, err := Read(file)
	if err != nil || len(set) != len(programs()) || sources != someSources {
		t.Fatalf("%d programs, %v", len(set), err)
	}
	for _, want := range programs() {
		for _, p := range set {
			if p.Platform != want.Platform {
				continue
			}
			content, err := p.Open()
			if err != nil {
				t.Fatalf("%s: %v", p.Platform, err)
			}
			got, _ := io.ReadAll(content)
			if !bytes.Equal(got, want.Content) || p.Size != int64(len(got)) {
				t.Errorf("%s is another one: %d bytes", p.Platform, len(got))
			}
			same, err := payload.New(p.Platform, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(got)), nil })
			if err != nil || same.Hash != p.Hash {
				t.Errorf("%s: hash %s, want %s", p.Platform, p.Hash, same.Hash)
			}
		}
	}
	if len(file) > 250_000 {
		t.Errorf("%d bytes: what the programs of an architecture have in common is not stored once", len(file))
	}
	if !bytes.Equal(packed(t), file) {
		t.Error("the same programs give other bytes")
	}
}

// The streams are what xz reads, and have the programs as the filter packs them.
func TestStreams(t *testing.T) {
	index, rest, _ := bytes.Cut(packed(t), []byte("\n\n"))
	groups := map[string][]byte{}
	for _, p := range programs() {
		groups[p.stream()] = append(groups[p.stream()], filter.Pack(p.Content, p.Platform.Arch)...)
	}
	for line := range strings.Lines(string(index)) {
		var name string
		var size int
		if words := strings.Fields(line); len(words) != 2 || words[0] == sourcesLine {
			continue
		}
		fmt.Sscan(line, &name, &size)
		xz := exec.Command("xz", "--decompress", "--stdout", "--format=raw", "--lzma2=dict=64MiB")
		xz.Stdin = bytes.NewReader(rest[:size])
		rest = rest[size:]
		if out, err := xz.Output(); err != nil || !bytes.Equal(out, groups[name]) {
			t.Errorf("xz reads %d bytes of %s, %v; want %d", len(out), name, err, len(groups[name]))
		}
		delete(groups, name)
	}
	if len(groups) > 0 || len(rest) > 0 {
		t.Errorf("%d streams are missing, and %d bytes are in none", len(groups), len(rest))
	}
}

// The first program of a stream is opened without reading the others.
func TestFirstProgram(t *testing.T) {
	all := programs()[:2]
	rng := rand.New(rand.NewPCG(5, 6))
	for i := range all {
		all[i].Content = make([]byte, 200_000)
		for j := range all[i].Content {
			all[i].Content[j] = byte(rng.IntN(256))
		}
	}
	var file bytes.Buffer
	if err := Write(&file, someSources, all); err != nil {
		t.Fatal(err)
	}
	clear(file.Bytes()[file.Len()-100_000:])
	set, _, err := Read(file.Bytes())
	if err != nil || len(set) != len(all) {
		t.Fatalf("%d programs, %v", len(set), err)
	}
	for i, p := range set {
		if _, err := p.Open(); (err == nil) != (i == 0) {
			t.Errorf("program %d without the end of the stream: %v", i, err)
		}
	}
}

// A program of a damaged archive is either complete or an error.
func TestDamagedArchive(t *testing.T) {
	file := packed(t)
	rng := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		damaged := bytes.Clone(file[:len(file)-rng.IntN(2)*rng.IntN(len(file))])
		for range rng.IntN(3) + 1 {
			damaged[rng.IntN(len(damaged))] ^= byte(1 << rng.IntN(8))
		}
		checkDamaged(t, damaged)
	}
	if _, _, err := Read(nil); !errors.Is(err, errDamaged) {
		t.Errorf("an empty file: %v", err)
	}
}

func checkDamaged(t *testing.T, file []byte) {
	set, _, err := Read(file)
	if err != nil {
		return
	}
	for _, p := range set {
		content, err := p.Open()
		if err != nil {
			continue
		}
		same, err := payload.New(p.Platform, func() (io.ReadCloser, error) { return content, nil })
		if err != nil || same.Hash != p.Hash || same.Size != p.Size {
			t.Errorf("%s came out damaged", p.Platform)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("sources " + someSources + "\namd64 linux/amd64 3 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\namd64 0\n\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) < 1<<16 {
			checkDamaged(t, file)
		}
	})
}
