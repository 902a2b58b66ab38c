//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gm/e2e/harness"
)

// TestScrollbackOfFlood ends a flood by Ctrl-C.
func TestScrollbackOfFlood(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.local(racing, "--link=rtt=100ms")
	d.Line("yes")
	d.Until("flood", harness.Patience, func(s harness.Screen) bool { return s[0] == "y" && s[20] == "y" })
	began := time.Now()
	d.Press("C-c")
	d.Expect("^C")
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("Ctrl-C acts after %v", took)
	}
	d.ExpectLine("$")
	d.Line("exit")
	d.expectPrompt()
}

// TestScrollbackGap writes more lines than are kept: one line stands for those that are
// missing, and the numbers add up.
func TestScrollbackGap(t *testing.T) {
	t.Parallel()
	const lines = 100_000
	d := newDesk(t)
	d.Line(racing + " --local --link=rtt=100ms -- seq 1 " + fmt.Sprint(lines))
	d.ExpectLine(farewell)
	var kept, missing, gaps, last int
	for _, line := range d.Transcript() {
		if n, err := strconv.Atoi(line); err == nil {
			if n <= last {
				t.Fatalf("line %d is below line %d", n, last)
			}
			kept, last = kept+1, n
			continue
		}
		var gap int
		if n, _ := fmt.Sscanf(line, "[gm: %d lines are missing]", &gap); n == 1 {
			gaps, missing = gaps+1, missing+gap
		}
	}
	if gaps != 1 || kept < 10_000 || kept+missing != lines || last != lines {
		t.Errorf("%d lines kept, %d missing in %d gaps, and the last one is %d", kept, missing, gaps, last)
	}
}

// untilTranscript waits until the transcript meets a condition.
func (d *desk) untilTranscript(what string, cond func(harness.Screen) bool, report func() string) {
	d.t.Helper()
	harness.Until(d.t, what, harness.Patience, func() bool { return cond(d.Transcript()) }, report)
}

// TestScrollbackAfterAttach kills the client and enters the session again: its lines are
// below a heading, once, in another terminal and in that of before.
func TestScrollbackAfterAttach(t *testing.T) {
	t.Parallel()
	a := newAccount(t, racing)
	x := a.begin("--link=" + badLink)
	x.Line("seq 1 500; echo do''ne")
	x.ExpectLine("done")
	signalPID(t, a.client(x), syscall.SIGKILL)
	x.ExpectEnd(harness.Patience)
	d := a.desk()
	d.Line("seq -f 'before %g' 1 40; " + a.gm + " attach --local " + a.name)
	d.ExpectLine("done")
	var s harness.Screen
	d.untilTranscript("each line below the heading", func(now harness.Screen) bool {
		s = now
		return strings.Contains(s.String(), "]\n$ seq 1 500; echo do''ne\n"+numbers(1, 500)+"done\n")
	}, func() string { return harness.Frame(s) })
	heading := 0
	for i, line := range s {
		if strings.HasPrefix(line, "[gm: "+a.name) {
			heading = i
		}
	}
	if heading == 0 || !strings.Contains(strings.Join(s[:heading], "\n"), strings.TrimSuffix(linesBefore(), "\n")) {
		t.Errorf("the heading is line %d, below the lines from before:\n%s", heading, harness.Frame(s))
	}
	if n := strings.Count(s.String(), "\n250\n"); n != 1 {
		t.Errorf("a line is there %d times", n)
	}
	d.Line("exit")
	d.expectPrompt()
	a.family.Processes()
}

// numbers returns lines with the numbers from first to last.
func numbers(first, last int) string {
	var b strings.Builder
	for i := first; i <= last; i++ {
		fmt.Fprintln(&b, i)
	}
	return b.String()
}

func linesBefore() string {
	var b strings.Builder
	for i := range 40 {
		fmt.Fprintln(&b, "before", i+1)
	}
	return b.String()
}

// TestScrollbackAfterSuspend stops the client and goes on, with lines on the screen and
// above it.
func TestScrollbackAfterSuspend(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.local(racing)
	d.Line("seq 1 100")
	d.ExpectLine("100")
	for i := range 3 {
		d.Type("\x1e\x1a")
		d.Expect("Stopped")
		d.expectPrompt()
		d.Line("clear -x; fg")
		d.Line(fmt.Sprintf("seq %d %d", 101+40*i, 140+40*i))
		d.ExpectLine(fmt.Sprint(140 + 40*i))
	}
	d.Line("exit")
	d.expectPrompt()
	var got []string
	for _, line := range d.Transcript() {
		if _, err := strconv.Atoi(line); err == nil {
			got = append(got, line)
		}
	}
	if strings.Join(got, "\n")+"\n" != numbers(1, 220) {
		t.Errorf("the lines are %v", got)
	}
}

// TestNoticesStayOutOfScrollback scrolls the screen below a notice and below predicted
// characters that the program does not echo.
func TestNoticesStayOutOfScrollback(t *testing.T) {
	t.Parallel()
	signal := filepath.Join(harness.TempDir(t), "signal")
	script := `stty -echo; seq 1 30; echo begun; until [ -e "$1" ]; do sleep 0.05; done; seq 31 100
		while read line; do echo "answer $((++n))"; done`
	w := newTwinsWith(t, emulators[0], []string{"--predict=experimental", "--link=rtt=200ms"}, "bash", "-c", script, "bash", signal)
	w.step("", "begun")
	w.with.Type("\x1e")
	shows(t, "gm: Ctrl-Z suspends", w.with)
	if err := os.WriteFile(signal, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w.step("", "100")
	shows(t, "gm: Ctrl-Z suspends", w.with)
	w.with.Type(" \x15") // ends the notice
	w.step(strings.Repeat("typed blindly\r", 40), "answer 40")
	w.step("\x04", "over")
	w.same()
}
