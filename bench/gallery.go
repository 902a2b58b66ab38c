//go:build linux

package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"
)

// pictureKind is a way of showing ten pictures.
type pictureKind struct {
	name     string
	key      string // that has playPictures do so
	chafa    string // its format; empty if the pictures are the files themselves
	replaced bool   // each takes the place of the one before
}

// pictureKinds are those that are measured. No two have the same pictures.
var pictureKinds = []pictureKind{
	{"PNG of 40 kB", "1", "", false},
	{"by chafa, kitty's format", "2", "kitty", false},
	{"by chafa, sixels", "3", "sixels", false},
	{"PNG of 40 kB, each replaces the last", "4", "", true},
}

// picturesBeside are those beside which keys are typed.
var picturesBeside = pictureKind{"PNG of 40 kB", "5", "", false}

const (
	pictureCount = 10
	clearKey     = "0"

	// The pictures are in five columns below the keys.
	galleryTop    = 6
	galleryCols   = 39
	galleryRows   = 14
	pictureCols   = 31
	pictureRows   = 11
	lastCols      = 30 // of the last picture that replaces the others
	chafaSize     = "24x8"
	cellWidth     = 8
	cellHeight    = 16
	replacedPause = 200 * time.Millisecond
	kittyChunk    = 4096 // bytes of base64 in a command
	clearGallery  = "\x1b_Ga=d,d=A,q=2\x1b\\\x1b[6H\x1b[J"
	pictureWidth  = pictureCols * cellWidth
	pictureHeight = 168
)

// writePictures writes the output of all kinds, a file for each picture.
func writePictures(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i, kind := range append(pictureKinds, picturesBeside) {
		for n := range pictureCount {
			if err := kind.write(dir, n, newPicture(pictureCount*i+n)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k pictureKind) write(dir string, n int, m image.Image) error {
	var data bytes.Buffer
	if err := png.Encode(&data, m); err != nil {
		return err
	}
	file := filepath.Join(dir, "picture.png")
	if err := os.WriteFile(file, data.Bytes(), 0o644); err != nil {
		return err
	}
	output, err := k.output(n, file, data.Bytes())
	if err != nil {
		return fmt.Errorf("%s: %w", k.name, err)
	}
	return os.WriteFile(k.file(dir, n), output, 0o644)
}

func (k pictureKind) file(dir string, n int) string {
	return filepath.Join(dir, k.key+"-"+strconv.Itoa(n))
}

// output returns what a program writes to show picture n at the cursor.
func (k pictureKind) output(n int, file string, data []byte) ([]byte, error) {
	switch {
	case k.chafa != "":
		return exec.Command("chafa", "-f", k.chafa, "-s", chafaSize, "--animate=off", file).Output()
	case !k.replaced:
		return appendKitty(nil, data, pictureCols), nil
	case n == pictureCount-1:
		return appendKitty([]byte(clearGallery), data, lastCols), nil
	}
	return appendKitty([]byte(clearGallery), data, pictureCols), nil
}

// appendKitty appends the commands of kitty's graphics protocol that show a PNG.
func appendKitty(dst, data []byte, cols int) []byte {
	text := base64.StdEncoding.EncodeToString(data)
	head := fmt.Sprintf("a=T,f=100,q=2,c=%d,r=%d,", cols, pictureRows)
	for len(text) > kittyChunk {
		dst = fmt.Appendf(dst, "\x1b_G%sm=1;%s\x1b\\", head, text[:kittyChunk])
		text, head = text[kittyChunk:], ""
	}
	return fmt.Appendf(dst, "\x1b_G%sm=0;%s\x1b\\", head, text)
}

// newPicture returns picture n: light and colours that change slowly, with grain, as in a
// photograph.
func newPicture(n int) image.Image {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	m := image.NewNRGBA(image.Rect(0, 0, pictureWidth, pictureHeight))
	shift := float64(n)
	for y := range pictureHeight {
		for x := range pictureWidth {
			u, v := float64(x)/pictureWidth, float64(y)/pictureHeight
			light := 255 * (0.6 + 0.4*math.Sin(3*u+shift)*math.Cos(4*v-shift))
			grain := float64(r.IntN(3) - 1)
			tint := func(f float64) uint8 {
				return uint8(min(max(light*(0.5+0.4*math.Sin(f*(5*u+3*v)+shift))+grain, 0), 255))
			}
			m.SetNRGBA(x, y, color.NRGBA{tint(1), tint(1.3), tint(0.7), 0xff})
		}
	}
	return m
}

// picturePlayer shows pictures and echoes keys, between the commands of a picture too. A
// terminal's own echo could be in the middle of one.
type picturePlayer struct {
	dir string
	out *os.File

	mu     sync.Mutex
	typed  int    // keys
	cursor string // the sequence to where pictures are drawn
}

// playPictures shows the pictures in a directory of writePictures: those of a kind when its
// key is typed. It echoes letters from the upper left on.
func playPictures(dir string) error {
	p := &picturePlayer{dir: dir, out: os.Stdout}
	fmt.Print("\x1b[?25l\x1b[5H" + readyText + "\x1b[H")
	for key := []byte{0}; ; {
		if _, err := os.Stdin.Read(key); err != nil {
			return err
		}
		kinds := append(pictureKinds, picturesBeside)
		kind := slices.IndexFunc(kinds, func(k pictureKind) bool { return k.key == string(key) })
		switch {
		case string(key) == clearKey:
			p.write([]byte(clearGallery))
		case kind >= 0:
			go p.show(kinds[kind])
		default:
			p.echo(key[0])
		}
	}
}

func (p *picturePlayer) show(kind pictureKind) {
	for n := range pictureCount {
		output, err := os.ReadFile(kind.file(p.dir, n))
		if err != nil {
			fmt.Fprint(p.out, err) // the bench shows the screen
			return
		}
		p.moveTo(kind, n)
		for _, command := range bytes.SplitAfter(output, []byte("\x1b\\")) {
			p.write(command)
		}
		if kind.replaced {
			time.Sleep(replacedPause)
		}
	}
}

func (p *picturePlayer) moveTo(kind pictureKind, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if kind.replaced {
		n = 0
	}
	p.cursor = fmt.Sprintf("\x1b[%d;%dH", galleryTop+n/5*galleryRows, 1+n%5*galleryCols)
}

// write writes a command where pictures are drawn.
func (p *picturePlayer) write(command []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out.Write(append([]byte(p.cursor), command...))
}

func (p *picturePlayer) echo(key byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.out, "\x1b[%d;%dH%c", 1+p.typed/typistCols, 1+p.typed%typistCols, key)
	p.typed++
}
