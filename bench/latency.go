//go:build linux

package main

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"gm/vt"
)

const keyPause = 120 * time.Millisecond

// typing is the result of one contestant over one link.
type typing struct {
	contestant
	Took    []float64 // ms from a key to its echo on the screen
	Packets float64   // of IP for each key while typing, both ways together
}

// overLink is the results of all contestants over one link.
type overLink struct {
	Link   string
	Typing []typing
}

// contestants are measured side by side.
var contestants = []contestant{
	{Program: "gm", Predict: "never"}, {Program: "gm", Predict: "adaptive"},
	{Program: "gm", Predict: "never", Path: throughSSH},
	{Program: "mosh", Predict: "never"}, {Program: "mosh", Predict: "adaptive"},
	{Program: "ssh"},
}

func (b *bench) latency() ([]overLink, error) {
	results := make([]overLink, len(b.links))
	var all sync.WaitGroup
	for i, link := range b.links {
		g, err := b.newTestbed(link, uint64(i+1))
		if err != nil {
			return nil, err
		}
		defer g.close()
		typists, err := b.openTypists(g)
		if err != nil {
			return nil, err
		}
		if err := g.degrade(); err != nil {
			return nil, err
		}
		all.Go(func() { results[i] = overLink{link, typeAll(typists)} })
	}
	all.Wait()
	return results, nil
}

func (b *bench) openTypists(g testbed) (typists []*typist, err error) {
	for i, c := range contestants {
		if !slices.Contains(g.programs(), c.carrier()) {
			continue
		}
		x, err := g.open(c, typistCols, typistRows, "sh", "-c", "stty -icanon; printf ready; exec cat >/dev/null")
		if err != nil {
			return nil, err
		}
		if _, err := x.awaitText("ready"); err != nil {
			return nil, err
		}
		typists = append(typists, &typist{
			player: x, result: typing{contestant: c}, start: x.cursor(), keys: b.warmup + b.keys, warmup: b.warmup,
			delay: time.Duration(i) * keyPause / time.Duration(len(contestants)),
		})
	}
	return typists, nil
}

func (t *terminal) cursor() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.screen.Snapshot()
	cols, _ := s.Size()
	return s.Cursor.Y*cols + s.Cursor.X
}

func typeAll(typists []*typist) (results []typing) {
	var all sync.WaitGroup
	for _, y := range typists {
		all.Go(y.typeKeys)
	}
	all.Wait()
	for _, y := range typists {
		results = append(results, y.result)
	}
	return results
}

// The terminal of a typist has room for every key.
const typistCols, typistRows = 200, 50

// typist types into a program that only reads; the host's terminal echoes.
type typist struct {
	*player
	result       typing
	start        int // the cell of the first key, counted from the upper left
	keys, warmup int
	delay        time.Duration // before the first key, to keep typists out of step

	mu    sync.Mutex
	typed []time.Time
	shown []time.Time // when each key was shown, in order
	all   chan struct{}
}

// typeKeys fills result. A key that is not shown within the timeout after the last one
// counts as shown then.
func (y *typist) typeKeys() {
	y.all = make(chan struct{})
	y.observe(y.look)
	time.Sleep(y.delay)
	before := y.packets()
	ticker := time.NewTicker(keyPause)
	defer ticker.Stop()
	for n := range y.keys {
		y.mu.Lock()
		y.typed = append(y.typed, time.Now())
		y.mu.Unlock()
		y.terminal.typeKeys(string(key(n)))
		<-ticker.C
	}
	y.result.Packets = float64(y.packets()-before) / float64(y.keys)
	select {
	case <-y.all:
	case <-time.After(timeout):
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	for n := y.warmup; n < y.keys; n++ {
		at := time.Now()
		if n < len(y.shown) {
			at = y.shown[n]
		}
		y.result.Took = append(y.result.Took, milliseconds(at.Sub(y.typed[n])))
	}
}

// packets returns the number of packets so far, both ways together.
func (y *typist) packets() int {
	flow := y.traffic()
	return flow.Up.Packets + flow.Down.Packets
}

// key returns key number n. No two keys in a row are the same.
func key(n int) byte { return byte('a' + n*7%26) }

func (y *typist) look(now time.Time, s *vt.Screen) {
	y.mu.Lock()
	defer y.mu.Unlock()
	for n := len(y.shown); n < len(y.typed); n++ {
		at := y.start + n
		var buf [4]byte
		if got := s.AppendText(buf[:0], s.Cell(at%typistCols, at/typistCols)); string(got) != string(key(n)) {
			return
		}
		if y.shown = append(y.shown, now); len(y.shown) == y.keys {
			close(y.all)
		}
	}
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Round(10*time.Microsecond)) / float64(time.Millisecond)
}

func (c contestant) name() string {
	name := c.Program
	if c.Path == throughSSH {
		name += " through SSH"
	}
	switch c.Predict {
	case "":
		return name
	case "never":
		return name + ", no prediction"
	}
	return fmt.Sprintf("%s, %s prediction", name, c.Predict)
}
