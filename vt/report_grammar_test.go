package vt

import (
	"encoding/hex"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gm/vt/parser"
)

// reports are the functions with a reply, and the grammar of the reply: numbers and
// fixed words. A report never repeats text of the program or of the peer, which a
// shell would read as typed. A function is named as in query.function, with its
// first parameter if the reply depends on it.
var reports = map[string]string{
	"ESC Z":           `\x1b\[\?64(;#)*c`,
	"CSI c":           `\x1b\[\?64(;#)*c`,
	"CSI >c":          `\x1b\[>#;#;#c`,
	"CSI =c":          `\x1bP!\|00000000\x1b\\`,
	"CSI >q":          `\x1bP>\|gm 1\.2\x1b\\`,
	"CSI n 5":         `\x1b\[0n`,
	"CSI n 6":         `\x1b\[#;#R`,
	"CSI ?n 6":        `\x1b\[\?#;#;1R`,
	"CSI ?n 15":       `\x1b\[\?13n`,
	"CSI ?n 25":       `\x1b\[\?20n`,
	"CSI ?n 26":       `\x1b\[\?27;1;0;0n`,
	"CSI ?n 53":       `\x1b\[\?50n`,
	"CSI ?n 55":       `\x1b\[\?50n`,
	"CSI ?n 56":       `\x1b\[\?57;0n`,
	"CSI ?n 62":       `\x1b\[0000\*\{`,
	"CSI ?n 63":       `\x1bP#!~0000\x1b\\`,
	"CSI ?n 75":       `\x1b\[\?70n`,
	"CSI ?n 85":       `\x1b\[\?83n`,
	"CSI ?n 996":      `\x1b\[\?997;[12]n`,
	"CSI ?S":          `\x1b\[\?[12];0;#(;#)?S`,
	"APC G":           `\x1b_G[iI]=#(,I=#)?(,p=#)?;(OK|E[A-Z]+:[a-z (=)]+)\x1b\\`,
	"OSC 1337":        `\x1b\]1337;ReportCellSize=#;#;1\x1b\\`,
	"CSI x":           `\x1b\[[23];1;1;128;128;1;0x`,
	"CSI ?h 2048":     `\x1b\[48;#;#;#;#t`,
	"CSI ?r 2048":     `\x1b\[48;#;#;#;#t`,
	"CSI ?$p":         `\x1b\[\?#;[0-4]\$y`,
	"CSI $p":          `\x1b\[#;[0-4]\$y`,
	"CSI ?u":          `\x1b\[\?#u`,
	"CSI >m 4":        `\x1b\[>4;[0-3]m`,
	"CSI ?m 4":        `\x1b\[>4;[0-3]m`,
	"CSI t 11":        `\x1b\[1t`,
	"CSI t 13":        `\x1b\[3;0;0t`,
	"CSI t 14":        `\x1b\[4;#;#t`,
	"CSI t 15":        `\x1b\[5;#;#t`,
	"CSI t 16":        `\x1b\[6;#;#t`,
	"CSI t 18":        `\x1b\[8;#;#t`,
	"CSI t 19":        `\x1b\[9;#;#t`,
	"CSI t 20":        `\x1b\]L\x1b\\`,
	"CSI t 21":        `\x1b\]l\x1b\\`,
	"CSI $w 1":        `\x1bP1\$u#;#;1;[@-O];[@A];[@-O];[0-3];[1-3];[@-O];([0-9A-Zf<=>` + "`" + `]|%[56]){4}\x1b\\`,
	"CSI $w 2":        `\x1bP2\$u(#(/#)*)?\x1b\\`,
	"CSI *y":          `\x1bP#!~[0-9A-F]{4}\x1b\\`,
	"DCS $q":          `\x1bP(0\$r|1\$r(#([;:]{1,2}#)*)(m|r|s| q|"p|"q|q|\$\}|\$~|\*x|\$\||t|\*\|))\x1b\\`,
	"DCS +q":          `\x1bP(0\+r|1\+r(` + knownCapabilities() + `))\x1b\\`,
	"OSC 4":           `\x1b\]4;#;rgb:[0-9a-f]{4}/[0-9a-f]{4}/[0-9a-f]{4}(\a|\x1b\\)`,
	"OSC 5":           `\x1b\]5;#;rgb:[0-9a-f]{4}/[0-9a-f]{4}/[0-9a-f]{4}(\a|\x1b\\)`,
	"OSC dynamic":     `\x1b\]1[0-9];rgb:[0-9a-f]{4}/[0-9a-f]{4}/[0-9a-f]{4}(\a|\x1b\\)`,
	"VT52 Z":          `\x1b/Z`,
	"Resize":          `\x1b\[48;#;#;#;#t`,
	"SetCapabilities": `\x1b\[\?997;[12]n`,
}

// knownCapabilities returns the replies of XTGETTCAP, joined by |.
func knownCapabilities() string {
	var all []string
	for name, value := range xtgettcapValues {
		all = append(all, upperHex(name)+"="+upperHex(value))
	}
	slices.Sort(all)
	return strings.Join(all, "|")
}

