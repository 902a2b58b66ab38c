//go:build linux

package main

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/vt"
)

func TestPicturesPart(t *testing.T) {
	shown := func(bytes, took float64) (list []showing) {
		for _, kind := range pictureKinds {
			list = append(list, showing{kind.name, bytes, took})
		}
		return list
	}
	got := picturesPart(picturedOver{"rtt=100ms,rate=256k", []picturing{
		{"gm", shown(400_000, 13_000), []typedBeside{{besideNothing, []float64{100, 100, 150}, 0}, {besidePictures, []float64{140}, 0}, {besideDownload, []float64{130}, 25}}, ""},
		{"ssh", shown(500_000, 16_000), []typedBeside{{besideNothing, []float64{100}, 0}}, "it has ended"},
	}}, machine{}).table.markdown()
	for name, row := range map[string]string{
		"bytes":    "| 100 ms, 256 kbit/s, PNG of 40 kB: bytes | 400,000 |  | 500,000 |  | 0.80 |",
		"time":     "| 100 ms, 256 kbit/s, by chafa, sixels: ms | 13000 |  | 16000 |  | 0.81 |",
		"keys":     "| 100 ms, 256 kbit/s: key to echo beside nothing | 100 / 150 |  | 100 / 100 |  | 1.00 |",
		"failed":   "| 100 ms, 256 kbit/s: key to echo beside ten pictures | 140 / 140 |  | failed |  |  |",
		"download": "| 100 ms, 256 kbit/s: the download, kB/s | 25.0 |  | failed |  |  |",
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(got, row+"\n") {
				t.Errorf("no row\n%s\nin\n%s", row, got)
			}
		})
	}
}

// TestKittyOutput checks the commands of a picture with a terminal: the picture is there after
// the last one.
func TestKittyOutput(t *testing.T) {
	var file bytes.Buffer
	if err := png.Encode(&file, newPicture(3)); err != nil {
		t.Fatal(err)
	}
	if n := file.Len(); n < 35_000 || n > 45_000 {
		t.Errorf("the picture has %d bytes", n)
	}
	x := &gallery{player: &player{terminal: &terminal{screen: newGalleryScreen()}}}
	whole := x.shows(pictureKind{replaced: true})
	commands := bytes.SplitAfter(appendKitty(nil, file.Bytes(), lastCols), []byte("\x1b\\"))
	for i, command := range commands[:len(commands)-1] {
		if whole(x.screen.Snapshot()) {
			t.Fatalf("the picture is there after %d of %d commands", i, len(commands)-1)
		}
		x.screen.Write(command)
	}
	if !whole(x.screen.Snapshot()) {
		t.Error("the picture is not there")
	}
	if x.shows(pictureKind{})(x.screen.Snapshot()) {
		t.Error("ten are there")
	}
}

// TestPicturePlayerEchoes checks that keys are where a typist looks for them, and pictures where they
// were.
func TestPicturePlayerEchoes(t *testing.T) {
	dir := t.TempDir()
	for n := range pictureCount {
		command := appendKitty(nil, []byte("x"), 1)
		if err := os.WriteFile(picturesBeside.file(dir, n), command, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := os.Create(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	p := &picturePlayer{dir: dir, out: out}
	p.echo('a')
	p.show(picturesBeside)
	p.echo('b')
	text, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	screen := vt.NewTerminal(typistCols, typistRows, vt.Options{})
	screen.Write(text)
	if got := screen.Snapshot().RowText(0); got != "ab" {
		t.Errorf("%q", got)
	}
	if n := bytes.Count(text, []byte("\x1b[20;1H\x1b_G")); n != 1 {
		t.Errorf("%d pictures begin the second row", n)
	}
}
