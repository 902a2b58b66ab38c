package main

import (
	"math/rand/v2"
	"time"
)

// typedLine is a line that is typed from a time on.
type typedLine struct {
	at   time.Duration
	text string
}

// key is a key press.
type key struct {
	at   time.Duration
	char byte
}

// keys returns the keys of lines in an uneven rhythm that is the same in each run.
func keys(lines []typedLine) (ks []key) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, line := range lines {
		at := line.at
		for i := range len(line.text) {
			ks = append(ks, key{at, line.text[i]})
			at += time.Duration(50+rng.IntN(90)) * time.Millisecond
		}
	}
	return ks
}

// typeKeys types the keys of lines in all panes. Their times count from start.
func typeKeys(start time.Time, lines []typedLine, panes []*pane) error {
	for _, k := range keys(lines) {
		time.Sleep(time.Until(start.Add(k.at)))
		for _, p := range panes {
			if err := p.press(k.char); err != nil {
				return err
			}
		}
	}
	return nil
}
