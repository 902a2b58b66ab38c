//go:build e2e

package e2e

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"gm/e2e/harness"
)

// TestPicturesInScrollback scrolls pictures into the terminal's own scrollback. It has the text
// around them, and blanks for them.
func TestPicturesInScrollback(t *testing.T) {
	t.Parallel()
	for _, terminal := range []struct {
		name, format string
		start        func(t *testing.T, env []string, command ...string) (x emulator, shows func() bool)
	}{
		{"xterm", "sixels", func(t *testing.T, env []string, command ...string) (x emulator, shows func() bool) {
			w := startXTermWindow(t, env, command...)
			return w, func() bool { return colors(w.pixels()) > 50 }
		}},
		{"kitty", "kitty", func(t *testing.T, env []string, command ...string) (x emulator, shows func() bool) {
			w := startKittyWindow(t, env, command...)
			return w, func() bool { return colors(w.pixels()) > 8000 }
		}},
		{"xterm.js", "sixels", func(t *testing.T, env []string, command ...string) (x emulator, shows func() bool) {
			js := harness.NewXTermJSPictures(t, "sixel", inXTerm(env, command))
			return js, func() bool { return len(js.Pictures()) > 50 }
		}},
	} {
		t.Run(terminal.name, func(t *testing.T) {
			t.Parallel()
			dir := harness.TempDir(t)
			writePictureFiles(t, dir)
			next := filepath.Join(dir, "next")
			script := fmt.Sprintf(`stty -echo; cd %s; printf 'above\n'; chafa -f %s -s 30x10 files/a.png; echo below; seq 5; echo shown
				while ! [ -e %s ]; do sleep 0.1; done; seq 50; printf end; sleep 1000`, dir, terminal.format, next)
			x, shows := terminal.start(t, environment(t), racing, "--local", "--", "sh", "-c", script)
			harness.Until(t, "the picture", harness.Patience, shows, nil)
			writeFile(t, next, nil)
			want := harness.Screen{"above", "", "below", "1", "2", "3", "4", "5", "shown"}
			for n := range 50 {
				want = append(want, fmt.Sprint(n+1))
			}
			want = append(want, "end")
			var got harness.Screen
			harness.Until(t, "all lines", harness.Patience/6, func() bool {
				got = x.Transcript()
				got = got[max(slices.Index(got, "above"), 0):] // after the number of xterm's window
				blanks := slices.Index(got, "below") - 1
				return blanks > 5 && slices.Equal(slices.Compact(got), want)
			}, func() string { return harness.Frame(x.Transcript()) })
		})
	}
}
