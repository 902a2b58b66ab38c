//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/creack/pty"
)

// flooding is the outcome of runs in which a program writes a lot.
type flooding struct {
	Kind    string    // of corpus.Text
	Program string    // "reader" discards the text
	Rate    []float64 // MB/s
	CPU     []float64 // ms of the server's processor time per MB; nil for "reader"
}

var floodKinds = []string{"words", "dense", "rgb", "unicode"}

func (b *bench) flood() (results []flooding, err error) {
	s, err := b.newSite(true)
	if err != nil {
		return nil, err
	}
	defer s.close()
	for _, kind := range floodKinds {
		runs := []flooding{{Kind: kind, Program: "reader"}, {Kind: kind, Program: "gm"}, {Kind: kind, Program: "mosh"}, {Kind: kind, Program: "ssh"}}
		for range b.floods {
			for i := range runs {
				if err := s.floodOnce(&runs[i]); err != nil {
					return nil, fmt.Errorf("%s of %s: %w", runs[i].Program, kind, err)
				}
			}
		}
		results = append(results, runs...)
	}
	return results, nil
}

func (s *site) floodOnce(f *flooding) error {
	file := filepath.Join(s.b.dir, "flood.json")
	os.Remove(file)
	player := []string{s.b.self, playerWord, "flood", f.Kind, strconv.Itoa(s.b.floodSize), file}
	servers, end, err := s.startFlood(f.Program, player)
	if err != nil {
		return err
	}
	defer end()
	r, err := awaitFlood(file)
	if err != nil {
		return err
	}
	f.Rate = append(f.Rate, float64(r.Bytes)/1e6/r.Took.Seconds())
	if f.Program == "reader" {
		return nil
	}
	var cpu time.Duration
	for _, p := range servers() {
		cpu += p.cpu()
	}
	f.CPU = append(f.CPU, milliseconds(cpu)/(float64(r.Bytes)/1e6))
	return nil
}

// startFlood runs a command line under a program on this machine. servers returns the
// processes that serve it.
func (s *site) startFlood(program string, command []string) (servers func() []process, end func(), err error) {
	argv := append([]string{s.b.gm, "--local", "--"}, command...)
	switch program {
	case "mosh":
		argv = append([]string{"mosh", "--local", "127.0.0.1", "--"}, command...)
	case "ssh":
		argv = s.commandLine("ssh", nil, command...)
	case "reader":
		argv = command
	}
	x := &terminal{}
	x.cmd = newCommand(argv, s.b.environment())
	if x.master, err = pty.StartWithSize(x.cmd, &pty.Winsize{Cols: 80, Rows: 24}); err != nil {
		return nil, nil, err
	}
	go discard(x.master)
	servers = s.b.servers
	if program == "ssh" {
		servers = func() []process { return sshdOf(descendants(s.sshd.Process.Pid)) }
	}
	return servers, func() {
		x.close()
		for _, p := range servers() {
			p.kill()
		}
	}, nil
}

func sshdOf(all []process) (out []process) {
	for _, p := range all {
		if strings.HasPrefix(p.name, "sshd") {
			out = append(out, p)
		}
	}
	return out
}

// discard reads and drops all output of a terminal. It answers only the query of the
// cursor's position.
func discard(master *os.File) {
	var end []byte // the last bytes read
	for buf := make([]byte, 64<<10); ; {
		n, err := master.Read(buf)
		if err != nil {
			return
		}
		end = append(end, buf[max(0, n-len(askCursor)):n]...)
		end = end[max(0, len(end)-len(askCursor)):]
		if string(end) == askCursor {
			io.WriteString(master, "\x1b[1;1R")
		}
	}
}

func awaitFlood(file string) (r flooded, err error) {
	for limit := time.Now().Add(timeout); ; time.Sleep(5 * time.Millisecond) {
		text, err := os.ReadFile(file)
		if err == nil {
			return r, json.Unmarshal(text, &r)
		}
		if time.Now().After(limit) {
			return r, err
		}
	}
}
