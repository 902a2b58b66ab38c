package vt

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

func TestReports(t *testing.T) {
	hexed := func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }
	runFunctions(t, []functionTest{
		{name: "DA1", input: "\x1b[c\x1b[0c\x1bZ", reply: strings.Repeat("\x1b[?64;6;21;22;28;52c", 3)},
		{name: "DA1 other", input: "\x1b[1c"},
		{name: "DA2", input: "\x1b[>c", reply: "\x1b[>41;380;0c"},
		{name: "DA3", input: "\x1b[=c", reply: "\x1bP!|00000000\x1b\\"},
		{name: "XTVERSION", input: "\x1b[>q", reply: "\x1bP>|gm 1\x1b\\"},
		{name: "DSR 5", input: "\x1b[5n", reply: "\x1b[0n"},
		{name: "CPR", input: "\x1b[2;3H\x1b[6n", reply: "\x1b[2;3R", cursor: at(2, 1)},
		{name: "CPR origin", input: "\x1b[2;4r\x1b[?6h\x1b[2;1H\x1b[6n", reply: "\x1b[2;1R"},
		{name: "CPR pending wrap", input: "0123456789\x1b[6n", screen: "0123456789", reply: "\x1b[1;10R"},
		{name: "DECXCPR", input: "\x1b[?6n", reply: "\x1b[?1;1;1R"},
		{name: "DSR printer", input: "\x1b[?15n", reply: "\x1b[?13n"},
		{name: "DSR keys", input: "\x1b[?25n", reply: "\x1b[?20n"},
		{name: "DSR keyboard", input: "\x1b[?26n", reply: "\x1b[?27;1;0;0n"},
		{name: "DSR locator", input: "\x1b[?53n", reply: "\x1b[?50n"},
		{name: "DSR data", input: "\x1b[?75n", reply: "\x1b[?70n"},
		{name: "DSR scheme", input: "\x1b[?996n", reply: "\x1b[?997;1n"},
		{name: "DECREQTPARM", input: "\x1b[x", reply: "\x1b[2;1;1;128;128;1;0x"},
		{name: "DECRQSS margins", input: "\x1b[2;4r\x1bP$qr\x1b\\", reply: "\x1bP1$r2;4r\x1b\\"},
		{name: "DECRQSS columns", input: "\x1b[?69h\x1b[2;4s\x1bP$qs\x1b\\", reply: "\x1bP1$r2;4s\x1b\\"},
		{name: "DECRQSS cursor", input: "\x1b[4 q\x1bP$q q\x1b\\", reply: "\x1bP1$r4 q\x1b\\"},
		{name: "DECRQSS level", input: "\x1bP$q\"p\x1b\\", reply: "\x1bP1$r64;1\"p\x1b\\"},
		{name: "DECRQSS extent", input: "\x1bP$q*x\x1b\\\x1b[2*x\x1bP$q*x\x1b\\\x1b[3*x\x1bP$q*x\x1b\\\x1bc\x1bP$q*x\x1b\\",
			reply: "\x1bP1$r0*x\x1b\\\x1bP1$r2*x\x1b\\\x1bP1$r2*x\x1b\\\x1bP1$r0*x\x1b\\"},
		{name: "DECRQSS status line", input: "\x1bP$q$}\x1b\\\x1bP$q$~\x1b\\", reply: "\x1bP1$r0$}\x1b\\\x1bP1$r0$~\x1b\\"},
		{name: "DECRQSS protection by SPA", input: "\x1bV\x1bP$q\"q\x1b\\", reply: "\x1bP1$r0\"q\x1b\\"},
		{name: "DECRQSS protection", input: "\x1b[1\"q\x1bP$q\"q\x1b\\", reply: "\x1bP1$r1\"q\x1b\\"},
		{name: "DECRQSS size", input: "\x1bP$q$|\x1b\\\x1bP$q*|\x1b\\", reply: "\x1bP1$r10$|\x1b\\\x1bP1$r5*|\x1b\\"},
		{name: "DECRQSS pen", input: "\x1b[0m\x1b[4:3m\x1bP$qm\x1b\\", reply: "\x1bP1$r0;4:3m\x1b\\"},
		{name: "DECRQSS unknown", input: "\x1bP$qy\x1b\\", reply: "\x1bP0$r\x1b\\"},
		{name: "XTGETTCAP", input: "\x1bP+q" + hexed("TN") + ";" + hexed("Co") + "\x1b\\",
			reply: "\x1bP1+r544E=" + hexed("xterm-256color") + "\x1b\\\x1bP1+r436F=323536\x1b\\"},
		{name: "XTGETTCAP unknown", input: "\x1bP+q7A7A\x1b\\", reply: "\x1bP0+r\x1b\\"},
		{name: "XTGETTCAP lower case", input: "\x1bP+q636f;436F\x1b\\", reply: "\x1bP0+r\x1b\\"},
		{name: "XTGETTCAP digits", input: "\x1bP+q6b62\x1b\\", reply: "\x1bP1+r6B62=7F\x1b\\"},
		{name: "XTGETTCAP not hexadecimal", input: "\x1bP+qzz\x1b\\"},
		{name: "kitty", input: "\x1b[>3u\x1b[?u", reply: "\x1b[?3u"},
		{name: "kitty report", input: "\x1b[>3u\x1b[?3u\x1b[?0u\x1b[?;u"},
		{name: "XTQMODKEYS", input: "\x1b[>4;2m\x1b[?4m\x1b[>4;?m", reply: "\x1b[>4;2m\x1b[>4;2m"},
		{name: "window", input: "\x1b[11t\x1b[13t", reply: "\x1b[1t\x1b[3;0;0t"},
		{name: "window size", input: "\x1b[18t\x1b[19t", reply: "\x1b[8;5;10t\x1b[9;5;10t"},
		{name: "pixels", input: "\x1b[14t\x1b[15t\x1b[16t", reply: "\x1b[4;50;80t\x1b[5;1200;1600t\x1b[6;10;8t"},
		{name: "titles", input: "\x1b]2;a\a\x1b]1;b\a\x1b[20t\x1b[21t", reply: "\x1b]L\x1b\\\x1b]l\x1b\\"},
		{name: "window manipulation", input: "\x1b[8;50;100t\x1b[3;1;1t\x1b[2t\x1b[9;1t\x1b[30t\x1b[11t\x1b[13t\x1b[18t", reply: "\x1b[1t\x1b[3;0;0t\x1b[8;5;10t"},
		{name: "DECCIR", input: "\x1b[1$w", reply: "\x1bP1$u1;1;1;@;@;@;0;2;@;BBBB\x1b\\"},
		{name: "DECCIR of everything", input: "\x1b[3;5H\x1b[1;4;5;7m\x1b[1\"q\x1b[?6h\x1b[2;10H\x1b)0\x1b.A\x1b+>\x1bn\x1b|\x1bO\x1b[1$w",
			reply: "\x1bP1$u2;10;1;O;A;E;2;3;D;B0A>\x1b\\"},
		{name: "DECCIR of a pending wrap", input: "0123456789\x1b[1$w", screen: "0123456789", reply: "\x1bP1$u1;10;1;@;@;H;0;2;@;BBBB\x1b\\"},
		{name: "DECCIR below level 3", input: "\x1b[62\"p\x1b[1$w\x1b[2$w"},
		{name: "DECRSPS", input: "\x1bP1$t3;5;1;G;A;A;1;3;A;A0%5>\x1b\\\x1b[1$w", cursor: at(4, 2), reply: "\x1bP1$u3;5;1;G;A;A;1;3;A;A0%5>\x1b\\"},
		{name: "DECRSPS cut short", input: "\x1bP1$t3;5\x1b\\\x1bP1$tx;2;1\x1b\\\x1bP1$t9;9\x1b\\\x1bP1$t\x1b\\", cursor: at(4, 2)},
		{name: "DECTABSR", input: "\x1b[2$w\x1b[3g\x1b[2$w\x1b[3G\x1bH\x1b[7G\x1bH\x1b[2$w", reply: "\x1bP2$u1/9\x1b\\\x1bP2$u\x1b\\\x1bP2$u3/7\x1b\\"},
		{name: "DECRSPS of tabs", input: "\x1bP2$t3/7/12\x1b\\\x1b[2$w\x1bP2$t5/a/2\x1b\\\x1b[2$w", reply: "\x1bP2$u3/7\x1b\\\x1bP2$u5\x1b\\"},
		{name: "2048", input: "\x1b[?2048h", reply: "\x1b[48;5;10;0;0t"},
		{name: "DECRQCRA refused", input: "\x1b[1;1;1;1;5;10*y"},
	})
}

