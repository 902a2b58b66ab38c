//go:build linux

package main

import (
	"math/rand/v2"
	"time"
)

// typedLine is a line that is typed from a time on.
type typedLine struct {
	at   time.Duration
	text string
	pane int // its number from 1; 0 is all
}

// key is a key press.
type key struct {
	at   time.Duration
	char byte
	line int // its number in the lines
	pane int // as in typedLine
}

// keys returns the keys of lines in an uneven rhythm that is the same in each run.
func keys(lines []typedLine) (ks []key) {
	rng := rand.New(rand.NewPCG(1, 1))
	for n, line := range lines {
		at := line.at
		for i := range len(line.text) {
			ks = append(ks, key{at, line.text[i], n, line.pane})
			at += time.Duration(50+rng.IntN(90)) * time.Millisecond
		}
	}
	return ks
}

// keyName returns the name of a key for a caption.
func keyName(char byte) string {
	switch {
	case char == '\r':
		return "⏎"
	case char < ' ':
		return "Ctrl-" + string(char|0x40) + " "
	}
	return string(char)
}

// typeKeys types the keys of lines in the panes. Their times count from start.
func typeKeys(start time.Time, lines []typedLine, panes []*pane) error {
	for _, k := range keys(lines) {
		time.Sleep(time.Until(start.Add(k.at)))
		for i, p := range panes {
			if k.pane != 0 && k.pane != i+1 {
				continue
			}
			if err := p.press(k.char); err != nil {
				return err
			}
		}
	}
	return nil
}
