//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"time"

	"gm/bench/stat"
)

// residence is the memory of waiting servers of one program.
type residence struct {
	Program string
	Servers int
	Fresh   float64 // PSS of each in bytes, the median, with a shell at its prompt
	Used    float64 // the same after 20,000 lines of output
}

// output is the shell command before Used is measured.
const output = "seq 100000 120000; printf 'all %s\\n' written\r"

func (b *bench) memory() (results []residence, err error) {
	for _, servers := range []int{1, b.atOnce} {
		for _, program := range []string{"gm", "mosh"} {
			r, err := b.reside(program, servers)
			if err != nil {
				return nil, fmt.Errorf("%d of %s: %w", servers, program, err)
			}
			results = append(results, r)
		}
	}
	return results, nil
}

func (b *bench) reside(program string, servers int) (r residence, err error) {
	defer b.reap()
	r = residence{Program: program, Servers: servers}
	var all []*terminal
	for range servers {
		x, err := b.openDirect(program, 80, 24, "sh")
		if err != nil {
			return r, err
		}
		defer x.close()
		if _, err := x.awaitPrompt(); err != nil {
			return r, err
		}
		all = append(all, x)
	}
	time.Sleep(b.settle)
	if r.Fresh, err = b.medianPSS(servers); err != nil {
		return r, err
	}
	for _, x := range all {
		x.typeKeys(output)
		if _, err := x.awaitText("all written"); err != nil {
			return r, err
		}
	}
	time.Sleep(b.settle)
	r.Used, err = b.medianPSS(servers)
	return r, err
}

func (b *bench) medianPSS(servers int) (float64, error) {
	var all []float64
	for _, p := range b.servers() {
		n, err := p.pss()
		if err != nil {
			return 0, err
		}
		all = append(all, float64(n))
	}
	if len(all) != servers {
		return 0, fmt.Errorf("%d servers run, not %d", len(all), servers)
	}
	return stat.Of(all).Median(), nil
}

var announcement = regexp.MustCompile(`MOSH CONNECT (\d+) (\S{22})`)

// openDirect starts a program's server and client on this machine with nothing in
// between.
func (b *bench) openDirect(program string, cols, rows int, command ...string) (*terminal, error) {
	port, key, err := b.startServer(program, command)
	if err != nil {
		return nil, err
	}
	return b.openClient(program, port, key, cols, rows)
}

func (b *bench) startServer(program string, command []string) (port uint16, key string, err error) {
	server := []string{b.gm, "server", "new", "-@", "gm=screen,appearance,echo,history"}
	if program == "mosh" {
		server = []string{"mosh-server", "new"}
	}
	server = append(server, "-i", "127.0.0.1", "-c", "256", "-p", "61000:63000", "--")
	cmd := newCommand(append(server, command...), b.environment())
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		return 0, "", fmt.Errorf("%q: %w", cmd.Args, err)
	}
	m := announcement.FindSubmatch(out.Bytes())
	if m == nil {
		return 0, "", fmt.Errorf("%q says %q", cmd.Args, out.Bytes())
	}
	n, err := strconv.ParseUint(string(m[1]), 10, 16)
	return uint16(n), string(m[2]), err
}

// openClient connects a program's client to a server at a port of this machine.
func (b *bench) openClient(program string, port uint16, key string, cols, rows int, env ...string) (*terminal, error) {
	client := []string{b.gm, "client"}
	if program == "mosh" {
		client = []string{"mosh-client"}
	}
	argv := append(client, "127.0.0.1", strconv.Itoa(int(port)))
	return b.open(nil, cols, rows, argv, append(env, "MOSH_KEY="+key)...)
}

func newCommand(argv, env []string) *exec.Cmd {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = env
	return cmd
}
