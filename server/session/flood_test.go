package session

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gm/wire/simnet"
)

// flooded is a rig whose program writes incompressible output without end. It counts
// the keys that it reads in the title.
type flooded struct {
	*rig
	noise *rand.Rand
	keys  int
}

func newFlooded(t testing.TB, link string) *flooded {
	t.Helper()
	network, err := simnet.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	f := &flooded{rig: newRig(t, Timeouts{}, network), noise: rand.New(rand.NewPCG(1, 1))}
	f.resize(80, 24)
	f.Run(2 * time.Second)
	return f
}

// step lets a millisecond of the flood pass.
func (f *flooded) step() {
	text := make([]byte, 700)
	for i := range text {
		text[i] = byte('!' + f.noise.IntN(90))
	}
	f.write(string(text) + "\r\n")
	if n := len(f.host.typed); n > f.keys {
		f.keys = n
		f.write(fmt.Sprintf("\x1b]2;%d\x07", n))
	}
	f.Run(time.Millisecond)
}

// press types a key and returns the time until the client shows the response.
func (f *flooded) press() time.Duration {
	typed := f.Now
	want := fmt.Sprint(f.keys + 1)
	f.typeKeys("k")
	for {
		if remote, _ := f.client.Remote(); remote.Screen.Title == want {
			return f.Now.Sub(typed)
		}
		if f.Now.Sub(typed) > time.Minute {
			f.t.Fatal("the key is never answered")
		}
		f.step()
	}
}

// A flood over a line that is slower leaves keys their way: at most two round
// trips.
func TestFloodedLine(t *testing.T) {
	f := newFlooded(t, "rtt=100ms,rate=256k,queue=1s")
	for range 5000 {
		f.step()
	}
	var took []time.Duration
	for range 60 {
		took = append(took, f.press())
		for range 120 {
			f.step()
		}
	}
	slices.Sort(took)
	t.Logf("keys in a flood: median %v, worst %v; round trip %v", took[30], took[59], f.client.SRTT())
	if took[59] > 200*time.Millisecond {
		t.Errorf("a key took %v", took[59])
	}
}

// Frames of a flood are paced by the round trip time, whether or not the user
// types: a key hurries two frames at most.
func TestFloodPace(t *testing.T) {
	for _, link := range []string{"rtt=100ms", "rtt=500ms"} {
		f := newFlooded(t, link)
		frames := func(typing bool) int {
			sent := f.attachment.wire.Sent()
			for ms := range 6000 {
				if typing && ms%120 == 0 {
					f.typeKeys("k")
				}
				f.step()
			}
			return int(f.attachment.wire.Sent() - sent)
		}
		paced := int(6 * time.Second / f.attachment.wire.SendInterval())
		if got := frames(false); got > paced+1 {
			t.Errorf("%s: %d frames in 6 s, want at most %d", link, got, paced+1)
		}
		got := frames(true)
		t.Logf("%s: %d frames with keys, %d paced", link, got, paced)
		if got > paced+1+2*50 {
			t.Errorf("%s: %d frames in 6 s with 50 keys", link, got)
		}
	}
}
