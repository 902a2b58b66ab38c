//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// streamer is a program that carries a stream, and the congestion control of ssh's TCP.
type streamer struct {
	Program    string
	Congestion string `json:",omitempty"` // empty for gm and on loopback
}

var streamers = []streamer{{"gm", ""}, {"ssh", "bbr"}, {"ssh", "cubic"}}

// runs is the outcome of a streamer's runs of one measurement. A failed run has an error
// in place of a value.
type runs struct {
	Values []float64
	Failed []string `json:",omitempty"`
}

func (r *runs) add(value float64, err error) {
	if err != nil {
		r.Failed = append(r.Failed, err.Error())
		return
	}
	r.Values = append(r.Values, value)
}

// streaming is the results of the section "streams".
type streaming struct {
	Links  []streamedOver
	Upload uploadedOver
	Pours  []pouring
	Firsts []starting
}

func (b *bench) streams() (r streaming, err error) {
	if err := b.linkGmssh(); err != nil {
		return r, err
	}
	if r.Links, err = b.downloads(); err != nil {
		return r, err
	}
	if r.Upload, err = b.uploads(); err != nil {
		return r, err
	}
	if r.Pours, err = b.pours(); err != nil {
		return r, err
	}
	r.Firsts, err = b.firstBytes()
	return r, err
}

func (b *bench) gmssh() string { return filepath.Join(b.dir, "gmssh") }

func (b *bench) linkGmssh() error { return os.Symlink(b.gm, b.gmssh()) }

// streamCommand returns the command line with which c runs a command of the host's shell
// without a terminal. Both programs have the same arguments but for the port.
func (s *site) streamCommand(c streamer, words ...string) []string {
	argv := []string{"ssh", "-F", s.config}
	if c.Program == "gm" {
		argv[0] = s.b.gmssh()
	}
	if port := congestionPorts[c.Congestion]; port != 0 {
		argv = append(argv, "-p", fmt.Sprint(port))
	}
	return append(append(argv, "bench"), words...)
}

// newStreamSite returns a site, on loopback or behind a perfect network, to which gm has
// uploaded its server.
func (b *bench) newStreamSite(loopback bool) (*site, error) {
	s, err := b.newSite(loopback)
	if err != nil {
		return nil, err
	}
	if !loopback {
		err = s.listenForStreams()
	}
	if err == nil {
		_, err = s.runToEnd(s.streamCommand(streamers[0], "true"))
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}
