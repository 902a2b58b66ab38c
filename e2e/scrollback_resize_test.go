//go:build e2e

package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gm/e2e/harness"
)

// scrollSizes are the sizes of a window with lines in its scrollback, which becomes lower,
// higher, narrower and wider.
var scrollSizes = [][2]int{{80, 15}, {80, 24}, {60, 24}, {80, 24}, {50, 10}, {100, 30}, {45, 8}, {120, 40}, {80, 24}}

// numbered writes lines from $1 to $2, of which most are longer than some of scrollSizes.
// xterm does not break lines anew: they are shorter there.
const numbered = `for i in $(seq $1 $2); do printf "line $i %0*d end\\n" $3 0; done`

// TestScrollbackOfResizedWindows resizes a window with lines in its scrollback: each is
// there once and in order.
func TestScrollbackOfResizedWindows(t *testing.T) {
	inEmulators(t, func(t *testing.T, e startable) {
		width := 56
		if e.name == "xterm" {
			width = 20
		}
		write := func(from, to int) string {
			return fmt.Sprintf("set -- %d %d %d; %s", from, to, width, numbered)
		}
		script := strings.Join([]string{write(1, 60), "read line", write(61, 100), "read line"}, "\n")
		outer := []string{"bash", "-c", withLinesBefore, "bash", racing, "--local", scrollbackLimit, "--"}
		x := e.start(t, environment(t), append(outer, "bash", "-c", script)...)
		shows(t, "line 60 ", x)
		eachOnce(t, "before", x, 60)
		for _, size := range scrollSizes {
			x.Resize(size[0], size[1])
			eachOnce(t, fmt.Sprint("size ", size), x, 60)
		}
		for _, size := range scrollSizes { // one after the other
			x.Resize(size[0], size[1])
		}
		eachOnce(t, "after all sizes at once", x, 60)
		x.Type("\r")
		shows(t, "line 100 ", x)
		x.Type("\r")
		shows(t, "over", x)
		eachOnce(t, "at the end", x, 100)
	})
}

// TestScrollbackOfOutputWhileResizing resizes the window while the program prints. kitty is
// not among the terminals: what was written for a window before the last one may be
// performed in that.
func TestScrollbackOfOutputWhileResizing(t *testing.T) {
	inThese(t, slices.DeleteFunc(slices.Clone(emulators), func(e startable) bool { return e.name == "kitty" }), func(t *testing.T, e startable) {
		width := 56
		if e.name == "xterm" {
			width = 20
		}
		script := fmt.Sprintf(`read line; for i in $(seq 1 200); do printf "line $i %%0%dd end\n" 0; sleep 0.02; done; read line`, width)
		x := e.start(t, environment(t), "bash", "-c", withLinesBefore, "bash", racing, "--local", scrollbackLimit, "--", "bash", "-c", script)
		shows(t, "before 40", x)
		x.Type("\r")
		shows(t, "line 3 ", x)
		for _, size := range scrollSizes {
			x.Resize(size[0], size[1])
		}
		shows(t, "line 200 ", x)
		x.Type("\r")
		shows(t, "over", x)
		eachOnce(t, "at the end", x, 200)
	})
}

// padding matches the blanks that kitty leaves in a line that crosses the top of the window,
// also without gm: it breaks the lines of the scrollback and of the window apart.
var padding = regexp.MustCompile(` {2,}`)

var numberedLine = regexp.MustCompile(`^(before|line) (\d+)( 0+ end)?$`)

// eachOnce waits until the transcript of x has the lines from before the session and n of
// it, each once and in order, and has stayed so for several looks.
func eachOnce(t *testing.T, name string, x emulator, n int) {
	t.Helper()
	want := allLines(n)
	var got []string
	var seen harness.Screen
	looks := 0
	harness.Until(t, name+": each line once", harness.Patience/4, func() bool {
		seen = x.Transcript()
		got = numberedLines(seen)
		if looks++; !slices.Equal(got, want) {
			looks = 0
		}
		return looks == 15
	}, func() string { return strings.Join(got, ", ") + "\n" + harness.Frame(seen) })
}

// allLines returns the lines from before the session and n of it as numberedLines does.
func allLines(n int) (lines []string) {
	for i := range 40 {
		lines = append(lines, fmt.Sprint("before ", i+1))
	}
	for i := range n {
		lines = append(lines, fmt.Sprint("line ", i+1))
	}
	return lines
}

// numberedLines returns the kind and the number of each line of a transcript.
func numberedLines(transcript harness.Screen) (lines []string) {
	for _, line := range transcript {
		if m := numberedLine.FindStringSubmatch(padding.ReplaceAllString(line, "")); m != nil {
			lines = append(lines, m[1]+" "+m[2])
		}
	}
	return lines
}
