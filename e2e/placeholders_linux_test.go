//go:build e2e

package e2e

import (
	"bytes"
	"encoding/base64"
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
		step 1; printf '\033[?47h\033[H\033[2J\033[4;9H'; chafa -f kitty -s 20x6 %[2]s; echo; echo alternate
		step 2; printf '\033[?47l\033[14Hback'
		step 3; printf '\033[?47h\033[12Hagain'
		step 4; printf '\033[?47l\033[15Hback again'
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
		last = gm.expectAs(direct, fmt.Sprintf("step %d", step), last, 13)
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

// TestPicturesWhereKittyPlacesThem checks offsets in cells, relative placements, placements that
// move, and placeholders of ids of 32 bits, of which each has another colour. None is scaled but
// those of placeholders, as kitty fades the edges of others.
func TestPicturesWhereKittyPlacesThem(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("\x1b[?25l\x1b[2J")
	for n, command := range []struct {
		at   string
		keys string
		text string
	}{
		{"4;2", "i=1,X=5,Y=6", ""},
		{"4;8", "i=2,X=100,Y=100", ""},
		{"7;2", "i=6,p=1", ""},
		{"9;9", "i=7,p=2,P=6,Q=1,H=4,V=1", ""},
		{"9;9", "i=8,p=3,P=7,Q=2,H=4,V=-1", ""},
		{"12;2", "i=9,p=1", ""},
		{"9;9", "i=10,P=9,Q=1,H=5", "\x1b[14;20H\x1b_Ga=p,i=9,p=1,q=2\x1b\\"},
		{"18;2", "i=11,U=1,c=4,r=1", "\x1b[38;5;11m" + strings.Repeat(placeholder, 4)},
		{"18;8", "i=16777227,U=1,c=4,r=1", "\x1b[38;5;11m" + placeholder + "\u0305\u0305\u030d" + strings.Repeat(placeholder, 3)},
		{"18;14", "i=12,U=1,p=7,c=2,r=1", "\x1b[38;5;12;58:5:7m" + strings.Repeat(placeholder, 2)},
		{"9;9", "i=13,P=12,Q=7,H=6,V=1", ""},
		{"7;30", "i=14,C=1", "\x1b[18;40H"},
		{"22;70", "i=15,C=1", "\x1b[22;60H\x1b[mscrolled\x1b[24H\n\n"},
	} {
		pixels := bytes.Repeat([]byte{byte(40 + 13*n), byte(250 - 15*n), byte(n % 3 * 90)}, 30*30)
		fmt.Fprintf(&text, "\x1b[%sH\x1b_Ga=T,q=2,f=24,s=30,v=30,%s;%s\x1b\\\x1b[%[1]sH%[4]s\x1b[m", command.at, command.keys, base64.StdEncoding.EncodeToString(pixels), command.text)
	}
	file := filepath.Join(harness.TempDir(t), "commands")
	writeFile(t, file, []byte(text.String()))
	env := environment(t)
	open := func(command ...string) *xWindow {
		display := xterm.StartDisplay(t)
		harness.NewNewerKitty(t, display, env, append(command, "sh", "-c", "stty -echo; cat "+file+"; sleep 1000")...)
		return &xWindow{t: t, display: display, shade: 1}
	}
	gm := open(racing, "--local", "--scrollback=off", "--")
	gm.expectAs(open(), "the pictures", nil, 13)
}
