package wire

import (
	"fmt"
	"testing"
	"time"
)

var sizes = []int{100, 1252 - overhead}

func BenchmarkSeal(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			client, _ := pair(b, 0)
			f := fragment{id: 1, final: true, data: noise(size)}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.seal(epoch, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			client, server := pair(b, 0)
			d, err := client.seal(epoch, fragment{id: 1, final: true, data: noise(size)})
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := server.open(epoch, d, false); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// loop is a client and a server joined by nothing, whose objects cost nothing:
// what remains is the protocol's own.
type loop struct {
	client, server     *Transport[counter, counter]
	toServer, toClient func([]byte)
	now                time.Time
}

// counter is an object without memory.
type counter uint8

func (c counter) Equal(o counter) bool                    { return c == o }
func (c counter) AppendDiff(dst []byte, _ counter) []byte { return append(dst, byte(c)) }
func (c counter) Subtract(counter) counter                { return c }
func (c counter) MemSize(counter) int                     { return 1 }
func (c counter) Partway(counter) (counter, bool)         { return 0, false }
func (c counter) Apply(diff []byte) (counter, error) {
	if len(diff) == 0 {
		return c, nil
	}
	return counter(diff[0]), nil
}

func newLoop(t testing.TB) *loop {
	t.Helper()
	l := &loop{now: epoch}
	var err error
	if l.client, err = New(Config[counter, counter]{Key: Key{1}, Direction: ToServer, MTU: MTUv4}, epoch); err != nil {
		t.Fatal(err)
	}
	if l.server, err = New(Config[counter, counter]{Key: Key{1}, Direction: ToClient, MTU: MTUv4}, epoch); err != nil {
		t.Fatal(err)
	}
	receive := func(to *Transport[counter, counter]) func([]byte) {
		return func(d []byte) {
			if _, err := to.Receive(l.now, d, false); err != nil {
				t.Fatal(err)
			}
		}
	}
	l.toServer, l.toClient = receive(l.server), receive(l.client)
	return l
}

// turn sends a change each way, in two datagrams.
func (l *loop) turn(t testing.TB) {
	l.now = l.now.Add(100 * time.Millisecond)
	l.client.SetLocal(l.now, l.client.Local()+1)
	l.server.SetLocal(l.now, l.server.Local()+1)
	if err := l.client.Tick(l.now, l.toServer); err != nil {
		t.Fatal(err)
	}
	if err := l.server.Tick(l.now, l.toClient); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkTick(b *testing.B) {
	l := newLoop(b)
	b.ReportAllocs()
	for b.Loop() {
		l.turn(b)
	}
}

// BenchmarkDeadline is what a loop asks at each turn.
func BenchmarkDeadline(b *testing.B) {
	l := newLoop(b)
	for range 10 {
		l.turn(b)
	}
	b.ReportAllocs()
	for b.Loop() {
		l.client.Deadline(l.now)
	}
}

// freeAEAD is a cipher that costs nothing, and hides nothing.
type freeAEAD struct{}

func (freeAEAD) NonceSize() int { return ocbNonceSize }
func (freeAEAD) Overhead() int  { return tagSize }

func (freeAEAD) Seal(dst, _, plain, _ []byte) []byte {
	return append(append(dst, plain...), make([]byte, tagSize)...)
}

func (freeAEAD) Open(dst, _, sealed, _ []byte) ([]byte, error) {
	return append(dst, sealed[:len(sealed)-tagSize]...), nil
}

// The cipher aside, nothing is allocated for a datagram.
func TestNoAllocations(t *testing.T) {
	l := newLoop(t)
	for _, end := range []*Transport[counter, counter]{l.client, l.server} {
		end.packets.sealer.aead, end.packets.opener.aead = freeAEAD{}, freeAEAD{}
	}
	for range 100 {
		l.turn(t)
	}
	if got := testing.AllocsPerRun(1000, func() { l.turn(t) }); got != 0 {
		t.Errorf("%v allocations for two datagrams sent and received", got)
	}
}
