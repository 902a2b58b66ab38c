package wire

import (
	"bytes"
	"compress/zlib"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"gm/wire/datagram"
	"gm/wire/wiretest"
)

// stranger makes forged datagrams from recorded ones.
type stranger struct {
	rng      *rand.Rand
	recorded [][]byte // of the session, in both directions
}

// junk returns a datagram of up to 2024 bytes: nothing, noise, or a recorded one
// that is truncated, extended or has some bits changed.
func (s *stranger) junk() []byte {
	n := s.rng.IntN(24)
	real := s.recorded[s.rng.IntN(len(s.recorded))]
	switch s.rng.IntN(6) {
	case 0:
		return make([]byte, n) // too short, zero-length among them
	case 1:
		return s.noise(24 + s.rng.IntN(8))
	case 2:
		return s.noise(24 + s.rng.IntN(2000)/(1+s.rng.IntN(100)))
	case 3:
		return real[:s.rng.IntN(len(real))]
	case 4:
		return append(bytes.Clone(real), s.noise(1+n)...)
	}
	bad := bytes.Clone(real)
	for range 1 + n%3 {
		bad[s.rng.IntN(len(bad))] ^= 1 << s.rng.IntN(8)
	}
	if bytes.Equal(bad, real) {
		return nil
	}
	return bad
}

func (s *stranger) noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(s.rng.Uint32())
	}
	return b
}

// duel is two ends without a network: the test passes on every datagram.
type duel struct {
	client   *Transport[tape, tape]
	server   *Transport[tape, tape]
	now      time.Time
	recorded [][]byte
}

func newDuel(t *testing.T) *duel {
	t.Helper()
	d := &duel{now: epoch}
	var err error
	cfg := Config[tape, tape]{Key: datagram.Key{1}, Direction: datagram.ToServer, MinDelay: ClientMinDelay, MTU: datagram.MTUv4}
	if d.client, err = New(cfg, epoch); err != nil {
		t.Fatal(err)
	}
	cfg.Direction = datagram.ToClient
	if d.server, err = New(cfg, epoch); err != nil {
		t.Fatal(err)
	}
	return d
}