func TestPixels(t *testing.T) {
	term := typed("\x1b[?2048h")
	term.TakeReplies(nil)
	term.SetPixels(160, 120)
	term.Resize(20, 6)
	term.Resize(20, 6)
	if got, want := string(term.TakeReplies(nil)), "\x1b[48;6;20;120;160t"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	term.SetPixels(320, 240)
	term.Resize(20, 6)
	if got, want := string(term.TakeReplies(nil)), "\x1b[48;6;20;240;320t"; got != want {
		t.Errorf("only the pixels have changed: %q, want %q", got, want)
	}
}

// TestChecksum has the replies of xterm 379 for three rows of ten columns.
func TestChecksum(t *testing.T) {
	for input, want := range map[string]string{
		"A": "FFBF", "AB": "FF7D", "A B": "FF5D", "A  ": "FF7F", "  A": "FF7F",
		"": "FFE0", " ": "FFE0", "A\x1b[1;5HB": "FF7D", "A\x1b[1;1H\x1b[X": "FFE0",
		"\x1b[1mA": "FF3F", "\x1b[4mA": "FFAF", "\x1b[21mA": "FFBF", "\x1b[7mA": "FF9F",
		"\x1b[5mA": "FF7F", "\x1b[8mA": "FFE0", "\x1b[7m ": "FFC0",
		"\x1b[1\"qA": "FFBF", "\x1b[31mA": "FFBF", "\x1b[1;31;41mA": "FF3F",
		"\x1b[41m\x1b[K": "FEC0", "\x1b[1;41mA\x1b[2J": "FC40",
		"é": "FF17", "日": "FE1C", "─": "0000", "€": "FF54",
	} {
		t.Run(fmt.Sprintf("%q", input), func(t *testing.T) {
			term := typedInto(NewTerminal(10, 5, Options{Checksums: true}), input+"\x1b[7;1;1;1;3;10*y")
			if got := string(term.TakeReplies(nil)); got != "\x1bP7!~"+want+"\x1b\\" {
				t.Errorf("%q: %q, want %s", input, got, want)
			}
		})
	}
}

func TestReplyLimit(t *testing.T) {
	term := inXTerm(NewTerminal(10, 5, Options{}))
	for range 10_000 {
		typedInto(term, "\x1b[c")
	}
	got := term.TakeReplies(nil)
	if len(got) > maxReplies || len(got) < maxReplies-20 || !strings.HasSuffix(string(got), "52c") {
		t.Errorf("%d bytes", len(got))
	}
	if typedInto(term, "\x1b[5n"); string(term.TakeReplies([]byte("x"))) != "x\x1b[0n" {
		t.Error("no reply after TakeReplies")
	}
}
