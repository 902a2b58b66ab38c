package vt

import (
	"fmt"
	"testing"
)

// output returns n pieces of random program output.
func (p painter) output(n int) (out []byte) {
	for range n {
		out = append(out, p.piece()...)
	}
	return out
}

var pieces = []string{
	"\r\n", "\r\n", "\n", "\r", "\b", "\t", "\a", "\x1bM", "\x1bD", "\x1bE", "\x1b7", "\x1b8", "\x1bc", "\x1b#8",
	"\x1b[K", "\x1b[1K", "\x1b[2K", "\x1b[J", "\x1b[1J", "\x1b[2J", "\x1b[?1049h", "\x1b[?1049l",
	"\x1b[?25l", "\x1b[?25h", "\x1b[4h", "\x1b[4l", "\x1b[?7l", "\x1b[?7h", "\x1b[?5h", "\x1b[?5l", "\x1b[?2004h",
	"\x1b[?1000h", "\x1b[?1002h", "\x1b[?1006h", "\x1b[?1016h", "\x1b[?1006l", "\x1b[?1004h", "\x1b[?1007h", "\x1b[?1007l",
	"\x1b[?69h\x1b[5;20s", "\x1b[?69l", "\x1b[r", "\x1b[!p", "\x1b(0lqqqk\x1b(B", "\x1b[2 q", "\x1b[>1u", "\x1b[<u", "\x1b[>4;2m",
	"\x1b]0;both\a", "\x1b]1;icon\x1b\\", "\x1b]2;título\a", "\x1b]52;c;Zm9v\a", "\x1b]52;;YmFy\a", "\x1b]52;p;YQ==\a",
	"\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\", "\x1b]8;id=a;http://a\a", "\x1b]8;;\a", "\x1b]9;done\a", "\x1b]7;file://h/d\a",
	"\x1b]133;A\a$ \x1b]133;B\a", "\x1b]133;C\a", "\x1b]133;D;1\a", "\x1b]633;A\a", "\x1b]633;E;ls;x\a", "\x1b]1337;SetMark\a", "\x1b]1337;CurrentDir=/\a", "\x1b]1337;CurrentDir=\a", "\x1b]1337;SetUserVar=a=YQ==\a", "\x1b]1337;SetUserVar=a=\a", "\x1b]633;P;Cwd=/x\a", "\x1b]777;notify;a;b\a",
	"\x1b]9;4;1;50\a", "\x1b]9;4;3\a", "\x1b]9;4;0\a", "\x1b]22;text\a", "\x1b]22;>hand2,wait\a", "\x1b]22;<\a", "\x1b]22;\a",
	"\x1b]4;1;red\a", "\x1b]4;1;#123456;255;rgb:1/2/3\a", "\x1b]104;1\a", "\x1b]104\a", "\x1b]10;#123\a", "\x1b]11;white;blue\a", "\x1b]111\a", "\x1b]110\a", "\x1b]15;red;red;red\a", "\x1b]5;0;red\a",
	"\x1b[m", "\x1b[1m", "\x1b[2m", "\x1b[3;4m", "\x1b[4:3m", "\x1b[58:2::1:2:3m", "\x1b[7m", "\x1b[9m", "\x1b[27m", "\x1b[53m",
	"\x1b[31m", "\x1b[1;38;5;123m", "\x1b[48;2;1;2;3m", "\x1b[42m", "\x1b[97;100m", "\x1b[39;49m",
	"e\u0301", "\u0301", "❤\ufe0f", "👩\u200d👩\u200d👧", "🇩🇪", "👍🏽", "世界", "ｗｉｄｅ", "\u00ad", "\u2630", "\U0001fae8", "한글", "\u1112\u1161",
}

func (p painter) piece() string {
	n := 1 + p.IntN(30)
	switch p.IntN(12) {
	case 0:
		return fmt.Sprintf("\x1b[%d;%dH", 1+p.IntN(26), 1+p.IntN(90))
	case 1:
		return fmt.Sprintf("\x1b[%d%c", n, "ABCDGdLMPX@STbIZEF"[p.IntN(18)])
	case 2:
		return fmt.Sprintf("\x1b[%d;%dr", 1+p.IntN(12), 10+p.IntN(15))
	case 3, 4, 5:
		return paintedTexts[p.IntN(len(paintedTexts))]
	case 6:
		return "line of output\r\n"
	}
	return pieces[p.IntN(len(pieces))]
}

// resumed returns the screen of a Terminal that showed from and has received diff.
func resumed(t *testing.T, from *Screen, diff []byte, cols, rows int) *Screen {
	t.Helper()
	term := Resume(from)
	term.Resize(cols, rows)
	term.Write(diff)
	if answer := term.TakeReplies(nil); len(answer) > 0 {
		t.Fatalf("diff %q has the reply %q", diff, answer)
	}
	return term.Snapshot()
}

// reduced returns s as a receiver of the dialect shows it.
func reduced(t *testing.T, s *Screen, d Dialect) *Screen {
	t.Helper()
	blank := NewScreen(s.Size())
	return resumed(t, blank, AppendDiff(nil, blank, s, d), s.cols, len(s.rows))
}