// exchange ticks both ends and delivers their datagrams at once.
func (d *duel) exchange(t *testing.T) {
	t.Helper()
	pass := func(from, to *Transport[tape, tape]) {
		err := from.Tick(d.now, func(path datagram.Path, data []byte) {
			d.recorded = append(d.recorded, bytes.Clone(data))
			if _, err := to.Receive(d.now, data, path, false); err != nil {
				t.Fatal(err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	pass(d.client, d.server)
	pass(d.server, d.client)
}

// typeAndEcho types a key, which the server echoes. Both must arrive within one
// frame.
func (d *duel) typeAndEcho(t *testing.T) {
	t.Helper()
	d.client.SetLocal(d.now, d.client.Local().with("k"))
	for range 2 {
		d.now = d.now.Add(250 * ms)
		d.exchange(t)
		typed, _ := d.server.Remote()
		if n := typed.end() - d.server.Local().end(); n > 0 {
			d.server.SetLocal(d.now, d.server.Local().with("k"))
		}
	}
	shown, _ := d.client.Remote()
	if want := d.client.Local().end(); shown.end() != want {
		t.Fatalf("%d of %d keys are shown", shown.end(), want)
	}
}

// TestJunkIsDropped sends both ends 20,000 forged datagrams during a session.
// Package server has a test with a flood of them.
func TestJunkIsDropped(t *testing.T) {
	d := newDuel(t)
	for range 50 {
		d.typeAndEcho(t)
	}
	s := stranger{rand.New(rand.NewPCG(1, 2)), d.recorded}
	before := wiretest.LiveBytes()
	for round := range 20 {
		for range 500 {
			for _, end := range []*Transport[tape, tape]{d.client, d.server} {
				heard := end.Heard()
				got, err := end.Receive(d.now, s.junk(), datagram.Path{}, true)
				if err == nil || got != (Received{}) || end.Heard() != heard {
					t.Fatalf("round %d: junk is taken: %+v, %v", round, got, err)
				}
			}
		}
		d.typeAndEcho(t)
		wiretest.WantNotGrown(t, before, "junk")
	}
}

// TestReplayInAnyOrder replays all datagrams of a session, of both directions, to
// both ends, shuffled and several times. Nothing must change.
func TestReplayInAnyOrder(t *testing.T) {
	d := newDuel(t)
	for range 100 {
		d.typeAndEcho(t)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	recorded := d.recorded
	typed, num := d.server.Remote()
	for round := range 10 {
		rng.Shuffle(len(recorded), func(i, j int) { recorded[i], recorded[j] = recorded[j], recorded[i] })
		for _, data := range recorded {
			for _, end := range []*Transport[tape, tape]{d.client, d.server} {
				if got, _ := end.Receive(d.now, data, datagram.Path{}, true); got != (Received{}) {
					t.Fatalf("round %d: a replay is taken: %+v", round, got)
				}
			}
		}
	}
	if again, n := d.server.Remote(); again != typed || n != num {
		t.Errorf("state %d of %d keys became %d of %d", num, typed.end(), n, again.end())
	}
	d.typeAndEcho(t)
}

// attack is a malicious peer: it sends the server authentic datagrams of any
// content.
type attack struct {
	conn *datagram.Conn
	id   uint64
}

func newAttack(t *testing.T) *attack {
	t.Helper()
	c := newConn(t, datagram.ToServer)
	for range 1 << 16 { // more than the true client sends
		c.Seal(epoch, datagram.Path{}, nil)
	}
	return &attack{conn: c}
}

func (a *attack) fragment(t *testing.T, d *duel, f fragment) error {
	t.Helper()
	data, err := a.conn.Seal(d.now, datagram.Path{}, f.append(nil))
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.server.Receive(d.now, data, datagram.Path{}, false)
	return err
}

// packed sends a packed instruction in fragments and returns the error of the last
// one.
func (a *attack) packed(t *testing.T, d *duel, packed []byte) (err error) {
	t.Helper()
	a.id++
	const size = 32 << 10
	for number := 0; ; number++ {
		n := min(len(packed), size)
		f := fragment{1<<40 + a.id, number, n == len(packed), packed[:n]}
		if err = a.fragment(t, d, f); err != nil || f.final {
			return err
		}
		packed = packed[n:]
	}
}

// TestFragmentsThatNeverEnd sends fragments of one instruction and of many, but
// never a final one. TestReassemblyAtTheLimit tests the limit in bytes.
func TestFragmentsThatNeverEnd(t *testing.T) {
	d, a := newDuel(t), newAttack(t)
	d.typeAndEcho(t)
	before := wiretest.LiveBytes()
	for i := range 2 * maxFragments {
		f := fragment{id: 7, number: i % maxFragments, data: []byte{1}}
		if i > maxFragments {
			f.id, f.number = uint64(i), i%10 // a new one each time
		}
		if err := a.fragment(t, d, f); err != nil {
			t.Fatal(err)
		}
		if i%(1<<14) == 0 {
			wiretest.WantNotGrown(t, before, "fragments")
		}
	}
	d.typeAndEcho(t)
}

// TestBombs sends zlib streams that unpack to far more than the limit of an
// instruction.
func TestBombs(t *testing.T) {
	d, a := newDuel(t), newAttack(t)
	d.typeAndEcho(t)
	var bomb bytes.Buffer
	z := zlib.NewWriter(&bomb)
	zeros := make([]byte, 1<<20)
	for range 9 {
		z.Write(zeros)
	}
	z.Close()
	before := wiretest.LiveBytes()
	for range 2 {
		if err := a.packed(t, d, bomb.Bytes()); !errors.Is(err, errTooLong) {
			t.Fatalf("%d bytes that hold 9 MB: %v", bomb.Len(), err)
		}
	}
	wiretest.WantNotGrown(t, before, "bombs")
	d.typeAndEcho(t)
}
