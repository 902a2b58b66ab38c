//go:build linux

package main

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"

	"gm/bench/netlab"
	"gm/wire/simnet"
)

// ground is where sessions of the programs run side by side over one network.
type ground interface {
	// programs are those that get through the network.
	programs() []string
	// open opens a session with a command in it. predict is for gm and mosh; it
	// may be empty.
	open(program, predict string, cols, rows int, command ...string) (*player, error)
	// degrade makes the network as bad as it was to be, if it is not yet.
	degrade() error
	close()
}

// player is a session and what belongs to it.
type player struct {
	*terminal
	program string
	traffic func() netlab.Flow // so far
	servers func() []process
}

// newGround gives a lab, or without root a relay.
func (b *bench) newGround(link string, seed uint64) (ground, error) {
	config, err := simnet.Parse(link)
	if err != nil {
		return nil, err
	}
	if os.Getuid() != 0 {
		return &relays{b: b, config: config, seed: seed}, nil
	}
	s, err := b.newSite(false)
	return &labGround{s, config, seed, firstPort}, err
}

// serversNamed gives the servers of one program.
func (b *bench) serversNamed(program string) (all []process) {
	for _, p := range b.servers() {
		if (filepath.Base(p.args[0]) == "mosh-server") == (program == "mosh") {
			all = append(all, p)
		}
	}
	return all
}

// labGround has every session begin as its user begins it, over a good network.
type labGround struct {
	*site
	config simnet.Config
	seed   uint64
	port   uint16 // of the next session
}

// firstPort of the sessions: each has its own.
const firstPort = 60010

func (g *labGround) programs() []string { return []string{"gm", "mosh", "ssh"} }

func (g *labGround) degrade() error { return g.lab.Set(g.config, g.seed) }

func (g *labGround) open(program, predict string, cols, rows int, command ...string) (*player, error) {
	service := netlab.TCP(sshPort)
	servers := func() []process { return sshdOf(descendants(g.sshd.Process.Pid)) }
	var options []string
	if program != "ssh" {
		service = netlab.UDP(g.port)
		servers = func() []process { return g.b.serversNamed(program) }
		options = []string{"-p", strconv.Itoa(int(g.port))}
		g.port++
	}
	if predict != "" {
		options = append(options, "--predict="+predict)
	}
	x, err := g.site.open(program, options, cols, rows, command...)
	return &player{x, program, func() netlab.Flow { return g.lab.Traffic()[service] }, servers}, err
}

// relays has clients and servers on this machine, and between each two a relay
// of datagrams. There is no way through for ssh.
type relays struct {
	b      *bench
	config simnet.Config
	seed   uint64
	all    []*simnet.Relay
}

func (g *relays) programs() []string { return []string{"gm", "mosh"} }

func (g *relays) degrade() error { return nil }

func (g *relays) open(program, predict string, cols, rows int, command ...string) (*player, error) {
	if program == "ssh" {
		return nil, fmt.Errorf("ssh does not run over UDP")
	}
	port, key, err := g.b.startServer(program, command)
	if err != nil {
		return nil, err
	}
	server := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port)
	relay, err := simnet.NewRelay(server, simnet.RelayOptions{Up: g.config, Down: g.config, Seed: g.seed})
	if err != nil {
		return nil, err
	}
	g.all = append(g.all, relay)
	var env []string
	if predict != "" {
		env = []string{"MOSH_PREDICTION_DISPLAY=" + predict}
	}
	x, err := g.b.openClient(program, relay.Addr().Port(), key, cols, rows, env...)
	traffic := func() netlab.Flow {
		up, down := relay.Stats()
		return netlab.Flow{Up: packets(up), Down: packets(down)}
	}
	return &player{x, program, traffic, func() []process { return g.b.serversNamed(program) }}, err
}

// headers of IPv4 and UDP.
const headers = 20 + 8

func packets(s simnet.Stats) netlab.Count {
	return netlab.Count{Packets: s.Sent.Packets, Bytes: s.Sent.Bytes + headers*s.Sent.Packets}
}

func (g *relays) close() {
	for _, r := range g.all {
		r.Close()
	}
}
