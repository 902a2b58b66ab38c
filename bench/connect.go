//go:build linux

package main

import (
	"os"
	"strings"
	"time"

	"gm/wire/simnet"
)

// connecting is one way of connecting, with the duration of each try.
type connecting struct {
	Way  string
	Took []float64 // ms
}

// atPlace is every way of connecting over one network.
type atPlace struct {
	Place string
	Ways  []connecting
}

// The ways of connecting. The prompt is that of sh.
const (
	gmWarm    = "gm host, to the prompt"
	gmFirst   = "gm host, the first time (upload)"
	gmLocal   = "gm --local, to the prompt"
	moshWarm  = "mosh host, to the prompt"
	moshLocal = "mosh --local, to the prompt"
	sshTrue   = "ssh host true, to its end"
	sshPrompt = "ssh -t host sh, to the prompt"
)

func (b *bench) connect() (places []atPlace, err error) {
	for _, place := range []string{loopback, farPlace, farPlace + udpBlocked} {
		if place != loopback && os.Getuid() != 0 {
			continue
		}
		ways, err := b.connectAt(place)
		if err != nil {
			return nil, err
		}
		places = append(places, atPlace{place, ways})
	}
	return places, nil
}

// The names of places. loopback is this machine's own network; other names are in the
// syntax of simnet.Parse. With the suffix udpBlocked, the network drops UDP from the start.
const (
	loopback   = "loopback"
	farPlace   = "rtt=100ms"
	udpBlocked = ",UDP blocked"
)

func (b *bench) connectAt(place string) ([]connecting, error) {
	s, err := b.newSite(place == loopback)
	if err != nil {
		return nil, err
	}
	defer s.close()
	link, blocked := strings.CutSuffix(place, udpBlocked)
	if link != loopback {
		config, err := simnet.Parse(link)
		if err != nil {
			return nil, err
		}
		if err := s.lab.Set(config, 1); err != nil {
			return nil, err
		}
		s.lab.BlockUDP(blocked)
	}
	return s.try(s.ways(blocked))
}

// way is one way of connecting; once connects and returns how long that took.
type way struct {
	name  string
	times int
	once  func() (time.Duration, error)
}

// ways returns the ways of connecting that work here. mosh has none if UDP is blocked.
func (s *site) ways(blocked bool) []way {
	ways := []way{
		{gmFirst, s.b.firsts, s.first},
		{gmWarm, s.b.connects, func() (time.Duration, error) { return s.prompt(s.commandLine("gm", nil, "sh")) }},
		{sshTrue, s.b.connects, func() (time.Duration, error) { return s.runToEnd(s.streamCommand(streamer{Program: "ssh"}, "true")) }},
	}
	if !blocked {
		ways = append(ways, way{moshWarm, s.b.connects, func() (time.Duration, error) { return s.prompt(s.commandLine("mosh", nil, "sh")) }})
	}
	ways = append(ways, way{sshPrompt, s.b.connects, func() (time.Duration, error) { return s.prompt(s.commandLine("ssh", nil, "sh")) }})
	if s.lab == nil {
		ways = append(ways,
			way{gmLocal, s.b.connects, func() (time.Duration, error) { return s.prompt([]string{s.b.gm, "--local", "--", "sh"}) }},
			way{moshLocal, s.b.connects, func() (time.Duration, error) { return s.prompt([]string{"mosh", "--local", "127.0.0.1", "--", "sh"}) }})
	}
	return ways
}

// try tries each way in turn, repeatedly, so that other load on the machine affects all
// ways alike.
func (s *site) try(ways []way) (results []connecting, err error) {
	results = make([]connecting, len(ways))
	for round := range max(s.b.connects, s.b.firsts) {
		for i, w := range ways {
			if round >= w.times {
				continue
			}
			took, err := w.once()
			if err != nil {
				return nil, err
			}
			results[i].Way = w.name
			results[i].Took = append(results[i].Took, milliseconds(took))
		}
	}
	return results, nil
}

func (s *site) prompt(argv []string) (time.Duration, error) {
	begin := time.Now()
	x, err := s.b.open(s.near(), 80, 24, argv)
	if err != nil {
		return 0, err
	}
	at, err := x.awaitPrompt()
	if err != nil {
		return 0, err
	}
	if err := x.leave(); err != nil {
		return 0, err
	}
	return at.Sub(begin), x.close()
}

func (s *site) first() (time.Duration, error) {
	if err := os.RemoveAll(s.cache); err != nil {
		return 0, err
	}
	return s.prompt(s.commandLine("gm", nil, "sh"))
}
