package e2e

import (
	"fmt"
	"io"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"gm/e2e/harness"
	"gm/wire/simnet"

	"github.com/creack/pty"
)

const (
	// keys are typed one after the other; none of them is in an escape sequence.
	keys     = "%&+=@_{}~#"
	keyPause = 120 * time.Millisecond
	keyCount = 300 // for each link
)

// BenchmarkTyping prints how long it takes until a key is shown, with prediction
// off, for gm and mosh on the same networks at the same time.
func BenchmarkTyping(b *testing.B) {
	for _, link := range []string{
		"rtt=100ms", "rtt=500ms", "rtt=100ms,loss=10%", "rtt=100ms,loss=29%", "rtt=500ms,loss=29%",
	} {
		b.Run(link, func(b *testing.B) {
			for b.Loop() {
				var both sync.WaitGroup
				for _, p := range []harness.Programs{harness.Ours(plain), harness.Stock()} {
					y := startTypist(b, p, link)
					both.Go(func() { b.Logf("%-20s %-4s %s", link, p.Name, y.typeAll()) })
				}
				both.Wait()
			}
		})
	}
}

// typist types into a program that does nothing but read; the host's terminal
// echoes.
type typist struct {
	terminal io.ReadWriter
	relay    *simnet.Relay
	shown    chan time.Time // of one key after the other
}

func startTypist(b *testing.B, p harness.Programs, link string) *typist {
	b.Helper()
	network, err := simnet.Parse(link)
	if err != nil {
		b.Fatal(err)
	}
	server := harness.StartServer(b, p, harness.Loopback(), []string{"sh", "-c", "stty -icanon; echo ready; exec cat >/dev/null"})
	relay, err := simnet.NewRelay(server.Addr, simnet.RelayOptions{Up: network, Down: network, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(relay.Close)
	at := relay.Addr()
	cmd := exec.Command(p.Client[0], append(slices.Clone(p.Client[1:]), at.Addr().String(), fmt.Sprint(at.Port()))...)
	cmd.Env = append(harness.Environment(b), "MOSH_KEY="+server.Key, "MOSH_PREDICTION_DISPLAY=never", "TERM=xterm-256color")
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 200, Rows: 60})
	if err != nil {
		b.Fatal(err)
	}
	y := &typist{terminal: terminal, relay: relay, shown: make(chan time.Time, keyCount)}
	b.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		terminal.Close()
	})
	ready := make(chan struct{})
	go y.watch(ready)
	select {
	case <-ready:
	case <-time.After(harness.Patience):
		b.Fatalf("%s does not connect", p.Name)
	}
	return y
}

// watch notes when keys are shown, until the terminal is closed.
func (y *typist) watch(ready chan<- struct{}) {
	buf := make([]byte, 4096)
	greeting := "ready"
	for n := 0; ; {
		got, err := y.terminal.Read(buf)
		if err != nil {
			return
		}
		now := time.Now()
		for _, c := range buf[:got] {
			switch {
			case greeting != "" && c == greeting[0]:
				if greeting = greeting[1:]; greeting == "" {
					close(ready)
				}
			case greeting == "" && n < keyCount && c == keys[n%len(keys)]:
				y.shown <- now
				n++
			}
		}
	}
}

// typeAll types and gives a line of the table.
func (y *typist) typeAll() string {
	typed := make([]time.Time, 0, keyCount)
	up, down := y.relay.Stats()
	ticker := time.NewTicker(keyPause)
	defer ticker.Stop()
	for i := range keyCount {
		typed = append(typed, time.Now())
		fmt.Fprintf(y.terminal, "%c", keys[i%len(keys)])
		<-ticker.C
	}
	var took []float64 // ms
	sum := 0.0
	for i := range typed {
		select {
		case at := <-y.shown:
			ms := at.Sub(typed[i]).Seconds() * 1000
			took, sum = append(took, ms), sum+ms
		case <-time.After(harness.Patience):
			return fmt.Sprintf("only %d of %d keys are shown", i, keyCount)
		}
	}
	upEnd, downEnd := y.relay.Stats()
	each := func(from, to simnet.Stats) float64 {
		return float64(to.Sent.Packets-from.Sent.Packets) / keyCount
	}
	slices.Sort(took)
	return fmt.Sprintf("median %6.1f mean %6.1f p99 %6.1f ms, %.2f up %.2f down",
		took[keyCount/2], sum/keyCount, took[keyCount*99/100], each(up, upEnd), each(down, downEnd))
}
