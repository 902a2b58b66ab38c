//go:build e2e

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"gm/e2e/harness"
	"gm/vt"
)

// withLinesBefore writes lines that scroll off, runs its arguments and writes the line "over".
const withLinesBefore = `seq -f "before %g" 1 40; "$@"; echo over; read end`

// farewell is gm's last line.
const farewell = "[gm is exiting.]"

// scrollbackLimit is more lines than a test writes.
const scrollbackLimit = "--scrollback-lines=20000"

// twins are two terminals of one kind with the same program in them, with gm and without.
type twins struct {
	t          *testing.T
	with, bare emulator
}

// newTwins runs command in two terminals, below lines that are there before.
func newTwins(t *testing.T, e startable, command ...string) twins {
	t.Helper()
	return newTwinsWith(t, e, nil, command...)
}

// newTwinsWith is newTwins with further options of gm.
func newTwinsWith(t *testing.T, e startable, options []string, command ...string) twins {
	t.Helper()
	outer := []string{"bash", "-c", withLinesBefore, "bash"}
	inner := slices.Concat([]string{"env", "TERM=xterm-256color", "LESS="}, command)
	gm := slices.Concat([]string{racing, "--local", scrollbackLimit}, options, []string{"--"})
	return twins{
		t:    t,
		bare: e.start(t, environment(t), slices.Concat(outer, inner)...),
		with: e.start(t, environment(t), slices.Concat(outer, gm, inner)...),
	}
}

// step types keys in both terminals and waits for text on both screens.
func (w twins) step(keys, text string) {
	w.t.Helper()
	for _, x := range []emulator{w.with, w.bare} {
		if keys != "" {
			x.Type(keys)
		}
	}
	shows(w.t, text, w.with, w.bare)
}

// same waits until both programs have ended and compares the transcripts.
func (w twins) same() {
	w.t.Helper()
	w.sameFrom("")
}

// sameFrom is same for the lines from first on, which is there once; all if it is empty.
func (w twins) sameFrom(first string) {
	w.t.Helper()
	w.step("", "over")
	with, bare := w.with.Transcript(), w.bare.Transcript()
	if first != "" {
		with, bare = with[max(slices.Index(with, first), 0):], bare[max(slices.Index(bare, first), 0):]
	}
	with = slices.DeleteFunc(with, func(line string) bool { return line == farewell })
	compareTranscripts(w.t, with, bare)
}

// compareTranscripts reports the lines between the first and the last that differ.
func compareTranscripts(t *testing.T, got, want harness.Screen) {
	t.Helper()
	got, want = withoutEmptyEnd(got), withoutEmptyEnd(want)
	start, common := 0, min(len(got), len(want))
	for start < common && got[start] == want[start] {
		start++
	}
	if start == len(got) && start == len(want) {
		return
	}
	end := 0
	for end < common-start && got[len(got)-1-end] == want[len(want)-1-end] {
		end++
	}
	t.Errorf("of %d lines with gm and %d without, the first %d and the last %d are the same\nwith gm:\n%s\nwithout:\n%s",
		len(got), len(want), start, end, excerpt(got, start, len(got)-end), excerpt(want, start, len(want)-end))
}

func withoutEmptyEnd(lines harness.Screen) harness.Screen {
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// excerpt returns the lines from start to end, at most 30, and two around them.
func excerpt(lines harness.Screen, start, end int) string {
	start, end = max(start-2, 0), min(end+2, len(lines))
	const most = 30
	if end-start > most {
		end = start + most
	}
	return "  |" + strings.Join(lines[start:end], "\n  |")
}

// inEmulators runs test in each terminal at the same time.
func inEmulators(t *testing.T, test func(t *testing.T, e startable)) { inThese(t, emulators, test) }

func inThese(t *testing.T, emulators []startable, test func(t *testing.T, e startable)) {
	for _, e := range emulators {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			test(t, e)
		})
	}
}

