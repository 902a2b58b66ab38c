//go:build e2e

package e2e

import (
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/e2e/harness"
	xterm "gm/vt/oracle"
)

// pictureStep is a program that shows pictures, and the keys that are typed then, each of
// which changes what the window shows.
type pictureStep struct {
	name, command string
	keys          []string
}

// TestProgramsShowPictures has programs show pictures in xterm and in kitty, with gm and
// without. The two windows are the same, to the pixel.
func TestProgramsShowPictures(t *testing.T) {
	t.Parallel()
	const asRoot = `--cmd="set preview_script $PWD/ranger/scope.sh" --cmd="set preview_files true" --cmd="set use_preview_script true"`
	for _, terminal := range []struct {
		name   string
		steps  []pictureStep
		colors int // fewer are text alone
		start  func(t *testing.T, env []string, command ...string) pictureWindow
	}{
		{"xterm", []pictureStep{
			{"img2sixel", "img2sixel -w 200 files/a.png", nil},
			{"img2sixel, 16 colours, scrolled", "seq 20; img2sixel -p 16 -w 300 files/a.png; seq 3", nil},
			{"timg", "timg -g 60x20 files/b.png", nil}, // in blocks: it knows no sixels
			{"w3m", "w3m -sixel -o auto_image=TRUE page.html", []string{"J", "K"}},
		}, 12, startXTermWindow},
		{"kitty", []pictureStep{
			{"timg", "timg -pk -g 60x20 files/a.png", nil},
			{"timg, compressed", "timg --compress -pk --grid=2x1 -g 60x20 files/a.png files/b.png", nil},
			{"ranger", "TERM=xterm-kitty XDG_CONFIG_HOME=$PWD XDG_DATA_HOME=$PWD XDG_CACHE_HOME=$PWD ranger " + asRoot + " files", []string{"j", "k", "q"}},
			// icat may discard the replies to its queries, without gm too.
			{"icat", `until kitty +kitten icat files/a.png files/b.png; do printf '\033[H\033[2J'; done`, nil},
		}, 8000, startKittyWindow},
	} {
		t.Run(terminal.name, func(t *testing.T) {
			t.Parallel()
			dir := harness.TempDir(t)
			writePictureFiles(t, dir)
			script := "stty -echo; cd " + dir + "\n"
			for i, step := range terminal.steps {
				script += fmt.Sprintf("while ! [ -e %d ]; do sleep 0.1; done; printf '\\033[?25l\\033[H\\033[2J'; %s; printf '\\033[?25l%s'\n", i, step.command, step.name)
			}
			script += "sleep 1000"
			env := environment(t)
			direct := terminal.start(t, env, "sh", "-c", script)
			gm := terminal.start(t, env, racing, "--local", "--scrollback=off", "--", "sh", "-c", script)
			var shown []byte
			for i, step := range terminal.steps {
				writeFile(t, filepath.Join(dir, fmt.Sprint(i)), nil)
				shown = gm.expectAs(direct.xWindow, step.name, shown, terminal.colors)
				for _, key := range step.keys {
					direct.Type(key)
					gm.Type(key)
					least := terminal.colors
					if key == "q" {
						least = 0
					}
					shown = gm.expectAs(direct.xWindow, step.name+" after "+key, shown, least)
				}
			}
		})
	}
}

// writePictureFiles writes two pictures, and files for programs that show them.
func writePictureFiles(t *testing.T, dir string) {
	for _, name := range []string{"files", "ranger"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, size := range map[string]image.Point{"a.png": {300, 200}, "b.png": {180, 250}} {
		m := image.NewNRGBA(image.Rectangle{Max: size})
		for y := range size.Y {
			for x := range size.X {
				m.SetNRGBA(x, y, color.NRGBA{uint8(255 - y), uint8(x), uint8(size.X - y), 0xff})
			}
		}
		writePNG(t, filepath.Join(dir, "files", name), m)
	}
	writeFile(t, filepath.Join(dir, "page.html"), []byte("<p>Text</p><img src=files/a.png height=208><p>More</p><img src=files/b.png height=260>"+strings.Repeat("<p>Below</p>", 20)))
	writeFile(t, filepath.Join(dir, "ranger", "rc.conf"), []byte("set preview_images true\nset preview_images_method kitty\nset display_free_space_in_status_bar false\n"))
	preview := filepath.Join(dir, "ranger", "scope.sh")
	writeFile(t, preview, []byte("#!/bin/sh\nexit 7\n")) // the file is a picture
	if err := os.Chmod(preview, 0o700); err != nil {
		t.Fatal(err)
	}
}

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// pictureWindow is a terminal in an X server of its own.
type pictureWindow struct {
	*xWindow
	emulator
}

func startXTermWindow(t *testing.T, env []string, command ...string) pictureWindow {
	x := harness.NewXTerm(t, inXTerm(env, command), "decTerminalID: vt340", "numColorRegisters: 256", "allowWindowOps: true", "saveLines: 20000")
	return pictureWindow{&xWindow{t: t, display: x.Display()}, x}
}

func startKittyWindow(t *testing.T, env []string, command ...string) pictureWindow {
	display := xterm.StartDisplay(t)
	k := harness.NewKitty(t, display, env, command...)
	return pictureWindow{&xWindow{t: t, display: display}, k}
}
