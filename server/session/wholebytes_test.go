package session

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gm/vt/recording"
	"gm/wire/simnet"
)

const (
	mostFrames = 40                     // of one recording
	rest       = 100 * time.Millisecond // of a program between two frames
)

// The key of a whole session that its program answers with its next frame.
const frameKey = "\x01"

// Keys typed into recorded programs cost at most as many bytes of UDP payload as mosh
// 1.4.0 took for the real programs over the same network (BenchmarkBytes of e2e). The
// cheaper one of two runs of mosh counts.
func TestWholeSessions(t *testing.T) {
	all, err := recording.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, mosh := range []struct {
		name     string
		rtt      time.Duration
		keys     int
		up, down int
	}{
		{"vim-132x43", 10 * time.Millisecond, 60, 7785, 23754},
		{"less-132x43", 10 * time.Millisecond, 19, 2683, 10958},
		{"tmux-132x43", 10 * time.Millisecond, 40, 5457, 18580},
		{"bash-132x43", 10 * time.Millisecond, 50, 6546, 8886},
		{"vim-132x43", 100 * time.Millisecond, 60, 8479, 22427},
		{"less-132x43", 100 * time.Millisecond, 19, 2822, 10795},
		{"tmux-132x43", 100 * time.Millisecond, 40, 5693, 18147},
		{"bash-132x43", 100 * time.Millisecond, 50, 7477, 8934},
	} {
		t.Run(fmt.Sprint(mosh.name, " ", mosh.rtt), func(t *testing.T) {
			t.Parallel()
			i := slices.IndexFunc(all, func(r recording.Recording) bool { return r.Name == mosh.name })
			up, down := playSession(t, all[i], mosh.rtt, mosh.keys)
			t.Logf("up %v, mosh %d bytes; down %v, mosh %d bytes", up, mosh.up, down, mosh.down)
			if up.Bytes > mosh.up || down.Bytes > mosh.down {
				t.Errorf("more bytes than mosh's %d up and %d down: up %v, down %v", mosh.up, mosh.down, up, down)
			}
		})
	}
}

// playSession types with a person's rhythm; the program's output within a frame
// comes as it was recorded.
func playSession(t *testing.T, program recording.Recording, rtt time.Duration, keys int) (up, down simnet.Count) {
	r := newRig(t, Timeouts{}, simnet.Config{Delay: rtt / 2})
	r.resize(program.Cols, program.Rows)
	r.Run(2 * time.Second)
	frames := outputFrames(program)
	upBefore, downBefore := r.Up.Stats().Sent, r.Down.Stats().Sent
	rhythm := rand.New(rand.NewPCG(1, 1))
	for n := range keys {
		next := r.Now.Add(time.Duration(min(80+170*rhythm.ExpFloat64(), 1000) * float64(time.Millisecond)))
		r.typeKeys(frameKey)
		r.WaitFor(time.Second, "the key does not come", func() bool { return bytes.Count(r.host.typed, []byte(frameKey)) > n })
		last := frames[n%len(frames)][0].After
		for _, e := range frames[n%len(frames)] {
			r.Run(e.After - last)
			r.write(string(e.Output))
			last = e.After
		}
		r.Run(max(0, next.Sub(r.Now)))
	}
	r.Run(time.Second)
	upAfter, downAfter := r.Up.Stats().Sent, r.Down.Stats().Sent
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

// Recordings are played as the benchmark "bytes" does, a frame in a tenth of a second
// and without typing. Two frames share an acknowledgement.
func TestTenFramesASecond(t *testing.T) {
	all, err := recording.All()
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, Timeouts{}, simnet.Config{Delay: 10 * time.Millisecond})
	r.resize(80, 24)
	r.Run(2 * time.Second)
	i := slices.IndexFunc(all, func(r recording.Recording) bool { return r.Name == "vim-80x24" })
	frames := all[i].Frames(rest)[:mostFrames]
	before := r.Up.Stats().Sent
	for _, f := range frames {
		r.write(string(f.Output))
		r.Run(rest + 200*time.Microsecond)
	}
	r.Run(time.Second)
	if got := minus(r.Up.Stats().Sent, before); got.Packets > mostFrames/2+2 {
		t.Errorf("%d frames are acknowledged by %d datagrams", mostFrames, got.Packets)
	}
}
