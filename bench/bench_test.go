//go:build linux

package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The tests run the program itself as the player.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == playerWord {
		exit(play(os.Args[2:]))
	}
	os.Exit(m.Run())
}

// little is the least effort with which every section has results.
var little = effort{
	links: []string{"rtt=40ms"}, keys: 10, warmup: 2, connects: 1, firsts: 1, recordings: 1, frames: 3, floods: 1, floodSize: 100_000,
	atOnce: 2, settle: 100 * time.Millisecond, calm: 100 * time.Millisecond, idleFor: 3500 * time.Millisecond,
	scrollLinks: []string{"rtt=40ms,rate=2M"}, scrolls: 1, numberLines: 300, buildLines: 200, floodFor: 100 * time.Millisecond,
	streamLinks: []string{"rtt=20ms,rate=100M"}, streamRuns: 1, streamSize: 300_000, streamLimit: 10 * time.Second, pourSize: 20_000_000,
	streamFirsts: 1, uploadLink: "rtt=20ms,rate=10M", uploadKeys: 10, uploadLead: 200 * time.Millisecond, pictureLink: "rtt=20ms,rate=4M", pictureKeys: 5,
}

// TestReportOnly writes a report of earlier results and measures nothing.
func TestReportOnly(t *testing.T) {
	dir := t.TempDir()
	b := &bench{effort: little, log: io.Discard}
	if err := save(dir, "size", machine{}, []sized{{"gm", 6_000_000}, {"mosh-client", 400_000}, {"mosh-server", 600_000}}); err != nil {
		t.Fatal(err)
	}
	if err := b.main("", dir, []string{reportOnly}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil || !strings.Contains(string(text), "| client and server | 6,000 | 1,000 | 0 | 6.00 |  |\n") {
		t.Errorf("%v, the report is\n%s", err, text)
	}
}

func TestUnknownSection(t *testing.T) {
	b := &bench{effort: little, log: io.Discard}
	if err := b.main("", t.TempDir(), []string{"speed"}); err == nil || !strings.Contains(err.Error(), `"speed"`) {
		t.Errorf("error %v", err)
	}
}

func TestWords(t *testing.T) {
	for list, want := range map[string]string{"": "", "idle": "idle", "idle,size": "idle|size", " idle , size": "idle|size"} {
		if got := strings.Join(words(list), "|"); got != want {
			t.Errorf("words(%q) = %q, want %q", list, got, want)
		}
	}
}

// TestTableOfOthers names the programs beside gm.
func TestTableOfOthers(t *testing.T) {
	got := table{others: [2]string{"a", "b"}, rows: []row{{"all", cell{"1", 1}, cell{"2", 2}, cell{"4", 4}}}}.markdown()
	if want := "| | gm | a | b | gm / a | gm / b |\n"; !strings.Contains(got, want) {
		t.Errorf("no %q in\n%s", want, got)
	}
}

func TestTable(t *testing.T) {
	got := table{title: "T", note: "N", rows: []row{
		{"all", cell{"1", 1}, cell{"2", 2}, cell{"4", 4}},
		{"one", cell{"1", 1}, cell{}, cell{"0", 0}},
	}}.markdown()
	for _, line := range []string{"## T", "| all | 1 | 2 | 4 | 0.50 | 0.25 |", "| one | 1 |  | 0 |  |  |"} {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("no %q in\n%s", line, got)
		}
	}
}

// TestLatencyPart computes ratios from the medians without prediction, and from the
// means with prediction.
func TestLatencyPart(t *testing.T) {
	typed := []typing{
		{contestant{Program: "gm", Predict: "never"}, []float64{100, 100, 400}, 6}, {contestant{Program: "gm", Predict: "adaptive"}, []float64{1, 1, 49}, 6},
		{contestant{Program: "gm", Predict: "never", Path: throughSSH}, []float64{90, 90, 390}, 3},
		{contestant{Program: "mosh", Predict: "never"}, []float64{200, 200, 200}, 3}, {contestant{Program: "mosh", Predict: "adaptive"}, []float64{2, 51, 250}, 3},
		{contestant{Program: "ssh"}, []float64{100, 100, 400}, 2.5},
	}
	p := latencyPart([]overLink{{"rtt=100ms,loss=10%", typed}}, machine{})
	for _, row := range []string{
		"| 100 ms, 10% lost each way, no prediction | 100 / 200 / 400 | 200 / 200 / 200 | 100 / 200 / 400 | 0.50 | 1.00 |",
		"| 100 ms, 10% lost each way, adaptive | 1.00 / 17.0 / 49.0 | 51.0 / 101 / 250 | 100 / 200 / 400 | 0.17 | 0.09 |",
		"| 100 ms, 10% lost each way, through SSH | 90.0 / 190 / 390 |  | 100 / 200 / 400 |  | 0.90 |",
		"| 100 ms, 10% lost each way, packets for each key | 6.00 | 3.00 | 2.50 | 2.00 | 2.40 |",
		"| 100 ms, 10% lost each way, through SSH, packets for each key | 3.00 |  | 2.50 |  | 1.20 |",
		"| all, adaptive: shown within 50 ms | 100% | 33% | 0% |  |  |",
	} {
		if got := p.table.markdown(); !strings.Contains(got, row+"\n") {
			t.Errorf("no row\n%s\nin\n%s", row, got)
		}
	}
}

// TestFloodPart takes medians.
func TestFloodPart(t *testing.T) {
	p := floodPart([]flooding{
		{"words", "reader", []float64{200}, nil}, {"words", "gm", []float64{30, 100, 110}, []float64{7, 8, 90}}, {"words", "mosh", []float64{10}, []float64{80}},
	}, machine{})
	for _, row := range []string{
		"| plain text, MB/s (the reader: 200; gm / reader: 0.50) | 100 | 10.0 |  | 10.00 |  |",
		"| plain text, ms of the server per MB | 8.00 | 80.0 |  | 0.10 |  |",
	} {
		if got := p.table.markdown(); !strings.Contains(got, row+"\n") {
			t.Errorf("no row\n%s\nin\n%s", row, got)
		}
	}
}

func TestNumberFormats(t *testing.T) {
	for v, want := range map[float64]string{1234.5: "1234", 123.4: "123", 12.34: "12.3", 1.234: "1.23", 0: "0.00"} {
		if got := round(v); got != want {
			t.Errorf("round(%v) = %s, want %s", v, got, want)
		}
	}
	for n, want := range map[float64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%v) = %s, want %s", n, got, want)
		}
	}
}

func TestKeys(t *testing.T) {
	for n := range 1000 {
		if k := key(n); k < 'a' || k > 'z' || k == key(n+1) {
			t.Fatalf("key %d is %c, and the next %c", n, k, key(n+1))
		}
	}
}

func TestQuoteAll(t *testing.T) {
	if got := quoteAll([]string{"sh", "-c", "echo 'a b'"}); got != `'sh' '-c' 'echo '\''a b'\'''` {
		t.Errorf("got %s", got)
	}
}

// A section that started on a busy machine is marked in the report.
func TestBusyMachineIsMarked(t *testing.T) {
	for load, want := range map[string]bool{"0.00": false, "0.50": false, "0.51": true, "12.3": true, "": false} {
		m := machine{Load: load}
		if m.busy() != want || strings.Contains(m.String(), "**busy**") != want {
			t.Errorf("load %q: %s", load, m)
		}
	}
}