// query is input that the terminal may reply to.
type query struct {
	function string
	first    int // its first parameter, -1 for none
	input    string
}

// grammar returns the grammar of the reply to q, and whether one is expected.
func (q query) grammar() (name, grammar string, ok bool) {
	for _, name := range []string{fmt.Sprint(q.function, " ", q.first), q.function} {
		if grammar, ok := reports[name]; ok {
			return name, grammar, true
		}
	}
	return q.function, "", false
}

const evil = "evil\r31337;id\n"

// numbers are the first parameters to try: those of all modes and reports that
// terminals are known to have, and their neighbours.
func numbers() []int {
	all := []int{-1, 65535}
	for _, r := range [][2]int{{0, 100}, {990, 1070}, {2000, 2050}} {
		for n := r[0]; n <= r[1]; n++ {
			all = append(all, n)
		}
	}
	return all
}

// queries returns every sequence that has a handler with every number, every escape
// sequence and control, and every string command with hostile text.
func queries() []query {
	all := slices.Concat(csiQueries(), stringQueries())
	for c := range 0x20 {
		all = append(all, query{fmt.Sprintf("C0 %02x", c), -1, string(rune(c))})
	}
	for c := '0'; c < del; c++ {
		if strings.ContainsRune("[]PX^_", c) {
			continue
		}
		all = append(all, query{"VT52 " + string(c), -1, "\x1b[?2l\x1b" + string(c)})
		all = append(all, query{"ESC " + string(c), -1, "\x1b" + string(c)})
		for inter := ' '; inter < '0'; inter++ {
			all = append(all, query{"ESC " + string(inter) + string(c), -1, "\x1b" + string(inter) + string(c)})
		}
	}
	return all
}

func csiQueries() (all []query) {
	for _, marker := range []string{"", "<", "=", ">", "?"} {
		for inter := ' ' - 1; inter < '0'; inter++ {
			between := strings.Trim(string(inter), "\x1f")
			for final := byte('@'); final < del; final++ {
				s := parser.Sequence{Final: final}
				if marker != "" {
					s.Marker = marker[0]
				}
				if between != "" {
					s.Intermediates = uint16(between[0])
				}
				if handlerOf(&s) != nil {
					all = append(all, csiQueriesOf(marker, between+string(final))...)
				}
			}
		}
	}
	return all
}

func csiQueriesOf(marker, end string) (all []query) {
	name := "CSI " + marker + end
	for _, n := range numbers() {
		first := ""
		if n >= 0 {
			first = fmt.Sprint(n)
		}
		for _, rest := range []string{"", ";0031337", ";1;1;1;5;5;31337", ";?"} {
			if rest == ";?" && marker != ">" {
				continue
			}
			all = append(all, query{name, n, "\x1b[" + marker + first + rest + end})
		}
	}
	return all
}

func stringQueries() (all []query) {
	for n := range 2000 {
		name := fmt.Sprint("OSC ", n)
		if n >= 10 && n <= 19 {
			name = "OSC dynamic"
		}
		for i, text := range []string{";?", ";0;?", ";00000000000000000031;?;2;?", ";c;?", ";?" + evil, ";" + evil + "?", ""} {
			if n < 120 || i == 0 {
				st := []string{"\a", "\x1b\\", "\u009c"}[i%3]
				all = append(all, query{name, -1, fmt.Sprintf("\x1b]%d%s%s", n, text, st)})
			}
		}
	}
	texts := []string{"", "m", "r", "s", "t", "3;5;1;O;A;G;1;3;O;0A%6>", "3/5", " q", "q", "\"p", "\"q", "*x", "*|", "$|", "$}", "$~", ",q", ",|", "+q", "*u", evil, "m" + evil, hex.EncodeToString([]byte(evil))}
	for name := range xtgettcapValues {
		code := hex.EncodeToString([]byte(name))
		texts = append(texts, code, strings.ToUpper(code)+";"+strings.Repeat("65", 1000), code+"00")
	}
	slices.Sort(texts)
	for _, marker := range []string{"", "<", "=", ">", "?"} {
		for inter := ' ' - 1; inter < '0'; inter++ {
			between := strings.Trim(string(inter), "\x1f")
			for final := '@'; final < del; final++ {
				head := marker + between + string(final)
				some := texts
				if _, ok := reports["DCS "+head]; !ok {
					some = texts[:3]
				}
				for _, text := range some {
					all = append(all, query{"DCS " + head, -1, "\x1bP" + head + text + "\x1b\\"})
				}
			}
		}
	}
	for _, command := range []string{
		"a=q,f=24,s=1,v=1;AAAA", "a=T,f=24,s=1,v=1;AAAA", "a=t,f=24,s=1,v=1;" + evil, "f=24,s=1,v=1,p=7;AAAA", "a=t,f=100;AAAA", "a=t,o=x;AAAA", "a=t,t=f;" + evil,
		"a=p", "a=p,p=3,P=1", "a=d", "a=a", "a=f", "a=c", "a=" + evil, "I=9,f=24,s=1,v=1;AAAA", "s=9000,v=9000,o=z;AAAA", "x=" + evil, "m=1;AAAA", "m=0;AAAA",
	} {
		all = append(all, query{"APC G", -1, "\x1b_Gi=31," + command + "\x1b\\"})
	}
	return append(all, query{"OSC 1337", -1, "\x1b]1337;ReportCellSize\a"})
}

