//go:build linux

package main

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gm/wire/simnet"
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
	atOnce: 2, settle: 100 * time.Millisecond, idleFor: 3500 * time.Millisecond,
}

// TestEverySection runs every section with little effort and checks each result.
func TestEverySection(t *testing.T) {
	dir := t.TempDir()
	var log bytes.Buffer
	b := &bench{effort: little, log: &log}
	if err := b.main("", dir, nil); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	judgeLatency(t, dir)
	judgeConnect(t, dir)
	judgeBytes(t, dir)
	judgeFlood(t, dir)
	judgeWaiting(t, dir)
	judgeReport(t, dir)
	if left := b.ours(); len(left) > 0 {
		t.Errorf("left running: %v", left)
	}
	if _, err := os.Stat(b.dir); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", b.dir, err)
	}
}

// result reads what a section has saved.
func result[T any](t *testing.T, dir, name string) T {
	t.Helper()
	r, m, there, err := load[T](dir, name)
	if err != nil || !there {
		t.Fatalf("%s: there %v, %v", name, there, err)
	}
	if m.CPU == "" || m.Cores == 0 || m.Kernel == "" || m.Load == "" || !strings.Contains(m.String(), "1.4.0") {
		t.Errorf("the machine is %q", m)
	}
	return r
}

func judgeLatency(t *testing.T, dir string) {
	for _, l := range result[[]overLink](t, dir, "latency") {
		if len(l.Typing) != len(contestants) {
			t.Fatalf("%d typists", len(l.Typing))
		}
		for _, y := range l.Typing {
			if len(y.Took) != little.keys {
				t.Errorf("%s: %d keys, want %d", y.name(), len(y.Took), little.keys)
			}
			for _, ms := range y.Took {
				if ms > 5000 || y.Predict != "adaptive" && ms < 40 {
					t.Errorf("%s: %v ms over a round trip of 40 ms", y.name(), ms)
				}
			}
		}
	}
}

func judgeConnect(t *testing.T, dir string) {
	places := result[[]atPlace](t, dir, "connect")
	if len(places) != 2 || len(places[0].Ways) != 7 || len(places[1].Ways) != 5 {
		t.Fatalf("connects: %+v", places)
	}
	for _, p := range places {
		for _, w := range p.Ways {
			if len(w.Took) != 1 || w.Took[0] <= 1 {
				t.Errorf("%s: %v", w.Way, w.Took)
			}
		}
	}
	if far := places[1].cell(gmWarm).value; far < 500 {
		t.Errorf("gm connects within %v ms over a round trip of 100 ms", far)
	}
}

func judgeBytes(t *testing.T, dir string) {
	for _, r := range result[[]played](t, dir, "bytes") {
		for _, c := range r.Costs {
			if c.Up < 50 || c.Down < 100 {
				t.Errorf("%s with %s: %+v", r.Recording, c.Program, c)
			}
		}
	}
}

func judgeFlood(t *testing.T, dir string) {
	all := result[[]flooding](t, dir, "flood")
	if want := 4 * len(floodKinds); len(all) != want { // a reader, gm, mosh and ssh
		t.Errorf("%d floods, want %d", len(all), want)
	}
	for _, f := range all {
		if len(f.Rate) != 1 || f.Rate[0] <= 0 || len(f.CPU) != 1 && f.Program != "reader" {
			t.Errorf("%+v", f)
		}
	}
}

func judgeWaiting(t *testing.T, dir string) {
	for _, r := range result[[]residence](t, dir, "memory") {
		if r.Fresh < 100<<10 || r.Used < r.Fresh/2 || r.Used > 100<<20 {
			t.Errorf("%+v", r)
		}
	}
	for _, w := range result[[]waiting](t, dir, "idle") {
		if w.Up > 1000 || w.Down > 1000 || w.Program != "ssh" && w.Up*w.Down*w.Server == 0 { // a sign of life every 3 s
			t.Errorf("%+v", w)
		}
	}
	for _, s := range result[[]sized](t, dir, "size") {
		if s.Bytes < 50_000 {
			t.Errorf("%+v", s)
		}
	}
}

// judgeReport wants every section in it, and figures that are well-formed.
func judgeReport(t *testing.T, dir string) {
	text, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n## "); n != len(sections) {
		t.Errorf("%d sections of %d in\n%s", n, len(sections), text)
	}
	if strings.Contains(string(text), "NaN") {
		t.Errorf("a number is none in\n%s", text)
	}
	figures, _ := filepath.Glob(filepath.Join(dir, "*.svg"))
	if len(figures) != strings.Count(string(text), ".svg)") || len(figures) < 5 {
		t.Errorf("figures %v for\n%s", figures, text)
	}
	for _, file := range figures {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(bytes.NewReader(text))
		for err == nil {
			_, err = d.Token()
		}
		if err != io.EOF {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// TestRelays runs the sections that work without root.
func TestRelays(t *testing.T) {
	b := &bench{effort: little, log: io.Discard}
	close, err := b.prepare("")
	if err != nil {
		t.Fatal(err)
	}
	defer close()
	g := &relays{b: b, config: simnet.Config{Delay: 20 * time.Millisecond}, seed: 1}
	defer g.close()
	players, err := open(g, "sh")
	if err != nil {
		t.Fatal(err)
	}
	if len(players) != 2 {
		t.Fatalf("%d players", len(players))
	}
	for _, p := range players {
		if _, err := p.awaitPrompt(); err != nil {
			t.Fatal(err)
		}
		if f := p.traffic(); f.Up.Packets == 0 || f.Down.Bytes < f.Down.Packets*headers {
			t.Errorf("%s: %+v", p.program, f)
		}
		if n := len(p.servers()); n != 1 {
			t.Errorf("%s has %d servers", p.program, n)
		}
		if err := p.leave(); err != nil {
			t.Error(err)
		}
	}
	if _, err := g.open("ssh", "", 80, 24, "sh"); err == nil {
		t.Error("ssh runs over a relay of datagrams")
	}
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
		{"gm", "never", []float64{100, 100, 400}}, {"gm", "adaptive", []float64{1, 1, 49}},
		{"mosh", "never", []float64{200, 200, 200}}, {"mosh", "adaptive", []float64{2, 51, 250}}, {"ssh", "", []float64{100, 100, 400}},
	}
	p := latencyPart([]overLink{{"rtt=100ms,loss=10%", typed}}, machine{})
	for _, row := range []string{
		"| 100 ms, 10% lost each way, no prediction | 100 / 200 / 400 | 200 / 200 / 200 | 100 / 200 / 400 | 0.50 | 1.00 |",
		"| 100 ms, 10% lost each way, adaptive | 1.00 / 17.0 / 49.0 | 51.0 / 101 / 250 | 100 / 200 / 400 | 0.17 | 0.09 |",
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
