package stream

import (
	"fmt"
	"math"
	"testing"
	"time"

	"gm/internal/deadline"
	"gm/wire/simnet"
)

// rival is a flow over a bottleneck that it shares with others.
type rival interface {
	send(now time.Time, put func(packet []byte))            // sends what is due
	receive(now time.Time, packet []byte, put func([]byte)) // at the other end; put answers
	answer(now time.Time, packet []byte)
	deadline(now time.Time) time.Time
	received() int
}

// streamRival is a stream with much to send.
type streamRival struct {
	pair
	s, peer *Stream
	n       int
	data    []byte
}

func newStreamRival(now time.Time) *streamRival {
	f := &streamRival{pair: pair{now: now, client: New(now, Config{Client: true}), server: New(now, Config{})}, data: make([]byte, 1<<20)}
	f.s = f.client.Open(1, nil)
	return f
}

func appendAll(c *Conn, now time.Time, put func([]byte)) {
	for {
		packet, ok := c.Append(now, make([]byte, overhead, 1400))
		if !ok {
			return
		}
		put(packet)
	}
}

func (f *streamRival) send(now time.Time, put func([]byte)) {
	f.s.Write(f.data)
	appendAll(f.client, now, put)
}

func (f *streamRival) receive(now time.Time, packet []byte, put func([]byte)) {
	if packet != nil {
		f.server.Receive(now, packet[overhead:])
	}
	if f.peer == nil {
		f.peer = f.server.Accept()
	}
	if f.peer != nil {
		got, _, _ := f.peer.Next()
		f.peer.Consume(now, len(got))
		f.n += len(got)
	}
	appendAll(f.server, now, put)
}

func (f *streamRival) answer(now time.Time, packet []byte) { f.client.Receive(now, packet[overhead:]) }

func (f *streamRival) deadline(now time.Time) time.Time {
	return deadline.Earliest(f.client.Deadline(now), f.server.Deadline(now))
}

func (f *streamRival) received() int { return f.n }

// cubicRival is a flow that takes loss for congestion (RFC 9438, with the window of Reno where
// that is larger).
type cubicRival struct {
	window, threshold float64 // packets
	most, last        float64
	began, recovered  time.Time
	next              int
	inFlight          map[int]time.Time
	oldest, largest   int
	rtt               time.Duration
	heard             time.Time
	n                 int
}

const cubicPacket = 1228

func newCubicRival(now time.Time) *cubicRival {
	return &cubicRival{window: 10, threshold: math.Inf(1), inFlight: map[int]time.Time{}, rtt: 100 * time.Millisecond, heard: now}
}

func (f *cubicRival) send(now time.Time, put func([]byte)) {
	if now.Sub(f.heard) >= time.Second { // its timer
		clear(f.inFlight)
		f.threshold, f.window, f.heard = f.window/2, 2, now
	}
	for len(f.inFlight) < int(f.window) {
		f.inFlight[f.next] = now
		packet := make([]byte, cubicPacket)
		for i := range 4 {
			packet[1+i] = byte(f.next >> (8 * i))
		}
		put(packet)
		f.next++
	}
}

func (f *cubicRival) receive(_ time.Time, packet []byte, put func([]byte)) {
	if packet != nil {
		f.n += cubicPacket - overhead
		put(append([]byte{}, packet[:5]...))
	}
}

func (f *cubicRival) answer(now time.Time, packet []byte) {
	number := 0
	for i := range 4 {
		number |= int(packet[1+i]) << (8 * i)
	}
	at, ok := f.inFlight[number]
	if !ok {
		return
	}
	delete(f.inFlight, number)
	f.rtt, f.heard, f.largest = now.Sub(at), now, max(f.largest, number)
	for ; f.oldest+3 <= f.largest; f.oldest++ {
		if at, ok := f.inFlight[f.oldest]; ok {
			delete(f.inFlight, f.oldest)
			f.congestion(now, at)
		}
	}
	f.grow(now)
}

func (f *cubicRival) congestion(now, sent time.Time) {
	if sent.Before(f.recovered) {
		return
	}
	most := f.window
	if f.window < f.last { // fast convergence
		most = f.window * 1.7 / 2
	}
	f.recovered, f.began, f.most, f.last = now, now, most, f.window
	f.window = max(0.7*f.window, 2)
	f.threshold = f.window
}

