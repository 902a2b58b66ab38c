//go:build linux

package main

import (
	"time"
)

// waiting is the cost of a session during one minute without input, after another one in
// which it has become idle.
type waiting struct {
	Program        string
	Up, Down       float64 // packets
	Client, Server float64 // wake-ups: context switches of the processes
}

func (b *bench) idle() (results []waiting, err error) {
	g, err := b.newTestbed("rtt=100ms", 1)
	if err != nil {
		return nil, err
	}
	defer g.close()
	players, err := open(g, programs, "sh")
	if err != nil {
		return nil, err
	}
	if err := g.degrade(); err != nil {
		return nil, err
	}
	for _, p := range players {
		if _, err := p.awaitPrompt(); err != nil {
			return nil, err
		}
	}
	time.Sleep(b.calm)
	sent, before := traffic(players), wakeUps(players)
	time.Sleep(b.idleFor)
	after := wakeUps(players)
	minute := func(n int) float64 { return float64(n) * float64(time.Minute) / float64(b.idleFor) }
	for i, p := range players {
		f := p.traffic().Minus(sent[i])
		results = append(results, waiting{
			p.Program, minute(f.Up.Packets), minute(f.Down.Packets),
			minute(after[i].client - before[i].client), minute(after[i].server - before[i].server),
		})
	}
	return results, nil
}

// awake returns how often the processes of a session have been scheduled so far.
type awake struct{ client, server int }

func wakeUps(players []*player) (all []awake) {
	for _, p := range players {
		w := awake{client: process{pid: p.cmd.Process.Pid}.switches()}
		for _, server := range p.servers() {
			w.server += server.switches()
		}
		all = append(all, w)
	}
	return all
}
