//go:build judge

package vt

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/term"
)

// The judge is xterm (Debian's xterm and xvfb), asked without a screen: this
// test starts it with itself as the program inside, which writes each input and
// has xterm print its screen into a file. Run it with
//
//	go test -tags judge -run Judge ./vt
//
// judgeCols and judgeRows are small, so that random input meets the edges.
const (
	judgeCols  = 20
	judgeRows  = 8
	judgeInner = "VT_JUDGE"
)

// TestJudge compares the screen and the cursor after random input with xterm's.
func TestJudge(t *testing.T) {
	if dir := os.Getenv(judgeInner); dir != "" {
		inner(t, dir)
		return
	}
	inputs := [][]byte{nil} // the first screen comes while xterm still starts
	for seed := range uint64(judgeCases) {
		r := rand.New(rand.NewPCG(seed, 7))
		inputs = append(inputs, judgeInput(r))
	}
	bad := 0
	for i, want := range askXterm(t, inputs) {
		got := judged(inputs[i])
		if got != want && !deliberate(inputs[i]) {
			bad++
			if bad <= 10 {
				t.Errorf("input %d: %q\ngm:\n%s\nxterm:\n%s", i, inputs[i], got, want)
			}
		}
	}
	t.Logf("%d of %d differ", bad, len(inputs))
}

const judgeCases = 3000

// deliberate says that gm differs from xterm on purpose:
//   - without autowrap a wide character that does not fit takes the last two
//     columns; xterm puts it where the run that it is in began, or nowhere
//   - half of a wide character that is overwritten leaves a blank; xterm prints
//     what is left of it
//   - rectangles in origin mode are relative to the margins; xterm counts some
//     of them twice when there are no left and right margins
//   - a wrap is never pending without autowrap
//   - what is protected stays so after DECRC and DECSTR
//   - DECIC and DECDC of more columns than there are between the margins leave
//     what is outside of them
//   - DECSTR and DECSCL reset the colours too, and so does DECRC when nothing was
//     saved
//   - what DECALN and DECRARA leave is printed by xterm with fewer changes of
//     its look than it shows
func deliberate(input []byte) bool {
	has := func(s string) bool { return bytes.Contains(input, []byte(s)) }
	return has("日") && (has("[?7l") || has("'") || has(" A")) || (has("[!p") || has("\"p")) && has("m") || has("#8") && has("m") || has("?69h") && has("'") || has("$t") ||
		has("m") && (has("47h") || has("49h")) && (has("[u") || has("\x1b8")) || has("[?6h") && has("$") || has("[?7l") && has("[?7h") ||
		(has("\"q") || has("\x1bV")) && (has("\x1b8") || has("[u") || has("48l") || has("[!p") || has("\"p"))
}

// judged gives what is seen of gm's screen, and the cursor.
func judged(input []byte) string {
	term := typedInto(NewTerminal(judgeCols, judgeRows, Options{}), string(input)+"\x18")
	term.TakeReplies(nil)
	term.Write([]byte("\x1b[6n"))
	return seen(term.screen) + string(term.TakeReplies(nil)[1:])
}

// printedPage gives the same of what xterm printed. For the right half of a wide
// character it prints U+FFFF.
func printedPage(page []byte) string {
	text := strings.NewReplacer("\uffff", "", "\n", "\r\n", "\f", "").Replace(string(page))
	return seen(typedInto(NewTerminal(2*judgeCols, judgeRows+1, Options{}), text).screen)
}

// printable marks are left out: xterm composes them or loses them.
var unmarked = strings.NewReplacer("e\u0301", "é", "\u0301", "")

// seen gives the text of a screen, and for each line the columns at which what
// is drawn changes its look. It leaves out what can not be seen of a blank, and
// what xterm does not print: that attributes end, when there were no colours.
func seen(s *Screen) string {
	var text, looks []string
	for y := range judgeRows {
		var line []byte
		plain := lookOf(Rendition{})
		look, last, colored := "", plain, false
		for x := range judgeCols {
			c := s.Cell(x, y)
			line = s.AppendText(line, c)
			if c.Tail() || c.Blank() {
				continue
			}
			r := s.Rendition(c)
			if now := lookOf(r); now != last && (now != plain || colored) {
				look += fmt.Sprintf(" %d:%s", x, now)
				last, colored = now, !r.Fg.IsDefault() || !r.Bg.IsDefault()
			}
		}
		text = append(text, strings.TrimRight(unmarked.Replace(string(line)), " "))
		looks = append(looks, look)
	}
	return strings.Join(text, "\n") + "\n" + strings.Join(looks, "|") + "\n"
}

// lookOf gives what xterm prints of a rendition.
func lookOf(r Rendition) string {
	underlined := r.Underline != UnderlineNone
	return fmt.Sprintf("%x/%x/%x/%v", r.Fg, r.Bg, r.Attrs&(Bold|Blink|Inverse), underlined)
}

// askXterm gives what xterm shows after each input.
func askXterm(t *testing.T, inputs [][]byte) []string {
	dir := t.TempDir()
	for i, input := range inputs {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), input, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	printed := filepath.Join(dir, "printed")
	cmd := exec.Command("xvfb-run", "-a", "xterm", "-u8", "-geometry", fmt.Sprintf("%dx%d", judgeCols, judgeRows),
		"-xrm", "XTerm*printAttributes: 2", "-xrm", "XTerm*boldColors: false",
		"-xrm", "XTerm*printerCommand: cat >> "+printed, "-xrm", "XTerm*allowWindowOps: false",
		"-xrm", "XTerm*decTerminalID: 420", "-xrm", "XTerm*c132: false",
		"-e", os.Args[0], "-test.run", "TestJudge$")
	cmd.Env = append(os.Environ(), judgeInner+"="+dir, "LC_ALL=C.UTF-8")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("xterm: %v\n%s", err, out)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "error")); err == nil {
		t.Fatalf("inside xterm: %s", b)
	}
	all, err := os.ReadFile(printed)
	if err != nil {
		t.Fatal(err)
	}
	var screens []string
	for i := range inputs {
		page, rest, found := bytes.Cut(all, fmt.Appendf(nil, "MARK %d\r\n", i))
		if !found {
			t.Fatalf("no screen for input %d %q", i, inputs[i])
		}
		cursor, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%d.cursor", i)))
		if err != nil {
			t.Fatal(err)
		}
		all = rest
		screens = append(screens, printedPage(page)+string(cursor))
	}
	return screens
}

