//go:build linux

package main

import (
	"time"
)

// pouring is the rate at which a program writes without end on this machine, and its
// processor time, in ns a byte of client and server.
type pouring struct {
	Program   string
	Rate, CPU runs
}

func (b *bench) pours() ([]pouring, error) {
	s, err := b.newStreamSite(true)
	if err != nil {
		return nil, err
	}
	defer s.close()
	results := []pouring{{Program: "gm"}, {Program: "ssh"}}
	for range b.streamRuns {
		for i := range results {
			p := &results[i]
			rate, cpu, err := s.pour(s.streamCommand(streamer{Program: p.Program}, "cat", "/dev/zero"))
			p.Rate.add(rate, err)
			p.CPU.add(cpu, err)
			s.endConnections()
		}
	}
	return results, nil
}

// pour returns the rate in MB/s and the processor time in ns a byte, both from the first
// byte on.
func (s *site) pour(argv []string) (rate, cpu float64, err error) {
	t, err := s.startTransfer(argv)
	if err != nil {
		return 0, 0, err
	}
	defer t.close()
	if err := t.read(1, s.b.streamLimit); err != nil {
		return 0, 0, err
	}
	before := s.cpuTimes(t)
	if err := t.read(int64(s.b.pourSize), s.b.streamLimit); err != nil {
		return 0, 0, err
	}
	var used time.Duration
	for pid, cpu := range s.cpuTimes(t) {
		used += cpu - before[pid]
	}
	return t.rate(), float64(used.Nanoseconds()) / float64(t.bytes-t.firstBytes), nil
}

// cpuTimes returns the processor time of the client and of the servers of the site, but
// not of the command that they run.
func (s *site) cpuTimes(t *transfer) map[int]time.Duration {
	all := append(descendants(t.cmd.Process.Pid), process{pid: t.cmd.Process.Pid})
	all = append(append(all, s.b.servers()...), sshdOf(descendants(s.sshd.Process.Pid))...)
	times := map[int]time.Duration{}
	for _, p := range all {
		times[p.pid] = p.cpu()
	}
	return times
}
