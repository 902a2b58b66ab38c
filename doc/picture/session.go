//go:build linux

package main

import (
	"fmt"
	"time"
)

// The link of session.svg is down for a time.
const (
	downFrom = 11 * time.Second
	downFor  = 9 * time.Second
)

// sessionScene is the scene of session.svg.
func sessionScene() scene {
	up := "link   500 ms round trip, 30% of the packets lost each way"
	return scene{
		title:  fmt.Sprintf("gm over a link of 500 ms that loses 30%% of the packets and is down for %v: with prediction every key shows at once", downFor),
		length: 28 * time.Second, poster: downFrom + downFor - time.Second,
		lines: []typedLine{
			{at: 1 * time.Second, text: "echo every key shows at once\r"},
			{at: 5500 * time.Millisecond, text: "date +%A\r"},
			{at: 9500 * time.Millisecond, text: "echo now the link is down, and typing goes on"},
			{at: 22 * time.Second, text: "\r"},
		},
		moments: []moment{
			{caption: up, color: goodColor},
			{at: downFrom, caption: "link   down", color: badColor},
			{at: downFrom + downFor, caption: up, color: goodColor},
		},
	}
}

// session returns the picture session.svg. It takes as long as the film.
func session(gm string) ([]byte, error) {
	link := fmt.Sprintf("rtt=500ms,loss=30%%,outage=%v+%v", lead+downFrom, downFor)
	shell := []string{"--", "env", "PS1=$ ", "bash", "--norc", "--noprofile"}
	pane := func(title string, options ...string) *pane {
		argv := append([]string{gm, "--local", "--link", link}, options...)
		return &pane{title: title, cols: 60, rows: 7, command: append(argv, shell...), quit: "\x1e."}
	}
	sc := sessionScene()
	films, err := sc.record(
		pane("gm"),
		pane("gm --predict=never: the same link, the same keys", "--predict=never"))
	if err != nil {
		return nil, err
	}
	return sc.render(films), nil
}
