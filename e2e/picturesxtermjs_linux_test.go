//go:build e2e

package e2e

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"gm/e2e/harness"
)

// TestPicturesInXTermJS has programs show pictures in the terminal of VS Code and browsers, with gm
// and without: as sixels, and as files of iTerm2, for which gm takes the terminal for that. The
// same cells have the same pixels.
func TestPicturesInXTermJS(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		protocol string
		env      []string
		programs []string
	}{
		{"sixel", nil, []string{"img2sixel files/a.png", "chafa -f sixels -s 30x12 files/b.png", "seq 30; img2sixel files/b.png", "printf '\\033[13H'; img2sixel files/a.png; printf '\\033[H'"}},
		{"iterm2", []string{"TERM_PROGRAM=iTerm.app"}, []string{"imgcat '' files/a.png; echo", "imgcat 'width=20;height=10;preserveAspectRatio=0;' files/b.png; echo", "seq 30; imgcat '' files/b.png; echo", "printf '\\033[13H'; imgcat '' files/a.png; printf '\\033[H'"}},
	} {
		t.Run(test.protocol, func(t *testing.T) {
			t.Parallel()
			dir := harness.TempDir(t)
			writePictureFiles(t, dir)
			// chafa and timg omit the size, without which xterm.js shows nothing.
			script := `stty -echo; imgcat() { printf '\033]1337;File=inline=1;%ssize=%s:%s\a' "$1" $(wc -c <$2) $(base64 -w0 $2); }; cd ` + dir + "\n"
			for i, program := range test.programs {
				script += fmt.Sprintf("printf '\\033[H\\033[2J\\n\\n'; %s; echo step %d; while ! [ -e %d ]; do sleep 0.1; done\n", program, i, i)
			}
			script += "printf '\\033[2J'; echo step end; sleep 1000"
			env := slices.Concat(environment(t), test.env)
			direct := harness.NewXTermJSPictures(t, test.protocol, inXTerm(env, []string{"sh", "-c", script}))
			gm := harness.NewXTermJSPictures(t, test.protocol, inXTerm(env, []string{racing, "--local", "--scrollback=off", "--", "sh", "-c", script}))
			for i, program := range test.programs {
				step := fmt.Sprint("step ", i)
				harness.Until(t, program, harness.Patience, func() bool { return direct.Screen().HasLine(step) }, nil)
				want := direct.Pictures()
				if len(want) < 50 {
					t.Fatalf("%s shows a picture in %d cells", program, len(want))
				}
				var got []string
				harness.Until(t, program+", as without gm", harness.Patience/4, func() bool {
					got = gm.Pictures()
					return gm.Screen().HasLine(step) && slices.Equal(got, want)
				}, func() string {
					return fmt.Sprintf("%d cells, want %d\n%v\n%v\n%s", len(got), len(want), got[:min(3, len(got))], want[:3], gm.Screen())
				})
				writeFile(t, filepath.Join(dir, fmt.Sprint(i)), nil)
			}
			harness.Until(t, "no picture", harness.Patience, func() bool {
				return gm.Screen().HasLine("step end") && len(gm.Pictures()) == 0
			}, nil)
		})
	}
}