// hostileStates are inputs that put a word of the program's own into all state of a
// terminal that holds text.
var hostileStates = []string{
	"",
	"\x1b]0;" + evil + "\a\x1b]1;" + evil + "\a\x1b]2;" + evil + "\a\x1b[22t\x1b[22;1t" +
		"\x1b]8;id=" + evil + ";" + evil + "\a\x1b]9;" + evil + "\a\x1b]99;" + evil + "\a\x1b]777;notify;" + evil + ";" + evil + "\a" +
		"\x1b]7;file://" + evil + "\a\x1b]52;cpqs0;ZXZpbCByZWJvb3Q=\a\x1b]22;" + evil + "\a\x1b]50;" + evil + "\a\x1b]46;" + evil + "\a" +
		"\x1b]133;" + evil + "\a\x1b]633;P;" + evil + "=" + evil + "\a\x1b]1337;SetUserVar=" + evil + "=ZXZpbA==\a\x1b]1337;CurrentDir=" + evil + "\a" +
		"\x1bP1;1|17/6576696c\x1b\\\x1bP1;0;1!z6576696c\x1b\\\x1bP+p6576696C=6576696C\x1b\\\x1bP0;1;1{ @evil\x1b\\" +
		"\x1bP1$t1;1;1;@;@;@;0;1;@;evil\x1b\\\x1bP2$t3/1/3/7/evil\x1b\\\x1b[2$~\x1b[1$}" + evil + "\x1b[0$}",
	"\x1b[4:3;1;2;3;5;6;7;8;9;53;38;2;1;2;3;48:5:77;58:2::1:2:3m\x1b[1\"q\x1b[2;5r\x1b[?69h\x1b[3;17s\x1b[?6h\x1b[3 q\x1b[2*x" +
		"\x1b[?1;5;9;1003;1004;1006;1016;2004;2026;2027;2031;2048s\x1b[?1;5;1003;1016;2004;2027;2031;2048h\x1b[?2048s\x1b[?2048l" +
		"\x1b[>31u\x1b[>4;2m",
	"\x1b[62;1\"p\x1bV\x1b(0\x1b#6" + evil,
	"\x1b]4;0;#f00;1;rgb:1/2/3;255;evil\a\x1b]10;#fff;#eee;#ddd\a\x1b]5;0;#123\a\x1b[?1049h\x1b[4;20h\x1b[?2048h",
}

// event applies an input or a call of a client to the terminal.
func event(term *Terminal, function string) {
	switch function {
	case "Resize":
		term.SetPixels(math.MaxInt32, math.MaxInt32)
		term.Resize(100, 30)
	case "SetCapabilities":
		light := everything()
		light.Scheme = 2
		term.SetCapabilities(light)
	}
}

// TestReportsRepeatNoText sends all queries in every state. Each reply has a fixed
// grammar, and no reply is itself a query: a program that echoes its input would
// send it endlessly.
func TestReportsRepeatNoText(t *testing.T) {
	asked := append(queries(), query{function: "Resize"}, query{function: "SetCapabilities"})
	compiled := map[string]*regexp.Regexp{}
	for name, grammar := range reports {
		compiled[name] = regexp.MustCompile(`^(?:` + strings.ReplaceAll(grammar, "#", `[0-9]{1,14}`) + `)+$`)
	}
	met := map[string]bool{}
	for i, state := range hostileStates {
		term := inXTerm(NewTerminal(20, 6, Options{Version: "1.2", Checksums: true, Pictures: true}))
		for _, q := range asked {
			term.Write([]byte("\x18\x1b<\x1bc" + state))
			term.TakeReplies(nil)
			event(term, q.function)
			if i%2 == 1 {
				term.Await()
			}
			term.Write([]byte(q.input))
			term.SetCapabilities(everything())
			reply := string(term.TakeReplies(nil))
			if reply == "" {
				continue
			}
			name, _, ok := q.grammar()
			if !ok {
				t.Fatalf("state %d: %q is answered by %q, and %s is not in the table", i, q.input, reply, name)
			}
			met[name] = true
			if !compiled[name].MatchString(reply) {
				t.Fatalf("state %d: %q is answered by %q", i, q.input, reply)
			}
			term.Write([]byte(reply))
			if again := term.TakeReplies(nil); len(again) > 0 {
				t.Fatalf("state %d: the answer to %q, %q, is answered itself: %q", i, q.input, reply, again)
			}
		}
	}
	for name := range reports {
		if !met[name] {
			t.Errorf("%s was never answered", name)
		}
	}
}