// Programs that write to the main screen.
const (
	manyLines = "seq 1 3000"
	longLines = `for i in $(seq 1 60); do printf "long $i "; printf "%0$((i*7))d" 0; echo; done
		printf '%080d\n%0160d\n' 1 2; for i in $(seq 1 9); do printf "%0$((i+70))d中文中文中文\n"; done`
	colours = `for i in $(seq 16 76); do printf "\033[38;5;${i}mcolour $i\033[m \033[1;48;5;${i}mback\033[m\n"; done`
	// progress overwrites its last row.
	progress = `for i in $(seq 1 100); do printf "\rdone: $i of 100"; done; echo`
	// barAtBottom scrolls all rows but the last, as apt does.
	barAtBottom = `rows=$(stty size | cut -d" " -f1); printf "\n\0337\033[0;$((rows-1))r\0338\033[1A"
		for i in $(seq 1 60); do echo "unpacking $i"; printf "\0337\033[$rows;0f\033[42mprogress: $i\033[m\0338"; done
		printf "\0337\033[0;${rows}r\0338\033[J"`
	// chooser paints some rows below the cursor, several times, and erases them, as
	// fzf --height does.
	chooser = `for i in $(seq 1 20); do echo "choose $i"; for n in 1 2 3 4 5 6; do printf "\r\033[Kentry $n of $i\n"; done
		printf "\033[6A\033[J"; done; echo chosen`
)

// TestScrollbackOfOutput compares what programs leave on the main screen.
func TestScrollbackOfOutput(t *testing.T) {
	t.Parallel()
	log := "git --no-pager -C " + repository(t) + " log --color"
	script := strings.Join([]string{manyLines, longLines, colours, progress, barAtBottom, chooser, log}, "\n")
	inEmulators(t, func(t *testing.T, e startable) {
		newTwins(t, e, "bash", "-c", script).same()
	})
}

// repository returns the path of a git repository with commits.
func repository(t *testing.T) string {
	t.Helper()
	dir := harness.TempDir(t)
	cmd := exec.Command("sh", "-ec", `git init -q .; for i in $(seq 1 30); do git commit -q --allow-empty -m "change $i"; done`)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}

// TestScrollbackOfFullScreenPrograms compares the transcripts after programs that use the
// alternate screen, between lines on the main screen. xterm may lose its oldest lines as it
// switches between the screens; they are not compared.
func TestScrollbackOfFullScreenPrograms(t *testing.T) {
	file := sample(t)
	script := `seq -f "first %g" 1 100; vim -N -u NONE -i NONE -n "$1"; seq -f "second %g" 1 100
		less "$1"; seq -f "third %g" 1 100; htop; seq -f "fourth %g" 1 10
		tmux -u -S "$1.$$" -f /dev/null new-session -n inner -- sh -c "seq 1 100; read line"`
	inEmulators(t, func(t *testing.T, e startable) {
		w := newTwins(t, e, "bash", "-c", script, "bash", file)
		w.step("", "package sample")
		w.step("50G", "line 48 ")
		w.step(":q\r", "package sample")
		w.step(" ", "line 40 ")
		w.step("q", "F10Quit")
		w.step("q", "0:inner")
		w.step("\r", "over")
		w.sameFrom("first 1")
	})
}

// TestScrollbackAfterClear compares what is left after programs that clear the screen and
// the saved lines.
func TestScrollbackAfterClear(t *testing.T) {
	t.Parallel()
	inEmulators(t, func(t *testing.T, e startable) {
		newTwins(t, e, "bash", "-c", "seq 1 100; clear; seq 101 200").same()
	})
}

// rightPrompts are shells whose prompts have the number of the command, and a part at the
// right edge of the window, each with a command for a long line. When keys wrap, zsh
// erases the row that continues their line. tmux then separates the two rows; gm passes the
// line on whole. The long line of zsh is therefore in its output.
var rightPrompts = map[string]struct {
	shell []string
	long  string
}{
	"bash": {[]string{"env", `PS1=\[\e7\e[999C\e[5D\]right\[\e8\]\#$ `, "bash", "--norc", "--noprofile"}, "echo " + strings.Repeat("x", 150)},
	"zsh":  {[]string{"env", "PS1=%h$ ", "RPROMPT=right", "zsh", "-f"}, "printf '%0150d\\n' 1"},
}

