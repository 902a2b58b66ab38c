package session

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"gm/internal/deadline"
	"gm/wire/simnet"
)

const (
	keyPause  = 120 * time.Millisecond // between two keys
	lineWidth = 60                     // keys before a return
)

// typing is the result of typing over a network.
type typing struct {
	median, mean, p99 time.Duration // from a key to its echo on the client's screen
	up, down          float64       // datagrams sent for each key
}

func (y typing) String() string {
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	return fmt.Sprintf("%6.1f %6.1f %6.1f ms, %.2f up %.2f down", ms(y.median), ms(y.mean), ms(y.p99), y.up, y.down)
}

// typist types into a program that echoes, like cat, and notes when each key is
// shown.
type typist struct {
	*rig
	typed []time.Time // of each key
	took  []time.Duration
}

// typeFor types so many keys and waits until all are shown.
func (y *typist) typeFor(keys int) typing {
	y.t.Helper()
	up, down := y.Up.Stats().Sent.Packets, y.Down.Stats().Sent.Packets
	for range keys {
		y.key()
		y.watch(y.Now.Add(keyPause))
	}
	y.watch(y.Now.Add(10 * time.Second))
	if len(y.took) < keys {
		y.t.Fatalf("%d of %d keys are shown", len(y.took), keys)
	}
	took := slices.Sorted(slices.Values(y.took))
	var sum time.Duration
	for _, d := range took {
		sum += d
	}
	return typing{
		median: took[keys/2], mean: sum / time.Duration(keys), p99: took[keys*99/100],
		up:   float64(y.Up.Stats().Sent.Packets-up) / float64(keys),
		down: float64(y.Down.Stats().Sent.Packets-down) / float64(keys),
	}
}

// watch lets time pass until end.
func (y *typist) watch(end time.Time) {
	for y.Now.Before(end) {
		y.Settle()
		y.look()
		y.Now = deadline.Earliest(y.Next(), end)
	}
}

// key types the next key.
func (y *typist) key() {
	y.typed = append(y.typed, y.Now)
	if len(y.typed)%lineWidth == 0 {
		y.typeKeys("\r\n")
		return
	}
	y.typeKeys("k")
}

// look records the keys shown since the last look. The cursor's column is their number
// in its line.
func (y *typist) look() {
	remote, _ := y.client.Remote()
	for n := len(y.took); n < len(y.typed); n++ {
		if remote.Screen.Cursor.X == (n+1)%lineWidth {
			for len(y.took) <= n {
				y.took = append(y.took, y.Now.Sub(y.typed[len(y.took)]))
			}
		}
	}
}

// stock is what the same typist measures with the stock timings alone
// (protocol, section 7): datagrams for each key, both ways together.
const (
	stockNear      = 1.34 + 2.00
	stockNearLossy = 1.25 + 2.07
	stockNearBad   = 1.41 + 2.10
	stockFar       = 0.52 + 0.52
)

// TestTypingLatency types into cat over good and bad networks. The medians of
// the stock timings are 130, 718, 127, 159 and 819 ms.
func TestTypingLatency(t *testing.T) {
	for _, test := range []struct {
		link              string
		median, mean, p99 int     // ms, at most
		packets           float64 // for each key, at most
	}{
		{"rtt=100ms", 103, 104, 112, stockNear},
		{"rtt=500ms", 503, 505, 520, 2 * stockFar},
		{"rtt=100ms,loss=10%", 105, 115, 210, 2 * stockNearLossy},
		{"rtt=100ms,loss=29%", 110, 140, 290, 2 * stockNearBad},
		// The stock timings send less than one datagram for each key here.
		{"rtt=500ms,loss=29%", 520, 590, 900, 3.5 * stockFar},
	} {
		t.Run(test.link, func(t *testing.T) {
			t.Parallel()
			y := newTypist(t, test.link, 1)
			got := y.typeFor(2000)
			t.Log(got)
			within := func(d time.Duration, ms int) bool { return d <= time.Duration(ms)*time.Millisecond }
			if !within(got.median, test.median) || !within(got.mean, test.mean) || !within(got.p99, test.p99) {
				t.Errorf("took %v, want at most %d %d %d ms", got, test.median, test.mean, test.p99)
			}
			if got.up+got.down > test.packets {
				t.Errorf("cost %v, want at most %.2f in sum", got, test.packets)
			}
			y.wantIdle()
		})
	}
}

// BenchmarkTyping prints the same for many networks and seeds.
func BenchmarkTyping(b *testing.B) {
	for _, link := range []string{
		"", "rtt=30ms", "rtt=100ms", "rtt=500ms", "rtt=100ms,jitter=30ms", "rtt=100ms,jitter=20ms,reorder=25%,dup=5%",
		"rtt=100ms,loss=1%", "rtt=100ms,loss=10%", "rtt=100ms,loss=29%", "rtt=500ms,loss=10%", "rtt=500ms,loss=29%",
	} {
		b.Run(link, func(b *testing.B) {
			seed := uint64(0)
			for b.Loop() {
				seed++
				b.Logf("%-45s %v", link, newTypist(b, link, seed).typeFor(2000))
			}
		})
	}
}

// newTypist returns a typist whose session has begun and become idle.
func newTypist(t testing.TB, link string, seed uint64) *typist {
	t.Helper()
	network, err := simnet.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, Timeouts{}, network)
	r.Up, r.Down = simnet.NewLink(network, 2*seed, epoch), simnet.NewLink(network, 2*seed+1, epoch)
	r.host.echo = true
	r.resize(80, 24)
	r.Run(10 * time.Second)
	return &typist{rig: r}
}

// wantIdle checks that nothing is repeated once all is shown: both ends send heartbeats,
// every 3 s, and nothing else.
func (y *typist) wantIdle() {
	y.t.Helper()
	up, down := y.Up.Stats().Sent.Packets, y.Down.Stats().Sent.Packets
	y.Run(time.Minute)
	up, down = y.Up.Stats().Sent.Packets-up, y.Down.Stats().Sent.Packets-down
	if up > 20 || down > 20 {
		y.t.Errorf("an idle minute costs %d datagrams up and %d down, want at most 20", up, down)
	}
}
