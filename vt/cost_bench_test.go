package vt

import "testing"

// costly are the functions with the highest cost per byte, each in the state in which
// it is highest.
var costly = []struct{ name, setup, input string }{
	{"LF", "\x1b[50H", "\n"},
	{"LF half", "\x1b[?69h\x1b[1;100s\x1b[50H", "\n"},
	{"LF most", "\x1b[?69h\x1b[2;200s\x1b[50;2H", "\n"},
	{"RI half", "\x1b[?69h\x1b[1;100s", "\x1bM"},
	{"DECFI", "\x1b[;999H", "\x1b9"},
	{"DECIC", "", "\x1b['}"},
	{"print narrow", "\x1b[?69h\x1b[3;4s\x1b[50;3H", "xy"},
	{"print insert", "\x1b[4h", "x\r"},
	{"REP", "", "x\x1b[9999b"},
	{"REP narrow", "\x1b[?69h\x1b[3;4s\x1b[1;3H", "x\x1b[9999b"},
	{"REP wide", "", "日\x1b[9999b"},
	{"REP line drawing", "\x1b(0", "q\x1b[9999b"},
	{"REP insert", "\x1b[4h", "x\x1b[9999b"},
	{"ED", "\x1b[41m", "\x1b[J"},
	{"DECSED", "\x1b[41m", "\x1b[?J"},
	{"ED SPA", "\x1bV\x1b[48;2;1;2;3m", "\x1b[J"},
	{"DECSERA", "", "\x1b[${"},
	{"DECALN", "", "\x1b#8"},
	{"DECFRA", "", "\x1b[88$x"},
	{"DECCRA", "", "\x1b[;;;;;2$v"},
	{"DECCARA", "\x1b[2*x", "\x1b[;;;;1$r\x1b[;;;;0$r"},
	{"DECRARA", "", "\x1b[$t"},
	{"DECRQCRA", "", "\x1b[*y"},
	{"DECCRA and SU", "", "\x1b[1;1;25;200;1;26;1$v\x1b[25S"},
	{"2026", "\x1b[?69h\x1b[2;200s", "\x1b[?2026h\x1b[S\x1b[?2026l"},
	{"HT", "\x1b[3g", "\t\r"},
	{"RIS", "", "\x1bc"},
	{"OSC 104", "", "\x1b]104\a"},
	{"XTGETTCAP", "", "\x1bP+q544E\x1b\\"},
}

// BenchmarkCost measures the time per byte of the costliest functions.
func BenchmarkCost(b *testing.B) {
	content := costContents()[0]
	for _, c := range costly {
		b.Run(c.name, func(b *testing.B) {
			t := NewTerminal(costCols, costRows, Options{History: 10_000, Checksums: true})
			t.Write([]byte(content + c.setup))
			input := []byte(c.input)
			t.Write(input)
			for b.Loop() {
				t.Write(input)
				t.replies = t.replies[:0]
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(input)), "ns/byte")
		})
	}
}
