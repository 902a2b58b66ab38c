//go:build linux

package main

import (
	"path/filepath"
	"time"
)

// The firewall of blocked.svg drops UDP for a time.
const (
	blockedFrom = 6 * time.Second
	blockedTo   = 21 * time.Second
)

// blockedScene is the scene of blocked.svg.
func blockedScene(block func(bool) error) scene {
	return scene{
		title:  "UDP is blocked in the middle of a session: gm continues through SSH and returns to UDP, mosh waits",
		length: 30 * time.Second, poster: blockedTo - time.Second,
		lines: []typedLine{
			{at: 1 * time.Second, text: "echo by UDP\r"},
			{at: 11 * time.Second, text: "echo the firewall drops UDP now\r"},
			{at: 25 * time.Second, text: "echo UDP again\r"},
		},
		moments: []moment{
			{caption: "network   100 ms round trip", color: goodColor},
			{at: blockedFrom, caption: "network   a firewall drops UDP, and does not answer", color: badColor,
				do: func() error { return block(true) }},
			{at: blockedTo, caption: "network   UDP passes again", color: goodColor, do: func() error { return block(false) }},
		},
	}
}

// blocked returns the picture blocked.svg.
func blocked(gm string) ([]byte, error) {
	s, err := newSite(gm, "rtt=100ms")
	if err != nil {
		return nil, err
	}
	defer s.close()
	sc := blockedScene(func(on bool) error { s.lab.BlockUDP(on); return nil })
	films, err := sc.record(
		s.pane("gm host", 6, filepath.Join(s.dir, "bin", "gm"), "host"),
		s.pane("mosh host", 6, "mosh", "host"))
	if err != nil {
		return nil, err
	}
	return sc.render(films), nil
}
