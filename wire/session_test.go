package wire_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/simnet"
)

var badNetworks = map[string]simnet.Config{
	"perfect":    {},
	"far":        {Delay: 250 * time.Millisecond},
	"jitter":     {Delay: 50 * time.Millisecond, Jitter: 80 * time.Millisecond},
	"loss 29%":   {Delay: 50 * time.Millisecond, Loss: 0.29},
	"loss 50%":   {Delay: 250 * time.Millisecond, Loss: 0.5},
	"everything": {Delay: 100 * time.Millisecond, Jitter: 50 * time.Millisecond, Loss: 0.3, Duplicate: 0.2, Reorder: 0.3},
	"slow":       {Delay: 20 * time.Millisecond, Rate: 64_000},
}

// TestConvergence types and shows for half a minute over each network. No typed text
// may be lost, doubled or out of order, and both ends must agree at the end.
func TestConvergence(t *testing.T) {
	for name, cfg := range badNetworks {
		for seed := range uint64(2) {
			t.Run(fmt.Sprintf("%s %d", name, seed), func(t *testing.T) {
				t.Parallel()
				w := newSession(t, cfg, seed)
				var typed strings.Builder
				for i := range 300 {
					key := fmt.Sprintf("%d ", i)
					w.typeKeys(key)
					typed.WriteString(key)
					w.show(strings.Repeat(key, i%100))
					w.Run(120 * time.Millisecond)
				}
				w.Run(15 * time.Second)
				w.wantSame(typed.String(), strings.Repeat("299 ", 299%100))
				w.wantQuiet()
			})
		}
	}
}

// wantQuiet checks that two ends that agree send no more than one acknowledgement
// in 3 s each.
func (w *session) wantQuiet() {
	w.t.Helper()
	up, down := w.Up.Stats().Sent.Packets, w.Down.Stats().Sent.Packets
	w.Run(time.Minute)
	up, down = w.Up.Stats().Sent.Packets-up, w.Down.Stats().Sent.Packets-down
	if up > 20 || down > 20 {
		w.t.Errorf("idle for a minute: %d datagrams up and %d down, want at most 20", up, down)
	}
}

// TestEchoTime checks that an echo takes one round trip and the delays of both
// ends.
func TestEchoTime(t *testing.T) {
	w := newSession(t, simnet.Config{Delay: 50 * time.Millisecond}, 1)
	w.echo = true
	for range 10 {
		w.typeKeys("x")
		w.Run(500 * time.Millisecond)
	}
	typed := w.Now
	w.typeKeys("k")
	w.WaitFor(time.Second, "no echo", func() bool {
		shown, _ := w.client.Remote()
		return shown == "xxxxxxxxxxk"
	})
	want := 100*time.Millisecond + wire.ClientMinDelay + wire.ServerMinDelay
	if got := w.Now.Sub(typed); got != want {
		t.Errorf("the echo came after %v, want %v", got, want)
	}
	if got := w.client.SRTT(); got != 100*time.Millisecond {
		t.Errorf("the client measures %v, want 100ms", got)
	}
}

// TestTenMinutesWithoutNetwork cuts the network while both ends go on.
func TestTenMinutesWithoutNetwork(t *testing.T) {
	w := newSession(t, simnet.Config{Delay: 50 * time.Millisecond}, 1)
	w.typeKeys("before ")
	w.show("before")
	w.Run(5 * time.Second)
	w.Up.SetDown(true)
	w.Down.SetDown(true)
	want := "before "
	for i := range 600 {
		w.typeKeys(fmt.Sprintf("%d ", i))
		want += fmt.Sprintf("%d ", i)
		w.show(fmt.Sprint(i))
		w.Run(time.Second)
	}
	w.wantSame("before ", "before")
	w.Up.SetDown(false)
	w.Down.SetDown(false)
	// The next acknowledgement is at most 3 s away.
	w.Run(4 * time.Second)
	w.wantSame(want, "599")
	w.wantQuiet()
}

// TestNumbersOfStates checks the numbers that prediction and roaming rely on: a
// keystroke's state has the number Sent()+1 when it is typed, and Acked returns
// when an acknowledged state was sent.
func TestNumbersOfStates(t *testing.T) {
	w := newSession(t, simnet.Config{Delay: 50 * time.Millisecond}, 1)
	w.typeKeys("a")
	w.Run(5 * time.Second)
	for i := range 20 {
		num := w.client.Sent() + 1
		typed := w.Now
		w.typeKeys("k")
		w.WaitFor(time.Second, "the key does not come", func() bool {
			s, _ := w.server.Remote()
			return s.end() == 2+i
		})
		if _, got := w.server.Remote(); got != num {
			t.Errorf("key %d came as state %d, want %d", i, got, num)
		}
		w.Run(3500 * time.Millisecond)
		acked, at := w.client.Acked()
		if acked < num || at.Before(typed) || at.After(w.Now.Add(-100*time.Millisecond)) {
			t.Errorf("key %d: state %d of %v is acknowledged, want %d of %v", i, acked, at.Sub(epoch), num, typed.Sub(epoch))
		}
	}
}

