//go:build unix

package server

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gm/vt/recording"
	"gm/wire/simnet"
)

// The key of a whole session that its program answers with its next frame.
const frameKey = "\x01"

// TestWholeSessions types into recorded programs, as BenchmarkBytes of e2e does
// with the real ones, and holds what it costs against what mosh 1.4.0 cost
// there over the same network: bytes of UDP payload and datagrams.
func TestWholeSessions(t *testing.T) {
	all, err := recording.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, mosh := range []struct {
		name     string
		keys     int
		up, down simnet.Count
	}{
		{"vim-132x43", 60, simnet.Count{Packets: 108, Bytes: 7785}, simnet.Count{Packets: 127, Bytes: 23754}},
		{"less-132x43", 19, simnet.Count{Packets: 37, Bytes: 2683}, simnet.Count{Packets: 40, Bytes: 10958}},
		{"tmux-132x43", 40, simnet.Count{Packets: 76, Bytes: 5457}, simnet.Count{Packets: 86, Bytes: 18580}},
		{"bash-132x43", 50, simnet.Count{Packets: 96, Bytes: 6994}, simnet.Count{Packets: 102, Bytes: 8899}},
	} {
		t.Run(mosh.name, func(t *testing.T) {
			i := slices.IndexFunc(all, func(r recording.Recording) bool { return r.Name == mosh.name })
			up, down := playSession(t, all[i], mosh.keys)
			t.Logf("up %v, mosh %v; down %v, mosh %v", up, mosh.up, down, mosh.down)
			if !within(up, mosh.up) || !within(down, mosh.down) {
				t.Errorf("more bytes than mosh: up %v, down %v", up, down)
			}
		})
	}
}

// within says that got is at most want, give or take the chaff: 0 to 16 random
// bytes in each of some dozens of datagrams.
func within(got, want simnet.Count) bool {
	const chaff = 1.04
	return float64(got.Bytes) <= chaff*float64(want.Bytes) && float64(got.Packets) <= chaff*float64(want.Packets)
}

// playSession types with a person's rhythm; the program's output within a frame
// comes as it was recorded.
func playSession(t *testing.T, program recording.Recording, keys int) (up, down simnet.Count) {
	r := newRig(t, timeouts{}, simnet.Config{Delay: 5 * time.Millisecond})
	r.resize(program.Cols, program.Rows)
	r.run(2 * time.Second)
	frames := outputFrames(program)
	upBefore, downBefore := r.up.Stats().Sent, r.down.Stats().Sent
	rhythm := rand.New(rand.NewPCG(1, 1))
	for n := range keys {
		next := r.now.Add(time.Duration(min(80+170*rhythm.ExpFloat64(), 1000) * float64(time.Millisecond)))
		r.typeKeys(frameKey)
		r.wait(time.Second, "the key does not come", func() bool { return bytes.Count(r.host.typed, []byte(frameKey)) > n })
		last := frames[n%len(frames)][0].After
		for _, e := range frames[n%len(frames)] {
			r.run(e.After - last)
			r.write(string(e.Output))
			last = e.After
		}
		r.run(max(0, next.Sub(r.now)))
	}
	r.run(time.Second)
	upAfter, downAfter := r.up.Stats().Sent, r.down.Stats().Sent
	return minus(upAfter, upBefore), minus(downAfter, downBefore)
}

func minus(a, b simnet.Count) simnet.Count {
	return simnet.Count{Packets: a.Packets - b.Packets, Bytes: a.Bytes - b.Bytes}
}

// outputFrames splits a recording where the program was at rest.
func outputFrames(r recording.Recording) (frames [][]recording.Event) {
	for i, e := range r.Events {
		if i == 0 || e.After-r.Events[i-1].After >= rest {
			frames = append(frames, nil)
		}
		frames[len(frames)-1] = append(frames[len(frames)-1], e)
	}
	return frames
}
