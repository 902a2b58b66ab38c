//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"gm/e2e/harness"
	xterm "gm/vt/oracle"
)

// placeholder is the character of a picture's cells (kitty, graphics protocol).
const placeholder = "\U0010eeee"

// TestPicturesOfBothScreens shows pictures on the main screen and on the alternate one, twice,
// in a kitty with placeholders. The window is that of the program run directly. Neither the
// scrollback nor the end of the session has placeholders.
func TestPicturesOfBothScreens(t *testing.T) {
	t.Parallel()
	dir := harness.TempDir(t)
	file := filepath.Join(dir, "picture.png")
	writePicture(t, file)
	script := fmt.Sprintf(`stty -echo; step() { while ! [ -e %s/$1 ]; do sleep 0.05; done; }
		printf '\033[?25l\033[H\033[2J\033[3;5H'; chafa -f kitty -s 30x8 %[2]s; echo; echo main
		for i in 1 3; do
			step $i; printf '\033[?1049h\033[H\033[2J\033[4;9H'; chafa -f kitty -s 20x6 %[2]s; echo; echo alternate
			step $((i+1)); printf '\033[?1049lback %%s\n' $i
		done
		step 5; printf '\033[24H'; seq 30; step 6`, dir, file)
	env := environment(t)
	open := func(command ...string) (*harness.Kitty, *xWindow) {
		display := xterm.StartDisplay(t)
		return harness.NewNewerKitty(t, display, env, command...), &xWindow{t: t, display: display, shade: 1}
	}
	_, direct := open("sh", "-c", script)
	kitty, gm := open("sh", "-c", `"$0" --local -- sh -c "$1"; echo it has ended; sleep 1000`, racing, script)
	next := func(step int) { writeFile(t, filepath.Join(dir, fmt.Sprint(step)), nil) }
	var last []byte
	for step := range 5 {
		next(step)
		last = gm.expectAs(direct, fmt.Sprintf("step %d", step), last)
		if !strings.Contains(kitty.Screen().String(), placeholder) {
			t.Errorf("step %d: there are no placeholders", step)
		}
	}
	next(5)
	harness.Until(t, "the lines", harness.Patience, func() bool { return kitty.Screen().HasLine("30") }, nil)
	if text := kitty.Transcript(); strings.Contains(text.String(), placeholder) || !text.HasLine("main") {
		t.Errorf("the scrollback has %q", text)
	}
	next(6)
	harness.Until(t, "the end", harness.Patience, func() bool { return kitty.Screen().HasLine("it has ended") }, nil)
}

// expectAs waits until two windows show the same, with a picture, and something else than
// before.
func (w *xWindow) expectAs(direct *xWindow, what string, before []byte) (now []byte) {
	w.t.Helper()
	harness.Until(w.t, what, harness.Patience, func() bool {
		now = direct.pixels()
		return !bytes.Equal(now, before) && colors(now) > 12 && w.same(w.pixels(), now)
	}, nil)
	return now
}
