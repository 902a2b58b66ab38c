package client

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// grammar has all sequences that the client may write to the user's terminal during a
// session. None of them makes a terminal reply, resize, print, store a macro or type.
var grammar = []*regexp.Regexp{
	regexp.MustCompile(`^[\x07-\x0a\r]`),
	regexp.MustCompile(`^\x0f`), // SI, before it is known what the terminal shows
	regexp.MustCompile(`^\x1b\(B`),
	regexp.MustCompile(`^\x1b[MDE=>]`),
	regexp.MustCompile(`^\x1b#[3-6]`), // size of a line
	// Motion, erasure, insertion and deletion, scrolling, repetition, SGR.
	regexp.MustCompile(`^\x1b\[[0-9;]*[ABCDEFGHJKLMPSTX@bdf]`),
	regexp.MustCompile(`^\x1b\[[0-9;:]*m`),
	regexp.MustCompile(`^\x1b\[[0-9;]*r`), // margins
	regexp.MustCompile(`^\x1b\[4[hl]`),    // IRM
	regexp.MustCompile(`^\x1b\[20l`),      // LNM
	regexp.MustCompile(`^\x1b\[[0-6] q`),  // shape of the cursor
	regexp.MustCompile(`^\x1b\[\?1007r`),  // XTRESTORE
	regexp.MustCompile(`^\x1b\[=[0-9]{1,2}u`),
	regexp.MustCompile(`^\x1b\[>4(;[0-3])?m`),
}

// privateModes are the private modes that may be set and reset.
var privateModes = []string{
	"1", "5", "6", "7", "9", "25", "67", "69", "1000", "1001", "1002", "1003", "1004", "1005", "1006", "1007", "1015", "1016", "1049", "2004",
}

var (
	privateMode = regexp.MustCompile(`^\x1b\[\?([0-9;]+)[hl]`)
	titleStack  = regexp.MustCompile(`^\x1b\[2[23];0t|^\x1b\[\?1007[rs]`)
	setColors   = regexp.MustCompile(`^\x1b\](4(;[0-9]{1,3};rgb:[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{2}){1,16}|1[0-9];rgb:[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{2}|104(;[0-9]{1,3}){1,16}|11[0-9])\x07`)
	osc         = regexp.MustCompile(`^\x1b\](0|1|2|7|8|9|22|52|99|133|633|777|1337);([^\x00-\x1f\x7f]*)\x07`)
	shellMark   = regexp.MustCompile(`^([ABCI]|[APN](;k=[^;]*)*|C(;cmdline(_url)?=[^;]*)*|D(;-?[0-9]+)?|E;[^;]*|P;Cwd=[^;]*)$`)
	shellNote   = regexp.MustCompile(`^(SetMark|CurrentDir=.*|SetUserVar=[A-Za-z0-9_.-]+=[A-Za-z0-9+/]*={0,2})$`)
	base64Data  = regexp.MustCompile(`^[cpqs0-7]*;[A-Za-z0-9+/]*={0,2}$`)
)

// checkOuter returns an error for the first sequence in output that is not in the
// grammar. edge allows those of the beginning and the end of a session.
func checkOuter(output string, edge bool) error {
	for at := 0; at < len(output); {
		rest := output[at:]
		n, err := element(rest, edge)
		if err != nil {
			return fmt.Errorf("at %d of %d: %w: %.60q", at, len(output), err, rest)
		}
		at += n
	}
	return nil
}

// element returns the length of the first character or sequence.
func element(s string, edge bool) (n int, err error) {
	if s[0] >= ' ' && s[0] != 0x7f {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 || r >= 0x80 && r < 0xa0 {
			return 0, fmt.Errorf("%U as text", r)
		}
		return n, nil
	}
	for _, g := range grammar {
		if m := g.FindString(s); m != "" {
			return len(m), nil
		}
	}
	if m := privateMode.FindStringSubmatch(s); m != nil {
		for mode := range strings.SplitSeq(m[1], ";") {
			if !slices.Contains(privateModes, mode) || mode == "1049" && !edge {
				return 0, fmt.Errorf("mode %s", mode)
			}
		}
		return len(m[0]), nil
	}
	if m := titleStack.FindString(s); m != "" && edge {
		return len(m), nil
	}
	if m := setColors.FindString(s); m != "" {
		return len(m), nil
	}
	if m := osc.FindStringSubmatch(s); m != nil {
		return len(m[0]), checkString(m[1], m[2])
	}
	return 0, fmt.Errorf("not in the grammar")
}

// checkString checks the body of an OSC.
func checkString(number, body string) error {
	for _, r := range body {
		if r == utf8.RuneError || r < ' ' || r >= 0x7f && r < 0xa0 {
			if r != utf8.RuneError || !strings.Contains(body, "\ufffd") {
				return fmt.Errorf("%U in a string", r)
			}
		}
	}
	head, _, _ := strings.Cut(body, ";")
	switch {
	case number == "52" && !base64Data.MatchString(body):
		return fmt.Errorf("a clipboard that is not base64")
	case number == "777" && head != "notify":
		return fmt.Errorf("a command of rxvt")
	case number == "22" && strings.Trim(body, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "":
		return fmt.Errorf("no name of a shape")
	case (number == "133" || number == "633") && !shellMark.MatchString(body):
		return fmt.Errorf("no mark")
	case number == "1337" && !shellNote.MatchString(body):
		return fmt.Errorf("a command of iTerm2")
	case number == "9" && len(head) > 0 && strings.Trim(head, "0123456789 +-") == "" && head != "4" && strings.Trim(head, " +-") != "":
		return fmt.Errorf("a command of ConEmu")
	case number == "99" && (strings.Contains(head, "?") && strings.Contains(head, "p=") || strings.Contains(":"+head, ":a=")):
		return fmt.Errorf("a question")
	}
	return nil
}

// TestOutputGrammar tests checkOuter.
func TestOutputGrammar(t *testing.T) {
	for _, good := range []string{"", "text é中", "\x1b[1;2Hx\x1b[0;1;38:2::1:2:3m", "\x1b]0;title\a", "\x1b[?25l\x1b[?1006;1000h", "\x1b]4;1;rgb:00/11/ff;255;rgb:00/00/00\a\x1b]111\a"} {
		if err := checkOuter(good, false); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{
		"\x1b[c", "\x1b[6n", "\x1b[>q", "\x1bZ", "\x05", "\x1b[?25$p", "\x1b[14t", "\x1b[8;10;10t", "\x1b[?1049h",
		"\x1b]52;c;?\a", "\x1b]11;?\a", "\x1b]2;a\x1b\\", "\x1b]2;a\u009cb\a", "\x1bP$qm\x1b\\", "\x1b_x\x1b\\", "\u009b6n", "\x9b", "\xff",
		"\x1bc", "\x1b[5i", "\x1b]777;x;y\a", "\x1b]9;7;cmd\a", "\x1b]99;p=?;\a", "\x1b[?u", "\x7f", "\x1b]4;1;?\a", "\x1b[21t", "\x1b]4;1;rgb:00/00/00;2;?\a", "\x1b]22;?__current__\a", "\x1b]133;A;click_events=1\a", "\x1b]1337;File=:AAAA\a", "\x1b]633;E;ls;nonce\a", "\x1b]10;red\a", "\x1b]104\a",
	} {
		if checkOuter(bad, false) == nil {
			t.Errorf("%q is in the grammar", bad)
		}
	}
}