func (f *cubicRival) grow(now time.Time) {
	if f.window < f.threshold {
		f.window++
		return
	}
	t := now.Sub(f.began).Seconds()
	k := math.Cbrt(f.most * 0.3 / 0.4)
	cubic := 0.4*math.Pow(t+f.rtt.Seconds()-k, 3) + f.most
	reno := 0.7*f.most + 3*0.3/1.7*t/f.rtt.Seconds()
	if target := max(cubic, reno); target > f.window {
		f.window += min((target-f.window)/f.window, 0.5)
	}
}

func (f *cubicRival) deadline(time.Time) time.Time { return f.heard.Add(time.Second) }

func (f *cubicRival) received() int { return f.n }

// compete has flows share a bottleneck for a time, and returns the bytes that each received
// after the first third of it.
func compete(t *testing.T, bottleneck string, span time.Duration, flows []rival) []int {
	t.Helper()
	cfg, err := simnet.Parse(bottleneck)
	if err != nil {
		t.Fatal(err)
	}
	now := epoch
	up, down := simnet.NewLink(cfg, 1, now), simnet.NewLink(simnet.Config{Delay: cfg.Delay}, 2, now)
	early := make([]int, len(flows))
	for end := epoch.Add(span); now.Before(end); {
		for p := up.Receive(now); p != nil; p = up.Receive(now) {
			flows[p[0]].receive(now, p, func(a []byte) { a[0] = p[0]; down.Send(now, a) })
		}
		for p := down.Receive(now); p != nil; p = down.Receive(now) {
			flows[p[0]].answer(now, p)
		}
		next := deadline.Earliest(end, up.Deadline(), down.Deadline())
		for i, f := range flows {
			if now.Sub(epoch) < time.Duration(i)*2*time.Second {
				next = deadline.Earliest(next, epoch.Add(time.Duration(i)*2*time.Second))
				continue // it begins later
			}
			f.send(now, func(p []byte) { p[0] = byte(i); up.Send(now, p) })
			f.receive(now, nil, func(a []byte) { a[0] = byte(i); down.Send(now, a) })
			next = deadline.Earliest(next, f.deadline(now))
		}
		if now.Sub(epoch) < span/3 {
			for i, f := range flows {
				early[i] = f.received()
			}
		}
		now = deadline.Latest(now.Add(10*time.Microsecond), next)
	}
	for i, f := range flows {
		early[i] = f.received() - early[i]
	}
	return early
}

// TestFairness has streams share a bottleneck with others, and with flows that take loss for
// congestion. Queues are 0.2, 1 and 5 times what is on its way.
func TestFairness(t *testing.T) {
	kinds := map[string]func(time.Time) rival{
		"stream": func(now time.Time) rival { return newStreamRival(now) },
		"cubic":  func(now time.Time) rival { return newCubicRival(now) },
	}
	for _, test := range []struct {
		link string
		span time.Duration
	}{
		{"rtt=40ms,rate=20M,queue=20k", time.Minute},
		{"rtt=40ms,rate=20M,queue=100k", time.Minute},
		{"rtt=40ms,rate=20M,queue=500k", time.Minute},
		{"rtt=100ms,rate=10M,queue=25k", 2 * time.Minute}, // CUBIC grows slowly
		{"rtt=100ms,rate=10M,queue=625k", time.Minute},
	} {
		for _, pair := range [][]string{{"stream", "stream"}, {"cubic", "stream"}, {"stream", "cubic"}} {
			t.Run(fmt.Sprint(test.link, pair), func(t *testing.T) {
				flows := []rival{kinds[pair[0]](epoch), kinds[pair[1]](epoch)}
				got := compete(t, test.link, test.span, flows)
				rate := func(i int) float64 { return float64(got[i]) / (test.span * 2 / 3).Seconds() / 1e6 }
				t.Logf("%.2f and %.2f MB/s, ratio %.2f", rate(0), rate(1), rate(0)/rate(1))
				if ratio := rate(0) / rate(1); ratio > 2 || ratio < 0.5 {
					t.Errorf("ratio %.2f", ratio)
				}
			})
		}
	}
}
