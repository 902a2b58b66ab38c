package wire

import (
	"errors"
	"math/rand/v2"
	"testing"

	"gm/wire/datagram"
)

// Payloads of datagrams at two MTUs, without the 28 bytes of nonce, timestamps
// and tag.
const (
	smallPayload = datagram.MTUSmall - 28
	payload4     = datagram.MTUv4 - 28
)

// mustFragment returns the fragments of an instruction.
func mustFragment(t *testing.T, f *fragmenter, in instruction, payload int) (fs []fragment) {
	t.Helper()
	if err := f.pack(&in, payload); err != nil {
		t.Fatal(err)
	}
	err := f.fragments(func(f fragment) error {
		f.data = append([]byte(nil), f.data...)
		fs = append(fs, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return fs
}

// mustReassemble returns the instruction that fragments make.
func mustReassemble(t *testing.T, fs []fragment) instruction {
	t.Helper()
	var r reassembly
	var i inflater
	var in instruction
	texts := addAll(t, &r, fs...)
	if len(texts) != 1 {
		t.Fatalf("%d instructions in %d fragments", len(texts), len(fs))
	}
	plain, err := i.unpack([]byte(texts[0]))
	if err != nil {
		t.Fatal(err)
	}
	if err := in.parse(plain); err != nil {
		t.Fatal(err)
	}
	return in
}

// noise returns n bytes that do not compress.
func noise(n int) []byte {
	b := make([]byte, n)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

func TestFragmenterRoundTrip(t *testing.T) {
	var f fragmenter
	for _, size := range []int{0, 1, 400, 462, 5000, 1 << 20} {
		in := instruction{oldNum: 1, newNum: 2, ackNum: 3, throwawayNum: 1, diff: noise(size)}
		fs := mustFragment(t, &f, in, smallPayload)
		if got := mustReassemble(t, fs); !sameInstruction(got, in) {
			t.Errorf("a diff of %d bytes comes back as %+v", size, got)
		}
		for _, f := range fs[:len(fs)-1] {
			if len(f.data) != 462 {
				t.Errorf("a fragment of %d bytes, want 500 less 38", len(f.data))
			}
		}
		if f.count() != len(fs) {
			t.Errorf("count() = %d, want %d", f.count(), len(fs))
		}
	}
}

func TestFragmentsFillTheMTU(t *testing.T) {
	client := newConn(t, datagram.ToServer)
	for _, mtu := range []int{datagram.MTUSmall, datagram.MTUv6, datagram.MTUv4} {
		client.SetMTU(datagram.Path{}, mtu)
		fs := mustFragment(t, new(fragmenter), instruction{diff: noise(10_000)}, client.MaxPayload())
		d, err := client.Seal(at(0), datagram.Path{}, fs[0].append(nil))
		if err != nil || len(d) != mtu {
			t.Errorf("a datagram of %d bytes, %v, want %d", len(d), err, mtu)
		}
	}
}

// TestFragmenterRepeats packs an instruction twice. Both have the same id and
// the same bytes, so that a receiver can complete one with the other.
func TestFragmenterRepeats(t *testing.T) {
	var f fragmenter
	in := instruction{newNum: 1, diff: noise(2000)}
	first, second := mustFragment(t, &f, in, smallPayload), mustFragment(t, &f, in, smallPayload)
	if first[0].id != second[0].id {
		t.Errorf("ids %d and %d differ", first[0].id, second[0].id)
	}
	mixed := []fragment{first[0], second[1], first[2], second[3], first[4]}
	if got := mustReassemble(t, mixed); !sameInstruction(got, in) {
		t.Errorf("fragments of both make %+v", got)
	}
}

func TestFragmenterChangesID(t *testing.T) {
	var f fragmenter
	in, payload := instruction{newNum: 1, diff: []byte("abc")}, smallPayload
	id := mustFragment(t, &f, in, payload)[0].id
	for name, change := range map[string]func(){
		"old": func() { in.oldNum++ }, "new": func() { in.newNum++ },
		"ack": func() { in.ackNum++ }, "throwaway": func() { in.throwawayNum++ },
		"diff": func() { in.diff = []byte("abd") }, "payload": func() { payload = payload4 },
	} {
		change()
		next := mustFragment(t, &f, in, payload)[0].id
		if next != id+1 {
			t.Errorf("another %s: id %d after %d", name, next, id)
		}
		id = next
	}
}

func TestFragmenterBounds(t *testing.T) {
	var f fragmenter
	for name, diff := range map[string][]byte{
		"too long":         make([]byte, maxPacked),
		"too long, packed": noise(maxPacked - 60),
	} {
		if err := f.pack(&instruction{newNum: 1, diff: diff}, payload4); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v, want ErrTooLarge", name, err)
		}
	}
	in := instruction{newNum: 1, diff: make([]byte, maxPacked-100)}
	if got := mustReassemble(t, mustFragment(t, &f, in, payload4)); !sameInstruction(got, in) {
		t.Errorf("an instruction near the limit comes back with %d bytes", len(got.diff))
	}
	mustFragment(t, &f, instruction{newNum: 2}, payload4)
	mustFragment(t, &f, instruction{newNum: 3}, payload4)
	if cap(f.plain)+cap(f.previous) > 2*maxIdle {
		t.Errorf("%d bytes are kept", cap(f.plain)+cap(f.previous))
	}
}

// TestFragmenterFailsAgain packs an instruction that is too large twice. The
// first failure must not count as packed.
func TestFragmenterFailsAgain(t *testing.T) {
	var f fragmenter
	in := instruction{newNum: 1, diff: make([]byte, maxPacked)}
	for range 2 {
		if err := f.pack(&in, payload4); !errors.Is(err, ErrTooLarge) {
			t.Errorf("pack returns %v, want ErrTooLarge", err)
		}
	}
}

func TestFragmentsStopAtAnError(t *testing.T) {
	var f fragmenter
	if err := f.pack(&instruction{diff: noise(5000)}, smallPayload); err != nil {
		t.Fatal(err)
	}
	calls := 0
	err := f.fragments(func(fragment) error {
		calls++
		return datagram.ErrExhausted
	})
	if calls != 1 || !errors.Is(err, datagram.ErrExhausted) {
		t.Errorf("%d calls, %v", calls, err)
	}
}
