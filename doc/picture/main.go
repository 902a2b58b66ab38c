// Picture makes the README's picture, session.svg: the same keys typed in two real sessions
// over the same bad link, one with prediction and one without.
//
//	go run gm/doc/picture GM FILE
//
// GM is the program to run and FILE the picture to write. A run takes as long as the film.
package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"time"
)

// The film. Times count from its beginning.
const (
	cols, rows = 72, 8
	lead       = 3 * time.Second // before the film, while the sessions start
	length     = 26 * time.Second
	downFrom   = 11 * time.Second
	downFor    = 9 * time.Second
)

// typedLines are the lines that are typed, each with the time of its first key.
var typedLines = []struct {
	at   time.Duration
	text string
}{
	{1 * time.Second, "echo every key shows at once\r"},
	{5500 * time.Millisecond, "date +%A\r"},
	{9500 * time.Millisecond, "echo now the link is down, and typing goes on"},
	{22 * time.Second, "\r"},
}

// key is a key press.
type key struct {
	at   time.Duration
	char byte
}

// keys returns the keys of typedLines in an uneven rhythm that is the same in each run.
func keys() (ks []key) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, line := range typedLines {
		at := line.at
		for i := range len(line.text) {
			ks = append(ks, key{at, line.text[i]})
			at += time.Duration(50+rng.IntN(90)) * time.Millisecond
		}
	}
	return ks
}

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: picture GM FILE"))
	}
	link := fmt.Sprintf("rtt=500ms,loss=30%%,outage=%v+%v", lead+downFrom, downFor)
	panes := []*pane{
		{title: "gm", command: []string{os.Args[1], "--local", "--link", link}},
		{title: "gm --predict=never: the same link, the same keys", command: []string{os.Args[1], "--local", "--link", link, "--predict=never"}},
	}
	start := time.Now()
	for _, p := range panes {
		fail(p.start())
	}
	typeKeys(start.Add(lead), panes)
	for _, p := range panes {
		fail(p.stop())
	}
	films := make([]film, len(panes))
	for i, p := range panes {
		films[i] = film{p.title, p.frames(start.Add(lead))}
	}
	fail(os.WriteFile(os.Args[2], render(films), 0o644))
}

func typeKeys(start time.Time, panes []*pane) {
	for _, k := range keys() {
		time.Sleep(time.Until(start.Add(k.at)))
		for _, p := range panes {
			fail(p.press(k.char))
		}
	}
	time.Sleep(time.Until(start.Add(length)))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}
