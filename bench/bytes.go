//go:build linux

package main

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"gm/bench/netlab"
	"gm/vt"
)

const framePause = 100 * time.Millisecond

// cost is the number of bytes of packets in which a contestant sends a recording.
type cost struct {
	contestant
	Up, Down int
}

// played is a recording with its cost for each contestant.
type played struct {
	Recording string
	Costs     []cost
}

var bytesContestants = []contestant{{Program: "gm"}, {Program: "gm", Scrollback: noScrollback}, {Program: "mosh"}, {Program: "ssh"}}

// bytes plays recordings in four sessions at the same time and counts their packets.
func (b *bench) bytes() (results []played, err error) {
	g, err := b.newTestbed("rtt=20ms", 1)
	if err != nil {
		return nil, err
	}
	defer g.close()
	players, err := open(g, bytesContestants, b.self, playerWord, "recordings", framePause.String(), strconv.Itoa(b.frames))
	if err != nil {
		return nil, err
	}
	if err := g.degrade(); err != nil {
		return nil, err
	}
	all, err := recordings()
	if err != nil {
		return nil, err
	}
	title := playedTitle("nothing")
	for _, r := range all[:min(len(all), b.recordings)] {
		if err := ready(players, title); err != nil {
			return nil, err
		}
		time.Sleep(rest)
		before := traffic(players)
		for _, p := range players {
			p.typeKeys(" ")
		}
		title = playedTitle(r.Name)
		if err := ready(players, title); err != nil {
			return nil, err
		}
		time.Sleep(rest)
		results = append(results, played{strings.TrimSuffix(r.Name, "-80x24"), costs(players, before)})
	}
	return results, nil
}

// rest is how long the last acknowledgements may take.
const rest = 300 * time.Millisecond

// open opens a session of each contestant that the network lets through.
func open(g testbed, contestants []contestant, command ...string) (all []*player, err error) {
	for _, c := range contestants {
		if !slices.Contains(g.programs(), c.carrier()) {
			continue
		}
		p, err := g.open(c, 80, 24, command...)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func ready(players []*player, title string) error {
	for _, p := range players {
		_, err := p.await(title, func(s *vt.Screen) bool {
			return strings.HasSuffix(s.Title, title) // clients prefix the title with their names
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func traffic(players []*player) (all []netlab.Flow) {
	for _, p := range players {
		all = append(all, p.traffic())
	}
	return all
}

func costs(players []*player, before []netlab.Flow) (out []cost) {
	for i, p := range players {
		f := p.traffic().Minus(before[i])
		out = append(out, cost{p.contestant, f.Up.Bytes, f.Down.Bytes})
	}
	return out
}
