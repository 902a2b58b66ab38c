package stream

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"gm/internal/deadline"
	"gm/wire/simnet"
)

// overhead is the part of a UDP payload that is not a packet: nonce, timestamps, kind and tag.
const overhead = 8 + 4 + 1 + 16

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// keyMark begins a datagram of a key, which is not of a stream.
const keyMark = 0xff

// rig is two ends and the network between them.
type rig struct {
	*testing.T
	now            time.Time
	client, server *Conn
	up, down       *simnet.Link
	rounds         int
	key            func(key byte)   // receives datagrams that begin with keyMark
	limit          func() time.Time // when the caller acts next; may be nil
	before         func()           // is called before each step; may be nil
}

func newRig(t *testing.T, link string) *rig {
	t.Helper()
	return newRigOf(t, link, 1)
}

// newRigOf returns a rig whose links have the fate of seed and of the next one.
func newRigOf(t *testing.T, link string, seed uint64) *rig {
	t.Helper()
	cfg, err := simnet.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	now := epoch
	return &rig{
		T: t, now: now, client: New(now, Config{Client: true}), server: New(now, Config{}),
		up: simnet.NewLink(cfg, seed, now), down: simnet.NewLink(cfg, seed+1, now),
	}
}

// step delivers and sends all that is due, and lets time pass until something else is. It
// returns early if something has come, as the owners of streams act then.
func (r *rig) step(limit time.Time) {
	r.Helper()
	if r.before != nil {
		r.before()
	}
	came := r.deliver(r.up, r.server)
	came = r.deliver(r.down, r.client) || came
	r.send(r.client, r.up)
	r.send(r.server, r.down)
	if came {
		return
	}
	next := limit
	if r.limit != nil {
		next = deadline.Earliest(next, r.limit())
	}
	for _, at := range []time.Time{r.client.Deadline(r.now), r.server.Deadline(r.now), r.up.Deadline(), r.down.Deadline()} {
		next = deadline.Earliest(next, at)
	}
	if next.After(r.now) {
		r.now, r.rounds = next, 0
	} else if r.rounds++; r.rounds > 10_000 {
		r.Fatalf("time stands still: client %v, server %v, up %v, down %v", r.client.Deadline(r.now).Sub(r.now), r.server.Deadline(r.now).Sub(r.now), r.up.Deadline().Sub(r.now), r.down.Deadline().Sub(r.now))
	}
}

func (r *rig) deliver(link *simnet.Link, to *Conn) (came bool) {
	r.Helper()
	for p := link.Receive(r.now); p != nil; p = link.Receive(r.now) {
		came = true
		if p[0] == keyMark {
			r.key(p[1])
			continue
		}
		if err := to.Receive(r.now, p[overhead:]); err != nil {
			r.Fatal(err)
		}
	}
	return came
}

func (r *rig) send(from *Conn, link *simnet.Link) {
	for {
		p, ok := from.Append(r.now, make([]byte, overhead, 1400))
		if !ok {
			return
		}
		if n := len(p) - overhead; n > from.cfg.PacketSize {
			r.Fatalf("a packet of %d bytes, of %d at most", n, from.cfg.PacketSize)
		}
		link.Send(r.now, p)
	}
}

// bulk is a transfer of n bytes by the client.
type bulk struct {
	sent, got []byte
	stream    *Stream
	peer      *Stream
	first     time.Time // when the first byte was read
}

func (r *rig) transfer(n int) *bulk {
	b := &bulk{sent: make([]byte, n)}
	rng := rand.NewChaCha8([32]byte{1})
	rng.Read(b.sent)
	b.stream = r.client.Open(1, []byte("target"))
	rest := b.sent
	for limit := r.now.Add(2 * time.Hour); ; {
		if len(rest) > 0 {
			k, err := b.stream.Write(rest)
			if err != nil {
				r.Fatal(err)
			}
			if rest = rest[k:]; len(rest) == 0 {
				b.stream.CloseWrite()
			}
		}
		r.step(limit)
		if b.peer == nil {
			b.peer = r.server.Accept()
		}
		if b.peer == nil {
			continue
		}
		data, ended, err := b.peer.Next()
		if err != nil {
			r.Fatal(err)
		}
		if len(data) > 0 && b.first.IsZero() {
			b.first = r.now
		}
		b.got = append(b.got, data...)
		b.peer.Consume(r.now, len(data))
		if ended {
			break
		}
		if !r.now.Before(limit) {
			r.Fatalf("%d of %d bytes after two hours", len(b.got), n)
		}
	}
	if !bytes.Equal(b.got, b.sent) {
		r.Fatal("other bytes have arrived")
	}
	return b
}
