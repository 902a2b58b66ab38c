package session

import (
	"fmt"
	"testing"
	"time"

	"gm/vt"
	"gm/vt/corpus"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/state"
)

// framed is a session that sends a frame for each change. Its client is there
// only to acknowledge.
type framed struct {
	*rig
	frames int
}

func newFramed(t testing.TB) *framed {
	r := newRig(t, Timeouts{}, simnet.Config{})
	f := &framed{rig: r}
	deliver := r.host.datagram
	r.host.datagram = func(d []byte) { f.frames++; deliver(d) }
	r.resize(80, 24)
	r.Run(time.Second)
	return f
}

// frame has the program write, and the frame of that sent and acknowledged.
func (f *framed) frame(output []byte) {
	f.session.Output(f.Now, output)
	for before := f.frames; f.frames == before; {
		f.Now = f.session.Deadline(f.Now)
		f.session.Tick(f.Now)
	}
	f.Run(200 * time.Millisecond)
	f.host.sent = f.host.sent[:0]
}

// changes are the output of one frame each.
var changes = []struct {
	name string
	make func(i int) []byte
}{
	{"key", func(i int) []byte { return []byte{byte('a' + i%26)} }},
	{"line", func(i int) []byte { return fmt.Appendf(nil, "\r\nline %d of a program's output", i) }},
	{"screen", func(i int) []byte {
		const size = 3000
		text := corpus.FromTTY(corpus.Text("vim", 1<<16))
		at := i * size % (len(text) - size)
		return text[at : at+size]
	}},
}

// BenchmarkFrame is all that a frame costs the server: the output is parsed, the
// screen kept, its difference written, packed, sealed and sent, and the client's
// acknowledgement taken. The client's own part is in it too.
func BenchmarkFrame(b *testing.B) {
	for _, c := range changes {
		b.Run(c.name, func(b *testing.B) {
			f := newFramed(b)
			outputs := make([][]byte, 64)
			for i := range outputs {
				outputs[i] = c.make(i)
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				f.frame(outputs[i%len(outputs)])
				i++
			}
		})
	}
}

// A frame of the server's keeps one screen, which shares the rows that did not
// change, and no more than that is allocated: nothing for each byte, cell or
// datagram.
func TestFrameAllocations(t *testing.T) {
	const screen = 4 // the screen, its list of rows, the owners of both sides
	for _, c := range []struct {
		name, output string
		rows         float64 // that change
	}{
		{"key", "x\b", 1}, {"attributes", "\x1b[1;31mred\x1b[m\r", 1}, {"rows", "\x1b[Ha\r\nb\r\nc", 3},
	} {
		term := vt.NewTerminal(80, 24, vt.Options{})
		var diff []byte
		before := state.Screen{Screen: term.Snapshot(), Dialect: vt.Full()}
		n := testing.AllocsPerRun(100, func() {
			term.Write([]byte(c.output))
			after := state.Screen{Screen: term.Snapshot(), Dialect: vt.Full()}
			diff = after.AppendDiff(diff[:0], before)
			before = after
		})
		if most := screen + 2*c.rows + 1; n > most { // a row and its cells; the output
			t.Errorf("%s: %v allocations for a frame, want at most %v", c.name, n, most)
		}
	}
}

// TestDatagramAllocations sends the same screen's changes with the transport of
// the server: the cipher's are all that a datagram adds to those of the frame.
func TestDatagramAllocations(t *testing.T) {
	term := vt.NewTerminal(80, 24, vt.Options{})
	screens := make([]state.Screen, 2)
	for i := range screens {
		term.Write([]byte(changes[2].make(i)))
		screens[i] = state.Screen{Screen: term.Snapshot(), Dialect: vt.Full()}
	}
	w, err := wire.New(wire.Config[state.Screen, state.User]{
		Key: datagram.Key{1}, Direction: datagram.ToClient, MinDelay: wire.ServerMinDelay, MTU: datagram.MTUv4,
		Local: screens[0],
	}, epoch)
	if err != nil {
		t.Fatal(err)
	}
	now, frames, datagrams := epoch, 0, 0
	turn := func() {
		frames++
		w.SetLocal(now, screens[frames%2])
		for sent := w.Sent(); w.Sent() == sent; {
			now = w.Deadline(now)
			if err := w.Tick(now, func(datagram.Path, []byte) { datagrams++ }); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 100 {
		turn()
	}
	const cipher = 6 // allocations of go-crypto's Seal, at most
	before := datagrams
	n := testing.AllocsPerRun(100, turn)
	each := float64(datagrams-before) / 101
	if n > cipher*each+1 {
		t.Errorf("%v allocations for a frame of %.1f datagrams, want at most %v each", n, each, cipher)
	}
}