// inner is the program inside xterm.
func inner(t *testing.T, dir string) {
	fail := func(err error) {
		os.WriteFile(filepath.Join(dir, "error"), []byte(err.Error()), 0o600)
		os.Exit(1)
	}
	if _, err := term.MakeRaw(0); err != nil {
		fail(err)
	}
	time.AfterFunc(2*time.Minute, func() { fail(fmt.Errorf("no answer")) })
	in := bufio.NewReader(os.Stdin)
	for i := 0; ; i++ {
		input, err := os.ReadFile(filepath.Join(dir, fmt.Sprint(i)))
		if err != nil {
			os.Exit(0)
		}
		os.Stdout.WriteString("\x1b[64;1\"p\x1bc\x1b[?47h\x1bc\x1b[?47h\x1b[2J\x1b7\x1b[?47l\x1bc" + string(input) + "\x18\x1b[6n")
		cursor := report(in, 'R')
		os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.cursor", i)), []byte(cursor), 0o600)
		fmt.Fprintf(os.Stdout, "\x1b<\x1b[?19h\x1b[i\x1b[5iMARK %d\r\n\x1b[4i\x1b[5n", i)
		report(in, 'n')
	}
}

// report reads up to a report's final byte and gives it without ESC.
func report(in *bufio.Reader, final byte) string {
	s, _ := in.ReadString(final)
	return s[strings.LastIndexByte(s, '\x1b')+1:]
}

// judgePieces is the grammar: # is a number.
var judgePieces = []string{
	"a", "hello", "0123456789abcdefghijklmnop", "日本", "é", "e\u0301", "x\u0301y",
	"\r", "\n", "\r\n", "\b", "\b\b\b", "\t", "\v", "\f",
	"\x1bD", "\x1bE", "\x1bM", "\x1bH", "\x1b7", "\x1b8", "\x1b6", "\x1b9",
	"\x1b#8", "\x1b(0", "\x1b(B", "\x1b)0", "\x0e", "\x0f", "\x1bn",
	"\x1b[#A", "\x1b[#B", "\x1b[#C", "\x1b[#D", "\x1b[#E", "\x1b[#F", "\x1b[#G", "\x1b[#;#H", "\x1b[#;#H", "\x1b[#;#H",
	"\x1b[#;#f", "\x1b[#d", "\x1b[#`", "\x1b[#a", "\x1b[#e", "\x1b[#I", "\x1b[#Z",
	"\x1b[J", "\x1b[1J", "\x1b[2J", "\x1b[K", "\x1b[1K", "\x1b[2K", "\x1b[?J", "\x1b[?1K", "\x1b[?2K",
	"\x1b[#X", "\x1b[#@", "\x1b[#P", "\x1b[#L", "\x1b[#M", "\x1b[#S", "\x1b[#T", "\x1b[#b", "x\x1b[#b", "\x1b[# @", "\x1b[# A",
	"\x1b[#'}", "\x1b[#'~", "\x1b[g", "\x1b[3g",
	"\x1b[#;#r", "\x1b[#;#r", "\x1b[r", "\x1b[?69h", "\x1b[?69l", "\x1b[#;#s", "\x1b[#;#s", "\x1b[u",
	"\x1b[m", "\x1b[1;31m", "\x1b[4;42m", "\x1b[7m", "\x1b[22;24;27m", "\x1b[39;49m", "\x1b[38;5;#m", "\x1b[93;105m",
	"\x1b[#;#;#;#;1;4$r", "\x1b[#;#;#;#;7$t", "\x1b[2*x", "\x1b[1*x", "\x1b[4h", "\x1b[4l", "\x1b[20h", "\x1b[20l", "\x1b[?6h", "\x1b[?6l",
	"\x1b[1\"qpr\x1b[0\"qu", "\x1bVsp\x1bWa", "\x1b[62;1\"p", "\x1b[64;1\"p", "\x1b[?41h", "\x1b[?41l", "\x1b[?7h", "\x1b[?7l", "\x1b[?45h", "\x1b[?45l",
	"\x1b[?47h", "\x1b[?47l", "\x1b[?1047h", "\x1b[?1047l", "\x1b[?1049h", "\x1b[?1049l", "\x1b[?1048h", "\x1b[?1048l",
	"\x1b[#;#;#;#$z", "\x1b[88;#;#;#;#$x", "\x1b[#;#;#;#;1;#;#;1$v", "\x1b[#;#;#;#${", "\x1b[2J\x1b[!p",
}

func judgeInput(r *rand.Rand) []byte {
	var b bytes.Buffer
	for range 3 + r.IntN(25) {
		piece := judgePieces[r.IntN(len(judgePieces))]
		for _, part := range strings.SplitAfter(piece, "#") {
			if number, found := strings.CutSuffix(part, "#"); found && part != "\x1b#" {
				part = number + fmt.Sprint(r.IntN(judgeCols+3)%(1+r.IntN(judgeCols)))
			}
			b.WriteString(part)
		}
	}
	return b.Bytes()
}
