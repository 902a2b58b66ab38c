package wire_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/simnet"
	streams "gm/wire/stream"
)

// upload is a stream from the client to the server of a pathSession.
type upload struct {
	w        *pathSession
	out, in  *streams.Stream
	data     []byte
	received []byte
}

// want fails the test if the server has received something else than data.
func (u *upload) want(data []byte) {
	u.w.t.Helper()
	if len(u.received) != len(data) {
		u.w.t.Fatalf("%d bytes have arrived, want %d", len(u.received), len(data))
	}
	for i := range data {
		if data[i] != u.received[i] {
			u.w.t.Fatalf("byte %d is %d, want %d", i, u.received[i], data[i])
		}
	}
}

func (w *pathSession) upload(n int) *upload {
	data := make([]byte, n)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range data {
		data[i] = byte(random.Uint32())
	}
	return &upload{w: w, out: w.client.Streams().Open(1, []byte("target")), data: data}
}

// step writes and reads what can be, and lets d pass.
func (u *upload) step(d time.Duration) (done bool) {
	u.w.t.Helper()
	if len(u.data) > 0 {
		n, err := u.out.Write(u.data)
		if err != nil {
			u.w.t.Fatal(err)
		}
		if u.data = u.data[n:]; len(u.data) == 0 {
			u.out.CloseWrite()
		}
	}
	u.w.Run(d)
	if u.in == nil {
		u.in = u.w.server.Streams().Accept()
	}
	if u.in == nil {
		return false
	}
	data, ended, err := u.in.Next()
	if err != nil {
		u.w.t.Fatal(err)
	}
	u.received = append(u.received, data...)
	u.in.Consume(u.w.Now, len(data))
	return ended
}

// finish waits for the end of the stream, and returns how long it has taken.
func (u *upload) finish(limit time.Duration) time.Duration {
	u.w.t.Helper()
	began := u.w.Now
	for !u.step(2 * time.Millisecond) {
		if u.w.Now.Sub(began) > limit {
			u.w.t.Fatalf("%d bytes have arrived after %v", len(u.received), limit)
		}
	}
	return u.w.Now.Sub(began)
}

func TestStreamBesideStates(t *testing.T) {
	lossy := simnet.Config{Delay: 50 * time.Millisecond, Loss: 0.05}
	w := newPathSession(t, lossy, slow)
	w.Run(time.Second)
	u := w.upload(1 << 20)
	w.typeKeys("keys")
	w.server.SetLocal(w.Now, "screen")
	data := bytes.Clone(u.data)
	u.finish(20 * time.Second)
	u.want(data)
	if string(u.in.Target) != "target" || u.in.Kind != 1 {
		t.Errorf("the stream is of kind %d with target %q", u.in.Kind, u.in.Target)
	}
	if w.typed.String() != "keys" || !w.shows("screen") {
		t.Errorf("typed %q", w.typed.String())
	}
}

// bounded is a path that a stream does not pass at once.
var bounded = simnet.Config{Delay: 50 * time.Millisecond, Rate: 20e6}

// TestStreamMoves changes the path again and again under a stream, also while the path in
// use is silent.
func TestStreamMoves(t *testing.T) {
	w := newPathSession(t, bounded, bounded)
	w.Run(time.Second)
	u := w.upload(20 << 20)
	data := bytes.Clone(u.data)
	for i := range 6 {
		for range 50 {
			u.step(10 * time.Millisecond)
		}
		if i%2 == 0 {
			w.udp.SetDown(true)
			for range 100 {
				u.step(10 * time.Millisecond)
			}
		} else {
			w.udp.SetDown(false)
		}
		before := len(u.received)
		w.client.SetRoute(w.Now, []datagram.Path{pipeAtClient, udpAtClient}[i%2])
		for range 25 {
			u.step(10 * time.Millisecond)
		}
		if len(u.received) == before {
			t.Errorf("nothing has arrived within 250 ms of change %d", i)
		}
	}
	w.udp.SetDown(false)
	u.finish(30 * time.Second)
	u.want(data)
}

