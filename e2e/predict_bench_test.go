//go:build e2e

package e2e

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gm/e2e/harness"
	"gm/wire/simnet"
)

// promptly is the longest delay at which a key counts as shown at once.
const promptly = 50 * time.Millisecond

// BenchmarkPrediction types the same traces into gm and into mosh at the same time, over
// the same network, and prints for each:
//
//   - shown: the share of keys that were shown within 50 ms. For such a key, before the
//     next one is typed, the cursor is in the same column as without a network, with the
//     same text before it in the line. (The row is not compared: output between two lines
//     cannot be predicted.)
//   - wrong: the share of keys at which something false was seen. From that key to the
//     next, a cell had a text that it had, without a network, at no time from twice the
//     round trip and 200 ms before the key, the greatest legitimate age of a screen, up to
//     the next key.
//   - right in the end: after two round trips and a second the screen is the same as
//     without a network, renditions and cursor included, so that no prediction is left.
func BenchmarkPrediction(b *testing.B) {
	for _, name := range []string{"cat", "lines", "bash", "vim", "zsh", "fish"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				comparePrediction(b, name)
			}
		})
	}
}

// comparePrediction types one trace everywhere at the same time.
func comparePrediction(b *testing.B, name string) {
	x := readTrace(b, name)
	var all sync.WaitGroup
	var truth performance
	all.Go(func() { truth = playAlone(b, x) })
	type result struct {
		rtt     time.Duration
		program string
		performance
	}
	var results []*result
	for _, rtt := range []time.Duration{100 * time.Millisecond, 500 * time.Millisecond} {
		for _, p := range []harness.Programs{extended(plain), harness.Stock()} {
			r := &result{rtt: rtt, program: p.Name}
			results = append(results, r)
			all.Go(func() { r.performance = playOver(b, x, p, rtt) })
		}
	}
	all.Wait()
	if b.Failed() {
		return
	}
	for _, r := range results {
		j := judgePerformance(r.performance, truth, 2*r.rtt+200*time.Millisecond, promptly)
		b.Logf("%-5s %5v %-4s %v", name, r.rtt, r.program, j)
		if testing.Verbose() {
			b.Log(strings.Join(j.notes, "\n"))
		}
	}
}

// extended is the gm at path as it is between gm and gm.
func extended(path string) harness.Programs {
	p := harness.Ours(path)
	p.Server = append(p.Server, "-@", "gm=screen,appearance,echo")
	return p
}

// playAlone types a trace into its program without a network, so slowly that
// each key has its own screen.
func playAlone(t testing.TB, x trace) performance {
	t.Helper()
	s := scenes[x.name]
	command := s.commandIn(s.home(t))
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = append(harness.Environment(t), "TERM=xterm-256color", "NCURSES_NO_UTF8_ACS=1")
	alone := newRecordedProgram(t, cmd)
	return alone.play(x, s.ready, time.Second, alone.calm)
}

// playOver types a trace into its program at the other end of a network.
func playOver(t testing.TB, x trace, p harness.Programs, rtt time.Duration) performance {
	t.Helper()
	s := scenes[x.name]
	network := simnet.Config{Delay: rtt / 2}
	server := harness.StartServer(t, p, harness.Loopback(), s.commandIn(s.home(t)))
	relay, err := simnet.NewRelay(server.Addr, simnet.RelayOptions{Up: network, Down: network, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(relay.Close)
	at := relay.Addr()
	cmd := exec.Command(p.Client[0], append(slices.Clone(p.Client[1:]), at.Addr().String(), fmt.Sprint(at.Port()))...)
	cmd.Env = append(harness.Environment(t), "MOSH_KEY="+server.Key, "TERM=xterm-256color")
	return newRecordedProgram(t, cmd).play(x, s.ready, 2*rtt+time.Second, func() {})
}
