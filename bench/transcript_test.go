//go:build linux

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/vt"
)

// numbers returns lines with the numbers first to last.
func numbers(first, last int) (text string) {
	for n := first; n <= last; n++ {
		text += fmt.Sprintf("%d\r\n", n)
	}
	return text
}

// TestTranscript writes to a terminal of 4 rows, which keep the end of the lines.
func TestTranscript(t *testing.T) {
	for name, c := range map[string]struct {
		output    string
		share     float64
		last, all bool
	}{
		"nothing":            {"$ \r\n", 0, false, false},
		"all":                {"ready\r\n" + numbers(1, 20), 1, true, true},
		"the first ones":     {numbers(1, 10), 0.5, false, false},
		"a gap":              {numbers(1, 5) + "[gm: 5 lines are missing]\r\n" + numbers(11, 20), 0.75, true, false},
		"repeated":           {numbers(1, 10) + numbers(6, 20), 0.75, true, false},
		"repeated twice":     {numbers(1, 10) + numbers(10, 10) + numbers(10, 20), 0.95, true, false},
		"on screen too":      {numbers(1, 20) + "20\r\n", 0.95, true, true}, // all were there before
		"swapped":            {numbers(1, 9) + "11\r\n10\r\n" + numbers(12, 20), 0.95, true, false},
		"alternate screen":   {"\x1b[?1049h" + numbers(1, 20), 0.15, true, false},
		"numbers in a build": {buildText(20), 1, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			x, got := vt.NewTerminal(80, 4, vt.Options{History: scrollbackLines}), newTranscript(20)
			for line := range strings.Lines(c.output) {
				x.Write([]byte(line))
				got.look(time.Unix(1, 0), x.Snapshot())
			}
			if got.share() != c.share {
				t.Errorf("share %v, want %v", got.share(), c.share)
			}
			if got.hasLast() != c.last || got.hasAll() != c.all {
				t.Errorf("last %v, all %v, want %v, %v", got.hasLast(), got.hasAll(), c.last, c.all)
			}
		})
	}
}

func buildText(count int) string {
	var text []byte
	for n := range count {
		text = append(appendBuildLine(text, n+1, count), "\r\n"...)
	}
	return string(text)
}

// TestTranscriptTimes sees the last line before the others, as where screens come first.
func TestTranscriptTimes(t *testing.T) {
	x, got := vt.NewTerminal(80, 4, vt.Options{History: scrollbackLines}), newTranscript(6)
	for i, output := range []string{"4\r\n5\r\n6\r\n", "\x1b[H\x1b[J" + numbers(1, 6), "$ "} {
		x.Write([]byte(output))
		got.look(time.Unix(int64(i), 0), x.Snapshot())
	}
	if last, all := got.last.Unix(), got.all.Unix(); last != 0 || all != 1 {
		t.Errorf("the last line after %d s, all after %d s, want 0 and 1", last, all)
	}
}

// TestBuildLinesDiffer requires that no line of a build is that of another number, and that
// each fits into a row.
func TestBuildLinesDiffer(t *testing.T) {
	files := map[string]bool{}
	for line := range strings.Lines(buildText(standard.buildLines)) {
		x := vt.NewTerminal(80, 2, vt.Options{})
		x.Write([]byte(line))
		text := x.Snapshot().RowText(0)
		_, file, _ := strings.Cut(text, "] ")
		if _, ok := lineNumber(text); !ok || files[file] || x.Snapshot().Cursor.Y != 1 {
			t.Fatalf("line %q", text)
		}
		files[file] = true
	}
}

func TestScrollbackPart(t *testing.T) {
	slow := scrolledOver{Link: "rtt=100ms,rate=256k", Scrolls: []scrolling{
		{contestant{Program: "gm"}, numberLines, 10_000, []float64{1, 1, 1}, []float64{20_000, 10_000, 30_000}, []float64{150, 160, 170}, []float64{1500, 1600, 1700}},
		{contestant{Program: "mosh"}, numberLines, 10_000, []float64{0.0024}, []float64{5000}, []float64{320}, nil},
		{contestant{Program: "ssh"}, numberLines, 10_000, []float64{0.9999}, []float64{80_000}, []float64{3200}, []float64{3200}},
		{contestant{Program: "gm"}, buildLines, 5000, []float64{0}, []float64{1}, []float64{1}, []float64{1}},
	}, Interrupts: []interrupting{{contestant{Program: "gm"}, []float64{1.5}}, {contestant{Program: "ssh"}, []float64{15}}}}
	got := scrollbackPart([]scrolledOver{slow, {Link: "rtt=100ms"}}, machine{}).table.markdown()
	for _, row := range []string{
		"| 100 ms, 256 kbit/s, 10,000 lines: share | 100% | 0.2% | 99.9% |  |  |",
		"| 100 ms, 256 kbit/s, 10,000 lines: bytes | 20,000 | 5,000 | 80,000 | 4.00 | 0.25 |",
		"| 100 ms, 256 kbit/s, 10,000 lines: ms to the last line | 160 | 320 | 3200 | 0.50 | 0.05 |",
		"| 100 ms, 256 kbit/s, 10,000 lines: ms to all | 1600 |  | 3200 |  | 0.50 |",
		"| 100 ms, 256 kbit/s, 5,000 lines of a build: share | 0% |  |  |  |  |",
		"| 100 ms, 256 kbit/s: Ctrl-C in `yes`, round trips | 1.50 |  | 15.0 |  | 0.10 |",
	} {
		t.Run(row, func(t *testing.T) {
			if !strings.Contains(got, row+"\n") {
				t.Errorf("no such row in\n%s", got)
			}
		})
	}
}

func TestBytesPartSeparatesScrollback(t *testing.T) {
	gm, off, ssh := contestant{Program: "gm"}, contestant{Program: "gm", Scrollback: noScrollback}, contestant{Program: "ssh"}
	got := bytesPart([]played{{"bash", []cost{{gm, 10, 1190}, {off, 10, 990}, {ssh, 0, 2000}}}}, machine{}).table.markdown()
	for _, row := range []string{
		"| bash | 1,200 | 0 | 2,000 |  | 0.60 |", "| bash, `--scrollback=off` | 1,000 | 0 | 2,000 |  | 0.50 |",
		"| all | 1,200 | 0 | 2,000 |  | 0.60 |", "| all, `--scrollback=off` | 1,000 | 0 | 2,000 |  | 0.50 |",
	} {
		t.Run(row, func(t *testing.T) {
			if !strings.Contains(got, row+"\n") {
				t.Errorf("no such row in\n%s", got)
			}
		})
	}
}