// TestReplay replays each datagram of a session in several orders, during the
// session and after it. Nothing must change.
func TestReplay(t *testing.T) {
	w := newSession(t, simnet.Config{Delay: 20 * time.Millisecond}, 1)
	w.recording = true
	for i := range 50 {
		w.typeKeys(fmt.Sprint(i, " "))
		w.show(fmt.Sprint(i))
		w.Run(100 * time.Millisecond)
		for _, d := range w.toServer {
			w.replayToServer(d)
		}
	}
	w.Run(time.Second)
	typed := w.typed.String()
	for i := range w.toServer {
		w.replayToServer(w.toServer[len(w.toServer)-1-i])
		w.replayToServer(w.toServer[i*7%len(w.toServer)])
	}
	for _, d := range w.toUser {
		heard := w.client.Heard()
		got, err := w.client.Receive(w.Now.Add(time.Second), d, datagram.Path{}, false)
		if got.Newest || got.State || err != nil && !benign(err) || w.client.Heard() != heard {
			t.Fatalf("a replayed datagram is taken: %+v, %v", got, err)
		}
	}
	w.wantSame(typed, "49")
	w.recording = false
	w.typeKeys("end")
	w.Run(time.Second)
	w.wantSame(typed+"end", "49")
}

func (w *session) replayToServer(d []byte) {
	w.t.Helper()
	heard := w.server.Heard()
	got, err := w.server.Receive(w.Now, d, datagram.Path{}, true)
	if got.Newest && w.server.Heard() == heard {
		w.t.Fatal("newest, but not heard")
	}
	if err != nil && !benign(err) {
		w.t.Fatal(err)
	}
	if got.Newest || got.State {
		// The original was still in flight, and the copy arrived first.
		w.readTyped()
	}
}

// TestReflection sends each end its own datagrams, and forged ones.
func TestReflection(t *testing.T) {
	w := newSession(t, simnet.Config{Delay: 20 * time.Millisecond}, 1)
	w.recording = true
	w.typeKeys("abc")
	w.show("xyz")
	w.Run(5 * time.Second)
	for _, d := range w.toServer {
		if got, err := w.client.Receive(w.Now, d, datagram.Path{}, false); err == nil || got.Newest || got.State {
			t.Fatalf("the client takes its own datagram: %+v, %v", got, err)
		}
		for at := range d {
			bad := bytes.Clone(d)
			bad[at] ^= 1 << (at % 8)
			if got, err := w.server.Receive(w.Now, bad, datagram.Path{}, false); err == nil || got.Newest || got.State {
				t.Fatalf("the server takes a datagram with byte %d changed: %+v, %v", at, got, err)
			}
			if got, err := w.server.Receive(w.Now, d[:at], datagram.Path{}, false); err == nil || got.Newest || got.State {
				t.Fatalf("the server takes %d bytes of a datagram: %+v, %v", at, got, err)
			}
		}
	}
	for _, d := range w.toUser {
		if got, err := w.server.Receive(w.Now, d, datagram.Path{}, false); err == nil || got.Newest || got.State {
			t.Fatalf("the server takes its own datagram: %+v, %v", got, err)
		}
	}
	w.wantSame("abc", "xyz")
}

// TestShutdown ends sessions from each side over each network.
func TestShutdown(t *testing.T) {
	for name, cfg := range badNetworks {
		for _, side := range []string{"client", "server", "both"} {
			t.Run(name+" "+side, func(t *testing.T) {
				t.Parallel()
				w := newSession(t, cfg, 3)
				w.typeKeys("abc")
				w.show("xyz")
				w.Run(20 * time.Second)
				w.show("last words")
				if side != "server" {
					w.client.Shutdown(w.Now)
				}
				if side != "client" {
					w.server.Shutdown(w.Now)
				}
				w.Run(15 * time.Second)
				over := func(closed, timedOut bool) bool { return closed || timedOut }
				if !over(w.client.Closed(), w.client.TimedOut(w.Now)) || !over(w.server.Closed(), w.server.TimedOut(w.Now)) {
					t.Errorf("closed: client %v, server %v", w.client.Closed(), w.server.Closed())
				}
				if cfg.Loss == 0 && (!w.client.Closed() || !w.server.Closed()) {
					t.Errorf("without loss: client closed %v, server %v", w.client.Closed(), w.server.Closed())
				}
				if side == "server" && w.client.Closing() {
					w.wantSame("abc", "last words")
				}
				if side == "client" && w.server.Closed() && !w.server.Closing() {
					t.Error("the server closed without an announcement")
				}
			})
		}
	}
}
