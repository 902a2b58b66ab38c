package main

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// The film of session.svg. Times count from its beginning.
const (
	length   = 26 * time.Second
	downFrom = 11 * time.Second
	downFor  = 9 * time.Second
)

// sessionLines are the lines that are typed in the film.
var sessionLines = []typedLine{
	{1 * time.Second, "echo every key shows at once\r"},
	{5500 * time.Millisecond, "date +%A\r"},
	{9500 * time.Millisecond, "echo now the link is down, and typing goes on"},
	{22 * time.Second, "\r"},
}

// session returns the picture session.svg. It takes as long as the film.
func session(gm string) ([]byte, error) {
	link := fmt.Sprintf("rtt=500ms,loss=30%%,outage=%v+%v", lead+downFrom, downFor)
	shell := []string{"--", "env", "PS1=$ ", "bash", "--norc", "--noprofile"}
	pane := func(title string, options ...string) *pane {
		argv := append([]string{gm, "--local", "--link", link}, options...)
		return &pane{title: title, cols: 72, rows: 8, command: append(argv, shell...), quit: "\x1e."}
	}
	films, err := record(length, sessionLines,
		pane("gm"),
		pane("gm --predict=never: the same link, the same keys", "--predict=never"))
	if err != nil {
		return nil, err
	}
	return renderSession(films), nil
}

// renderSession draws the films below each other, under the state of the link and the
// keys.
func renderSession(films []film) []byte {
	var b strings.Builder
	sessionHeader(&b)
	width, height := 0, 2*titleSpace
	for _, f := range films {
		f.drawAt(&b, margin, height)
		w, h := f.size()
		width, height = max(width, w), height+h+margin
	}
	title := fmt.Sprintf("gm over a link of 500 ms that loses 30%% of the packets and is down for %v: with prediction every key shows at once", downFor)
	return document(width+2*margin, height+margin, title, b.String())
}

func sessionHeader(b *strings.Builder) {
	line := func(y int, s span, fill, text string) {
		during(b, s, fmt.Sprintf(`<text x="%d" y="%d" fill="%s">%s</text>`, 2*margin, y, fill, html.EscapeString(text)))
	}
	up := "link   500 ms round trip, 30% of the packets lost each way"
	line(titleSpace-4, span{from: 0, to: downFrom}, "#a6e3a1", up)
	line(titleSpace-4, span{from: downFrom, to: downFrom + downFor}, "#f38ba8", "link   down")
	line(titleSpace-4, span{from: downFrom + downFor, to: length}, "#a6e3a1", up)
	typed, ks := "", keys(sessionLines)
	for i, k := range ks {
		end := length
		if i+1 < len(ks) {
			end = ks[i+1].at
		}
		typed += strings.ReplaceAll(string(k.char), "\r", "⏎")
		line(2*titleSpace-8, span{from: k.at, to: end}, "#f9e2af", "keys   "+typed)
		if k.char == '\r' {
			typed = ""
		}
	}
}