// TestScrollbackOfShell types commands into shells whose prompt has a right side. Ctrl-L
// moves the screen into the scrollback, as it does in tmux, and once.
func TestScrollbackOfShell(t *testing.T) {
	t.Parallel()
	for name, c := range rightPrompts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTwins(t, emulators[0], c.shell...)
			w.step("", "right")
			w.step("seq 1 60\r", "2$")
			w.step(c.long+"\r", "3$")
			w.step("\f", "right")
			w.gone("60")
			w.step("seq 61 130\r", "4$")
			w.step("exit\r", "over")
			w.same()
		})
	}
}

// gone waits until no line of either screen is text.
func (w twins) gone(text string) {
	w.t.Helper()
	for _, x := range []emulator{w.with, w.bare} {
		harness.Until(w.t, "screen without "+text, harness.Patience, func() bool { return !x.Screen().HasLine(text) }, nil)
	}
}

// TestScrollbackColours compares the transcripts with their renditions.
func TestScrollbackColours(t *testing.T) {
	t.Parallel()
	w := newTwins(t, emulators[0], "bash", "-c", colours+"\n"+longLines)
	w.same()
	with, bare := w.with.(*harness.Terminal).StyledTranscript(), w.bare.(*harness.Terminal).StyledTranscript()
	with = slices.DeleteFunc(with, func(line string) bool { return strings.Contains(line, farewell) })
	if !bytes.Equal(painted(with), painted(bare)) {
		compareTranscripts(t, with, bare)
		t.Error("the renditions differ")
	}
}

// painted returns the bytes that paint a screen of lines with SGR sequences.
func painted(lines harness.Screen) []byte {
	screen := vt.NewTerminal(vt.MaxCols, len(lines)+1, vt.Options{})
	screen.Write([]byte(strings.Join(lines, "\r\n")))
	return vt.AppendRepaint(nil, nil, screen.Snapshot(), vt.Full())
}

// TestScrollbackOverBadNetworks runs seq in sessions over networks that lose, delay and
// swap datagrams, or carry none for a while: each line is there once and in order.
func TestScrollbackOverBadNetworks(t *testing.T) {
	t.Parallel()
	slowly := `for i in $(seq 1 10000); do echo $i; [ $((i%500)) = 0 ] && sleep 0.1; done`
	for _, c := range []struct{ name, link, command string }{
		{"clean", "rtt=1ms", "seq 1 10000"},
		{"lost", "rtt=100ms,loss=20%", "seq 1 10000"},
		{"swapped", "rtt=60ms,jitter=20ms,loss=30%,reorder=25%,dup=5%", "seq 1 10000"},
		{"outage", "rtt=40ms,outage=1s+1500ms", slowly},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			newTwinsWith(t, emulators[0], []string{"--link=" + c.link}, "bash", "-c", c.command).same()
		})
	}
}

// TestScrollbackOff leaves the terminal as it was before, but for the last screen.
func TestScrollbackOff(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]string{
		"off":          {"--scrollback=off"},
		"stock server": {"--server=mosh-server"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTwinsWith(t, emulators[0], options, "sh", "-c", "seq 1 200; read line")
			w.step("", "200")
			w.with.(*harness.Terminal).ExpectFormat("#{alternate_on}", "1")
			w.step("\r", "over")
			for _, line := range w.with.Transcript() {
				if line == "150" {
					t.Error("a line has been moved into the scrollback")
				}
			}
			if s := w.with.Transcript(); !s.HasLine("before 1") || !s.HasLine("before 40") {
				t.Errorf("lines from before are gone:\n%s", harness.Frame(s))
			}
		})
	}
}
