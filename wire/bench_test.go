package wire

import (
	"testing"
	"time"

	"gm/wire/datagram"
)

// loop is a client and a server without a network between them. Their objects
// cost nothing, so that the cost of the protocol remains.
type loop struct {
	client, server     *Transport[counter, counter]
	toServer, toClient func([]byte)
	now                time.Time
}

// counter is an object that needs no memory.
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
	if l.client, err = New(Config[counter, counter]{Key: datagram.Key{1}, Direction: datagram.ToServer, MTU: datagram.MTUv4}, epoch); err != nil {
		t.Fatal(err)
	}
	if l.server, err = New(Config[counter, counter]{Key: datagram.Key{1}, Direction: datagram.ToClient, MTU: datagram.MTUv4}, epoch); err != nil {
		t.Fatal(err)
	}
	receive := func(to *Transport[counter, counter]) func([]byte) {
		return func(d []byte) {
			if _, err := to.Receive(l.now, d, datagram.Path{}, false); err != nil {
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
	if err := l.client.Tick(l.now, func(_ datagram.Path, d []byte) { l.toServer(d) }); err != nil {
		t.Fatal(err)
	}
	if err := l.server.Tick(l.now, func(_ datagram.Path, d []byte) { l.toClient(d) }); err != nil {
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

// BenchmarkDeadline measures the call that a loop makes at each turn.
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

// TestNoAllocations checks that the state protocol allocates nothing for a
// datagram. All allocations are those of the cipher of package datagram, whose
// number varies by one with the size of the datagram.
func TestNoAllocations(t *testing.T) {
	l := newLoop(t)
	for range 100 {
		l.turn(t)
	}
	got, cipher := testing.AllocsPerRun(1000, func() { l.turn(t) }), 2*connAllocations(t)
	if got >= cipher+2 {
		t.Errorf("%v allocations for two datagrams sent and received, %v of them by the cipher", got, cipher)
	}
}

// connAllocations returns the number of allocations for a datagram that is
// sealed and opened.
func connAllocations(t *testing.T) float64 {
	client, server := newConn(t, datagram.ToServer), newConn(t, datagram.ToClient)
	payload := make([]byte, 50)
	return testing.AllocsPerRun(1000, func() {
		d, err := client.Seal(epoch, datagram.Path{}, payload)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := server.Open(epoch, d, datagram.Path{}, false); err != nil {
			t.Fatal(err)
		}
	})
}
