//go:build linux

package main

import (
	"fmt"
	"path/filepath"

	"gm/wire/simnet"
)

// downloading is the rate, in MB/s, at which a file came from the host.
type downloading struct {
	streamer
	Rate runs
}

// streamedOver is the results of all streamers over one link.
type streamedOver struct {
	Link      string
	Downloads []downloading
}

func (b *bench) downloads() (results []streamedOver, err error) {
	file := filepath.Join(b.dir, "stream")
	if err := writeRandom(file, b.streamSize); err != nil {
		return nil, err
	}
	for _, link := range b.streamLinks {
		config, err := simnet.Parse(link)
		if err != nil {
			return nil, err
		}
		r := streamedOver{Link: link}
		if r.Downloads, err = b.downloadsOver(config, file); err != nil {
			return nil, fmt.Errorf("%s: %w", link, err)
		}
		results = append(results, r)
	}
	return results, nil
}

// downloadsOver runs the streamers in turn, so that other load on the machine affects all
// of them alike.
func (b *bench) downloadsOver(config simnet.Config, file string) ([]downloading, error) {
	s, err := b.newStreamSite(false)
	if err != nil {
		return nil, err
	}
	defer s.close()
	var results []downloading
	for _, c := range streamers {
		results = append(results, downloading{streamer: c})
	}
	for run := range b.streamRuns {
		for i := range results {
			if err := s.lab.Set(config, uint64(run+1)); err != nil {
				return nil, err
			}
			rate, err := s.download(s.streamCommand(results[i].streamer, "cat", file))
			results[i].Rate.add(rate, err)
			s.endConnections()
		}
	}
	return results, nil
}

// download returns the rate at which the output of a command comes, which is the file of
// streamSize bytes or its part within streamLimit.
func (s *site) download(argv []string) (rate float64, err error) {
	t, err := s.startTransfer(argv)
	if err != nil {
		return 0, err
	}
	defer t.close()
	if err := t.read(int64(s.b.streamSize), s.b.streamLimit); err != nil {
		return 0, err
	}
	return t.rate(), nil
}
