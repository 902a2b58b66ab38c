//go:build linux

package main

import (
	"fmt"
	"time"

	"gm/wire/simnet"
)

// The commands of starting.
const (
	echoFirst = "`echo`, ms to the first byte"
	trueEnd   = "`true`, ms to its end"
)

// starting is how long a program takes, in ms, for a command without a terminal on a host
// that has gm's server.
type starting struct {
	Place, Command, Program string
	Took                    runs
}

func (b *bench) firstBytes() (results []starting, err error) {
	for _, place := range []string{loopback, farPlace} {
		at, err := b.firstBytesAt(place)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", place, err)
		}
		results = append(results, at...)
	}
	return results, nil
}

func (b *bench) firstBytesAt(place string) ([]starting, error) {
	s, err := b.newStreamSite(place == loopback)
	if err != nil {
		return nil, err
	}
	defer s.close()
	if place != loopback {
		config, err := simnet.Parse(place)
		if err != nil {
			return nil, err
		}
		if err := s.lab.Set(config, 1); err != nil {
			return nil, err
		}
	}
	results := []starting{{Command: echoFirst, Program: "gm"}, {Command: echoFirst, Program: "ssh"}, {Command: trueEnd, Program: "gm"}, {Command: trueEnd, Program: "ssh"}}
	for range b.streamFirsts {
		for i := range results {
			r := &results[i]
			r.Place = place
			took, err := s.startOnce(r)
			r.Took.add(milliseconds(took), err)
		}
	}
	return results, nil
}

func (s *site) startOnce(r *starting) (time.Duration, error) {
	c := streamer{Program: r.Program}
	if r.Command == trueEnd {
		return s.runToEnd(s.streamCommand(c, "true"))
	}
	return s.firstByte(s.streamCommand(c, "echo"))
}

func (s *site) firstByte(argv []string) (time.Duration, error) {
	t, err := s.startTransfer(argv)
	if err != nil {
		return 0, err
	}
	defer t.close()
	if err := t.read(1, s.b.streamLimit); err != nil {
		return 0, err
	}
	return t.first.Sub(t.begin), nil
}

// runToEnd returns the time that a successful command takes. Its output must be short.
func (s *site) runToEnd(argv []string) (time.Duration, error) {
	t, err := s.startTransfer(argv)
	if err != nil {
		return 0, err
	}
	defer t.close()
	select {
	case <-t.ended:
	case <-time.After(timeout):
		return 0, fmt.Errorf("%q does not end: %s", argv, t.errorText())
	}
	took := time.Since(t.begin)
	if !t.cmd.ProcessState.Success() {
		return 0, fmt.Errorf("%q: %v: %s", argv, t.cmd.ProcessState, t.errorText())
	}
	return took, nil
}
