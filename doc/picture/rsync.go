//go:build linux

package main

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// rsyncScene is the scene of rsync.svg.
func rsyncScene(roam func(n int) error) scene {
	const first, second = 7 * time.Second, 13 * time.Second
	return scene{
		title:  "rsync over gmssh and over ssh, while the address of the machine changes twice: gmssh continues, ssh stands still",
		length: 32 * time.Second, poster: 30 * time.Second,
		lines: []typedLine{
			{at: 500 * time.Millisecond, text: "rsync --progress -e gmssh film host:\r", pane: 1},
			{at: 500 * time.Millisecond, text: "rsync --progress -e ssh film host:\r", pane: 2},
		},
		moments: []moment{
			{caption: "network   100 ms, 16 Mbit/s; a Wi-Fi", color: goodColor},
			{at: first, caption: "network   another address: a phone's hotspot", color: badColor, do: func() error { return roam(1) }},
			{at: second, caption: "network   another address: a second Wi-Fi", color: badColor, do: func() error { return roam(2) }},
		},
	}
}

// rsyncThrough returns the picture rsync.svg. Each rsync has a network of its own.
func rsyncThrough(gm string) ([]byte, error) {
	var sites [2]*site
	for i := range sites {
		s, err := newSite(gm, "rtt=100ms,rate=16M")
		if err != nil {
			return nil, err
		}
		defer s.close()
		if err := writeFilm(filepath.Join(s.dir, "film")); err != nil {
			return nil, err
		}
		sites[i] = s
	}
	sc := rsyncScene(func(n int) error { return errors.Join(sites[0].roam(n), sites[1].roam(n)) })
	shell := func(i int, title string) *pane {
		p := sites[i].pane(title, 5, "sh", "-c", `cd && exec bash`)
		p.quit = "\x03exit\r"
		return p
	}
	films, err := sc.record(shell(0, "over gmssh"), shell(1, "over ssh"))
	if err != nil {
		return nil, err
	}
	return sc.render(films), nil
}

// writeFilm writes the file that is copied: 30 MB that cannot be compressed.
func writeFilm(name string) error {
	data := make([]byte, 30_000_000)
	rand.NewChaCha8([32]byte{}).Read(data)
	return os.WriteFile(name, data, 0o600)
}