// TestStreamAfterOutage holds that a stream moves again within a round trip of the first
// datagram after an outage.
func TestStreamAfterOutage(t *testing.T) {
	w := newPathSession(t, bounded, bounded)
	w.Run(time.Second)
	u := w.upload(4 << 20)
	data := bytes.Clone(u.data)
	for range 40 {
		u.step(10 * time.Millisecond)
	}
	w.udp.SetDown(true)
	for range 20 { // what is on its way
		u.step(10 * time.Millisecond)
	}
	w.Run(time.Hour)
	before := len(u.received)
	w.udp.SetDown(false)
	w.WaitFor(20*time.Second, "nothing was heard after the outage", func() bool {
		return w.Now.Sub(w.client.Heard()) < time.Second
	})
	for range 10 {
		u.step(10 * time.Millisecond)
	}
	if len(u.received) == before {
		t.Error("nothing has arrived within a round trip")
	}
	u.finish(10 * time.Second)
	u.want(data)
}

// TestKeysBeforeStreams types beside a stream that fills a link of 10 Mbit/s.
func TestKeysBeforeStreams(t *testing.T) {
	link := simnet.Config{Delay: 25 * time.Millisecond, Rate: 10e6}
	w := newPathSession(t, link, slow)
	w.Run(time.Second)
	u := w.upload(20 << 20)
	for range 200 {
		u.step(10 * time.Millisecond)
	}
	var delays []time.Duration
	for range 60 {
		before, began := w.typed.Len(), w.Now
		w.typeKeys("x")
		for w.typed.Len() == before {
			u.step(time.Millisecond)
		}
		delays = append(delays, w.Now.Sub(began))
		for range 10 {
			u.step(10 * time.Millisecond)
		}
	}
	slices.Sort(delays)
	if median, worst := delays[30], delays[58]; median > 25*time.Millisecond+15*time.Millisecond || worst > 25*time.Millisecond+60*time.Millisecond {
		t.Errorf("a key takes %v in the median, %v at most", median, worst)
	}
	if rate := float64(len(u.received)) / w.Now.Sub(epoch).Seconds(); 8*rate < 0.7*float64(link.Rate) {
		t.Errorf("the stream has %.0f bytes a second", rate)
	}
}

// TestStreamKeepsSessionActive holds that heartbeats go on as in use while a stream moves,
// and that an open stream without bytes costs nothing.
func TestStreamKeepsSessionActive(t *testing.T) {
	w := newPathSession(t, slow, slow)
	w.Run(3 * time.Minute)
	if !w.client.Idle(w.Now) {
		t.Fatal("the session is not idle")
	}
	u := w.upload(1 << 16)
	for range 10 {
		u.step(50 * time.Millisecond)
	}
	if w.client.Idle(w.Now) || w.server.Idle(w.Now) {
		t.Error("a session with a stream in use is idle")
	}
	w.Run(3 * time.Minute)
	sent := w.count(w.udp, func() { w.Run(time.Minute) })
	if !w.client.Idle(w.Now) || sent[0] > 5 || sent[1] > 5 {
		t.Errorf("an unused stream costs %d datagrams a minute", sent)
	}
}

func TestStreamsNeedTheExtension(t *testing.T) {
	cfg := wire.Config[stream, page]{Key: datagram.Key{1}, Direction: datagram.ToServer, MTU: datagram.MTUv4}
	stock, err := wire.New(cfg, epoch)
	if err != nil {
		t.Fatal(err)
	}
	if stock.Streams() != nil {
		t.Error("there are streams without the extension")
	}
	peer, err := datagram.New(datagram.Key{1}, datagram.ToClient, epoch)
	if err != nil {
		t.Fatal(err)
	}
	if err := peer.UseStreams(datagram.Key{1}); err != nil {
		t.Fatal(err)
	}
	sealed, err := peer.Seal(epoch, datagram.Path{}, []byte{byte(datagram.KindStreams), 0})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stock.Receive(epoch, sealed, datagram.Path{}, false); err == nil {
		t.Error("a packet of streams is accepted without the extension")
	}
}
