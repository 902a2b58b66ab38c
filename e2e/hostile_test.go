//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gm/e2e/harness"
	"gm/wire/datagram"
)

// leastJunk is how many datagrams make a flood.
const leastJunk = 50_000

// TestJunkOnTheWire floods the server's port with junk as fast as this machine can send
// it, during typing: each line arrives. The log has the number of datagrams.
func TestJunkOnTheWire(t *testing.T) {
	t.Parallel()
	ours := harness.Ours(plain)
	var recorded tape
	s := harness.Start(t, harness.SessionOptions{Client: ours, Server: ours, Link: "rtt=20ms", Tap: recorded.add})
	s.ExpectPrompt()
	s.Line("echo be''fore")
	s.ExpectLine("before")
	before := resident(t, s.Server.Family)
	stop := make(chan struct{})
	var sent atomic.Int64
	var strangers sync.WaitGroup
	for seed := range uint64(2) {
		strangers.Go(func() { throw(t, s.Server.Addr, recorded.copies(), seed, stop, &sent) })
	}
	began := time.Now()
	for i := 0; i < 5 || sent.Load() < leastJunk; i++ {
		s.Line(fmt.Sprintf("echo du''ring %d", i))
		s.ExpectLine(fmt.Sprintf("during %d", i))
	}
	took := time.Since(began)
	close(stop)
	strangers.Wait()
	t.Logf("%d datagrams of junk in %v: %.0f a second", sent.Load(), took, float64(sent.Load())/took.Seconds())
	if grown := resident(t, s.Server.Family) - before; grown > 10<<20 {
		t.Errorf("the server has grown by %d KB", grown>>10)
	}
	s.Line("exit")
	s.ExpectClean()
}

// tape holds what went over the network.
type tape struct {
	sync.Mutex
	datagrams [][]byte
}

func (r *tape) add(_ datagram.Direction, datagram []byte) {
	r.Lock()
	defer r.Unlock()
	r.datagrams = append(r.datagrams, bytes.Clone(datagram))
}

func (r *tape) copies() (all [][]byte) {
	r.Lock()
	defer r.Unlock()
	for _, d := range r.datagrams {
		all = append(all, bytes.Clone(d))
	}
	return all
}

// throw sends junk until stop is closed: replays, reflections, changed bits,
// parts and noise.
func throw(t *testing.T, to netip.AddrPort, recorded [][]byte, seed uint64, stop <-chan struct{}, sent *atomic.Int64) {
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(to))
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close()
	rng := rand.New(rand.NewPCG(seed, 1))
	noise := make([]byte, 1400)
	for n := int64(0); ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		d := recorded[rng.IntN(len(recorded))]
		switch n % 4 {
		case 0:
			d = bytes.Clone(d)
			d[rng.IntN(len(d))] ^= 1 << rng.IntN(8)
		case 1:
			d = d[:rng.IntN(len(d))]
		case 2:
			d = noise[:rng.IntN(len(noise))]
		}
		conn.Write(d) // a full buffer is no reason to stop
		sent.Add(1)
	}
}

// resident is the memory of the gm in a family, in bytes.
func resident(t *testing.T, f harness.Family) int {
	t.Helper()
	for _, p := range f.Processes() {
		if p.Command[0] != plain {
			continue
		}
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			var kb int
			if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kb); n == 1 {
				return kb << 10
			}
		}
	}
	t.Fatalf("no gm among %v", f.Processes())
	return 0
}

// TestNothingLostOnTheWire types 600 numbered lines over a network that loses 30%
// and reorders, each when something has been sent since the one before, and
// moves to another address after every 150: the program gets each once and in
// order. Package server does the same with 10,000.
func TestNothingLostOnTheWire(t *testing.T) {
	t.Parallel()
	ours := harness.Ours(racing)
	s := harness.Start(t, harness.SessionOptions{Client: ours, Server: ours, Link: "rtt=60ms,loss=30%,reorder=20%"})
	s.ExpectPrompt()
	path := filepath.Join(harness.TempDir(t), "typed")
	s.Line("stty -echo; echo rea''dy; cat >" + path)
	s.ExpectLine("ready")
	var typed strings.Builder
	const lines, stay = 600, 150
	for n := range lines {
		before := sentUp(s)
		line := fmt.Sprintf("line %d", n)
		fmt.Fprintln(&typed, line)
		s.Line(line)
		harness.Until(t, "the line on its way", harness.Patience, func() bool { return sentUp(s) > before }, nil)
		if n%stay == stay-1 {
			if err := s.Relay.Roam(netip.AddrFrom4([4]byte{127, 0, 0, byte(2 + n/stay)})); err != nil {
				t.Fatal(err)
			}
		}
	}
	var got []byte
	harness.Until(t, "all that was typed", harness.Patience,
		func() bool { got, _ = os.ReadFile(path); return string(got) == typed.String() },
		func() string {
			return fmt.Sprintf("of %d bytes %d came: ...%.200q\n%s", typed.Len(), len(got), got[max(0, len(got)-200):], harness.Frame(s.Screen()))
		})
	s.Press("C-d")
	s.Line("exit")
	s.ExpectClean()
}

// sentUp is how many datagrams the client has sent.
func sentUp(s *harness.Session) int {
	up, _ := s.Relay.Stats()
	return up.Sent.Packets
}
