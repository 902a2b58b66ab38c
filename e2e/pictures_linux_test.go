//go:build e2e

package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os/exec"
	"path/filepath"
	"testing"

	"gm/e2e/harness"
	xterm "gm/vt/oracle"
)

// TestPicturesAsWithoutGM has a program show pictures in xterm, as sixels, and in kitty, with
// gm and without. The two windows are the same, to the pixel: at first, and once the screen
// has scrolled and text is in a picture's place, and in a window that enters the session, to type
// or only to see.
func TestPicturesAsWithoutGM(t *testing.T) {
	t.Parallel()
	dir := harness.TempDir(t)
	file := filepath.Join(dir, "picture.png")
	writePicture(t, file)
	for _, test := range []struct {
		name, format string
		after        string // text of the last step: kitty draws a picture over text, gm in its place
		shade        int    // kitty draws each row of placeholders by itself, and rounds otherwise
		role         string // of another window in the session
		start        func(t *testing.T, env []string, command ...string) (display string)
	}{
		{"xterm", "sixels", `\033[12;3Hin its place`, 0, "--share", func(t *testing.T, env []string, command ...string) string {
			return harness.NewXTerm(t, inXTerm(env, command), "decTerminalID: vt340", "numColorRegisters: 256", "allowWindowOps: true").Display()
		}},
		{"kitty", "kitty", ``, 0, "--read-only", func(t *testing.T, env []string, command ...string) string {
			display := xterm.StartDisplay(t)
			harness.NewKitty(t, display, env, command...)
			return display
		}},
		{"kitty with placeholders", "kitty", ``, 1, "--share", func(t *testing.T, env []string, command ...string) string {
			display := xterm.StartDisplay(t)
			harness.NewNewerKitty(t, display, env, command...)
			return display
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			next := filepath.Join(harness.TempDir(t), "next")
			script := fmt.Sprintf(`stty -echo; printf '\033[?25l\033[H\033[2J\033[3;5H'; chafa -f %s -s 30x12 %s; echo; echo below
				while ! [ -e %s ]; do sleep 0.1; done; printf '\033[24H\n\n\n\n%s'; sleep 1000`, test.format, file, next, test.after)
			env := environment(t)
			direct := &xWindow{t: t, display: test.start(t, env, "sh", "-c", script)}
			gm := &xWindow{t: t, display: test.start(t, env, racing, "--local", "--scrollback=off", "--name=pictures", "--", "sh", "-c", script), shade: test.shade}
			first := gm.expectAs(direct, "the picture", nil, 180)
			writeFile(t, next, nil)
			gm.expectAs(direct, "the picture after scrolling", first, 180)
			attached := &xWindow{t: t, display: test.start(t, env, racing, "attach", test.role, "--local", "--scrollback=off", "pictures"), shade: test.shade}
			attached.expectAs(direct, "the picture in another window", first, 180)
		})
	}
}

// writePicture writes a picture with many colours.
func writePicture(t *testing.T, path string) {
	m := image.NewNRGBA(image.Rect(0, 0, 300, 200))
	for y := range 200 {
		for x := range 300 {
			m.SetNRGBA(x, y, color.NRGBA{uint8(x / 20 * 17), uint8(y / 20 * 25), uint8((x/10 + y/10) % 2 * 200), 0xff})
		}
	}
	writePNG(t, path, m)
}

func writePNG(t *testing.T, path string, m image.Image) {
	var file bytes.Buffer
	if err := png.Encode(&file, m); err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, file.Bytes())
}

// xWindow is what an X server shows.
type xWindow struct {
	t       *testing.T
	display string
	shade   int // by which the levels of a colour may differ
}

// same reports whether two screens are the same, up to the shade.
func (w *xWindow) same(a, b []byte) bool {
	if w.shade == 0 || len(a) != len(b) {
		return bytes.Equal(a, b)
	}
	for i := range a {
		if d := int(a[i]) - int(b[i]); d > w.shade || -d > w.shade {
			return false
		}
	}
	return true
}

// pixels returns the contents of the X server's screen, as xwd writes them.
func (w *xWindow) pixels() []byte {
	w.t.Helper()
	out, err := exec.Command("xwd", "-root", "-silent", "-display", w.display).Output()
	if err != nil {
		w.t.Fatalf("xwd: %v", err)
	}
	return out
}

// expectAs waits until two windows show the same, which is not what was shown before and does
// not change any more. It has at least that many colours, or fewer than 1000 if that is 0.
func (w *xWindow) expectAs(direct *xWindow, what string, before []byte, least int) []byte {
	w.t.Helper()
	var last, want, got []byte
	harness.Until(w.t, what+", as without gm", harness.Patience, func() bool {
		last, want, got = want, direct.pixels(), w.pixels()
		n := colors(want)
		enough := n >= least && (least > 0 || n < 1000)
		return bytes.Equal(want, last) && w.same(got, want) && !bytes.Equal(want, before) && enough
	}, func() string {
		return fmt.Sprintf("%d pixels differ; %d colours", different(got, want), colors(want))
	})
	return want
}

// colors returns the number of colours in a file of xwd with pixels of 32 bits, which come
// after a header and a colour map of 12 bytes an entry.
func colors(pixels []byte) int {
	seen := make(map[uint32]bool)
	head := binary.BigEndian.Uint32(pixels) + 12*binary.BigEndian.Uint32(pixels[4*19:])
	for i := int(head); i+4 <= len(pixels); i += 4 {
		seen[binary.BigEndian.Uint32(pixels[i:])] = true
	}
	return len(seen)
}

// different returns the number of pixels that differ.
func different(got, want []byte) (n int) {
	for i := range min(len(got), len(want)) / 4 {
		if !bytes.Equal(got[4*i:4*i+4], want[4*i:4*i+4]) {
			n++
		}
	}
	return n
}