// checkTerminal writes one diff to a Terminal and compares the screens.
func checkTerminal(t *testing.T, from, to *Screen, d Dialect) {
	t.Helper()
	diff := AppendDiff(nil, from, to, d)
	checkEvents(t, diff, from, to, d)
	got := events(resumed(t, reduced(t, from, d), diff, to.cols, len(to.rows)), to)
	if !got.EqualIn(to, d) {
		t.Fatalf("diff %q: %s", diff, explain(got, to, d))
	}
}

// terminalDialects returns dialects for which Terminal is the receiver: it has mode
// 2027 only while the diff sets it.
func terminalDialects() map[string]Dialect {
	return map[string]Dialect{"stock": Stock(), "full": Full(), "xterm-256color": UserTerminal("xterm-256color", "")}
}

func TestDiffOfOutput(t *testing.T) {
	for name, d := range terminalDialects() {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(150) {
				t.Log("seed", seed)
				p := newPainter(seed)
				term := NewTerminal(1+p.IntN(90), 1+p.IntN(30), Options{})
				other := NewTerminal(1+p.IntN(90), 1+p.IntN(30), Options{})
				p.modeClusters(term, d)
				term.Write(p.output(p.IntN(80)))
				other.Write(p.output(p.IntN(80)))
				a := term.Snapshot()
				term.Write(p.output(p.IntN(30)))
				b := term.Snapshot()
				checkTerminal(t, a, b, d)
				checkTerminal(t, b, a, d)
				checkTerminal(t, a, other.Snapshot(), d)
				if term.modes.has(clusters) {
					continue // diffReceiver does not know the widths of clusters
				}
				if c, err := receiveDiff(reduced(t, a, d), AppendDiff(nil, a, b, d), d); err != nil {
					t.Fatal(err)
				} else if c = events(c, b); !c.EqualIn(b, d) {
					t.Fatal(explain(c, b, d))
				}
			}
		})
	}
}

// modeClusters sets mode 2027 at random if the dialect has it.
func (p painter) modeClusters(t *Terminal, d Dialect) {
	if d.Clusters && p.IntN(3) == 0 {
		t.Write([]byte("\x1b[?2027h"))
	}
}

func TestDiffChainsOfOutput(t *testing.T) {
	for name, d := range terminalDialects() {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(30) {
				t.Log("seed", seed)
				p := newPainter(seed)
				term := NewTerminal(1+p.IntN(90), 1+p.IntN(30), Options{})
				p.modeClusters(term, d)
				sent := term.Snapshot()
				shown := sent
				for range 50 {
					if p.IntN(20) == 0 {
						term.Resize(1+p.IntN(90), 1+p.IntN(30))
					}
					term.Write(p.output(p.IntN(12)))
					next := term.Snapshot()
					cols, rows := next.Size()
					diff := AppendDiff(nil, sent, next, d)
					shown = events(resumed(t, shown, diff, cols, rows), next)
					if !shown.EqualIn(next, d) {
						t.Fatalf("diff %q: %s", diff, explain(shown, next, d))
					}
					sent = next
				}
			}
		})
	}
}

func TestRepaintOverOutput(t *testing.T) {
	for name, d := range terminalDialects() {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(100) {
				t.Log("seed", seed)
				p := newPainter(seed)
				any, term := NewTerminal(80, 24, Options{}), NewTerminal(80, 24, Options{})
				any.Write(p.output(50))
				any = Resume(reduced(t, any.Snapshot(), d))
				any.Write([]byte("\x1b[4;20h\x1b[?69h\x1b[5;40s\x1b[3;9r\x1b[?6h\x1b[?7l"))
				term.Write(p.output(50))
				to := term.Snapshot()
				any.Write(AppendRepaint(nil, any.Snapshot(), to, d))
				got := events(any.Snapshot(), to)
				if !to.TitleSet {
					got.Title, got.Icon = "", ""
				}
				if to.Directory == "" {
					got.Directory = ""
				}
				if !got.EqualIn(to, d) {
					t.Fatal(explain(got, to, d))
				}
			}
		})
	}
}

func FuzzDiff(f *testing.F) {
	f.Add([]byte("hello\r\nworld"), []byte("\x1b[H\x1b[2Jx"), uint8(80), uint8(24))
	f.Add([]byte("a\nb\nc\nd\ne"), []byte("\nf\n世界\x1b[31mg"), uint8(7), uint8(5))
	f.Fuzz(func(t *testing.T, first, second []byte, cols, rows uint8) {
		term := NewTerminal(int(cols), int(rows), Options{})
		term.Write(first)
		a := term.Snapshot()
		term.Write(second)
		b := term.Snapshot()
		for _, d := range terminalDialects() {
			if d.Clusters || !term.modes.has(clusters) {
				checkTerminal(t, a, b, d)
				checkTerminal(t, b, a, d)
			}
		}
	})
}
