//go:build e2e && linux

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
	judgeScrollback(t, dir)
	judgeWaiting(t, dir)
	judgeStreams(t, dir)
	judgePictures(t, dir)
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
	if len(places) != 3 || len(places[0].Ways) != 7 || len(places[1].Ways) != 5 || len(places[2].Ways) != 4 {
		t.Fatalf("connects: %+v", places)
	}
	for _, p := range places {
		for _, w := range p.Ways {
			if len(w.Took) != 1 || w.Took[0] <= 1 {
				t.Errorf("%s: %v", w.Way, w.Took)
			}
		}
	}
	for _, p := range places[1:] {
		if far := p.cell(gmWarm).value; far < 500 || far > 5000 {
			t.Errorf("%s: gm connects within %v ms over a round trip of 100 ms", p.Place, far)
		}
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

// judgeScrollback wants every line in the scrollback of gm and of ssh, and the last ones on
// the screen of mosh.
func judgeScrollback(t *testing.T, dir string) {
	all := result[[]scrolledOver](t, dir, "scrollback")
	if len(all) != 1 || len(all[0].Scrolls) != 2*len(scrollContestants) || len(all[0].Interrupts) != len(scrollContestants) {
		t.Fatalf("scrollback: %+v", all)
	}
	for _, s := range all[0].Scrolls {
		if len(s.Last) != 1 || s.Last[0] < 40 || s.Down[0] < 200 {
			t.Errorf("%+v", s)
		}
		if whole := s.Share[0] == 1 && len(s.All) == 1; whole != (s.Program != "mosh") || s.Share[0] < 20/float64(s.Lines) {
			t.Errorf("%+v", s)
		}
	}
	for _, i := range all[0].Interrupts {
		if len(i.Took) != 1 || i.Took[0] < 1 {
			t.Errorf("%+v", i)
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
	players, err := open(g, programs, "sh")
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
			t.Errorf("%s: %+v", p.Program, f)
		}
		if n := len(p.servers()); n != 1 {
			t.Errorf("%s has %d servers", p.Program, n)
		}
		if err := p.leave(); err != nil {
			t.Error(err)
		}
	}
	for _, c := range []contestant{{Program: "ssh"}, {Program: "gm", Path: throughSSH}} {
		if _, err := g.open(c, 80, 24, "sh"); err == nil {
			t.Errorf("%+v runs over a relay of datagrams", c)
		}
	}
}
