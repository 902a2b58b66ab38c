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

// testbed runs sessions of the programs side by side over one network.
type testbed interface {
	// programs are those that the network lets through.
	programs() []string
	// open opens a session that runs a command.
	open(c contestant, cols, rows int, command ...string) (*player, error)
	// degrade sets the network's final quality; sessions are opened before that.
	degrade() error
	close()
}

// contestant is a way of opening a session.
type contestant struct {
	Program string
	Predict string // of gm and mosh: never, adaptive; empty is the program's default
	Path    string `json:",omitempty"` // of gm: throughSSH; empty is auto
	// Scrollback is an option of gm; empty for the default, which is the terminal's own.
	Scrollback string `json:",omitempty"`
}

// programs are the contestants with each program's defaults.
var programs = []contestant{{Program: "gm"}, {Program: "mosh"}, {Program: "ssh"}}

// throughSSH is gm's --path=ssh.
const throughSSH = "ssh"

// Values of contestant.Scrollback.
const (
	noScrollback   = "--scrollback=off"
	wideScrollback = "--scrollback-lines=20000"
)

// carrier returns the program whose packets carry the session.
func (c contestant) carrier() string {
	if c.Path == throughSSH {
		return "ssh"
	}
	return c.Program
}

// player is a session and its traffic.
type player struct {
	*terminal
	contestant
	traffic func() netlab.Flow // so far
	servers func() []process
}

// newTestbed returns a lab, or a relay if it does not run as root.
func (b *bench) newTestbed(link string, seed uint64) (testbed, error) {
	config, err := simnet.Parse(link)
	if err != nil {
		return nil, err
	}
	if os.Getuid() != 0 {
		return &relays{b: b, config: config, seed: seed}, nil
	}
	s, err := b.newSite(false)
	return &labTestbed{s, config, seed, firstPort}, err
}

func (b *bench) serversNamed(program string) (all []process) {
	for _, p := range b.servers() {
		if (filepath.Base(p.args[0]) == "mosh-server") == (program == "mosh") {
			all = append(all, p)
		}
	}
	return all
}

// labTestbed opens every session by its user's command line over a good network.
type labTestbed struct {
	*site
	config simnet.Config
	seed   uint64
	port   uint16 // of the next session
}

// firstPort is the port of the first session; each session has a port of its own.
const firstPort = 60010

func (g *labTestbed) programs() []string { return []string{"gm", "mosh", "ssh"} }

func (g *labTestbed) degrade() error { return g.lab.Set(g.config, g.seed) }

func (g *labTestbed) open(c contestant, cols, rows int, command ...string) (*player, error) {
	service := netlab.TCP(sshPort)
	servers := func() []process { return sshdOf(descendants(g.sshd.Process.Pid)) }
	var options []string
	if c.Program != "ssh" {
		service = netlab.UDP(g.port)
		servers = func() []process { return g.b.serversNamed(c.Program) }
		options = []string{"-p", strconv.Itoa(int(g.port))}
		g.port++
	}
	if c.Path == throughSSH {
		service = netlab.TCP(pipePort)
		options = append(options, "--path="+c.Path, "--ssh-port="+strconv.Itoa(pipePort))
	}
	if c.Predict != "" {
		options = append(options, "--predict="+c.Predict)
	}
	if c.Scrollback != "" {
		options = append(options, c.Scrollback)
	}
	x, err := g.site.open(c.Program, options, cols, rows, command...)
	return &player{x, c, func() netlab.Flow { return g.lab.Traffic()[service] }, servers}, err
}

// relays runs clients and servers on this machine with a relay of datagrams between each
// pair. It has no path for ssh.
type relays struct {
	b      *bench
	config simnet.Config
	seed   uint64
	all    []*simnet.Relay
}

func (g *relays) programs() []string { return []string{"gm", "mosh"} }

func (g *relays) degrade() error { return nil }

func (g *relays) open(c contestant, cols, rows int, command ...string) (*player, error) {
	if c.carrier() == "ssh" {
		return nil, fmt.Errorf("ssh does not run over UDP")
	}
	port, key, err := g.b.startServer(c.Program, command)
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
	if c.Predict != "" {
		env = []string{"MOSH_PREDICTION_DISPLAY=" + c.Predict}
	}
	x, err := g.b.openClient(c.Program, relay.Addr().Port(), key, cols, rows, env...)
	traffic := func() netlab.Flow {
		up, down := relay.Stats()
		return netlab.Flow{Up: packets(up), Down: packets(down)}
	}
	return &player{x, c, traffic, func() []process { return g.b.serversNamed(c.Program) }}, err
}

// headerLength is the length of the headers of IPv4 and UDP.
const headers = 20 + 8

func packets(s simnet.Stats) netlab.Count {
	return netlab.Count{Packets: s.Sent.Packets, Bytes: s.Sent.Bytes + headers*s.Sent.Packets}
}

func (g *relays) close() {
	for _, r := range g.all {
		r.Close()
	}
}
