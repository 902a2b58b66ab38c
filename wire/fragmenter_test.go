package wire

import (
	"errors"
	"gm/wire/datagram"
	"math/rand/v2"
	"testing"
)

// mail packs an instruction and gives its fragments.
func mail(t *testing.T, o *fragmenter, in instruction) (fs []fragment) {
	t.Helper()
	if err := o.pack(&in); err != nil {
		t.Fatal(err)
	}
	err := o.fragments(func(f fragment) error {
		f.data = append([]byte(nil), f.data...)
		fs = append(fs, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return fs
}

// unmail puts fragments together and reads the instruction.
func unmail(t *testing.T, fs []fragment) instruction {
	t.Helper()
	var a reassembly
	var i inflater
	var in instruction
	texts := addAll(t, &a, fs...)
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

func noise(n int) []byte {
	b := make([]byte, n)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

func TestOutbox(t *testing.T) {
	o := fragmenter{mtu: datagram.MTUSmall}
	for _, size := range []int{0, 1, 400, 462, 5000, 1 << 20} {
		in := instruction{oldNum: 1, newNum: 2, ackNum: 3, throwawayNum: 1, diff: noise(size)}
		fs := mail(t, &o, in)
		if got := unmail(t, fs); !sameInstruction(got, in) {
			t.Errorf("%d bytes are read as %+v", size, got)
		}
		for _, f := range fs[:len(fs)-1] {
			if len(f.data) != 462 {
				t.Errorf("a fragment of %d bytes, want 500 less 38", len(f.data))
			}
		}
	}
}

func TestDatagramsFillTheMTU(t *testing.T) {
	client := newConn(t, datagram.ToServer)
	for _, mtu := range []int{datagram.MTUSmall, datagram.MTUv6, datagram.MTUv4} {
		o := fragmenter{mtu: mtu}
		fs := mail(t, &o, instruction{diff: noise(10_000)})
		d, err := client.Seal(at(0), fs[0].append(nil))
		if err != nil || len(d) != mtu {
			t.Errorf("a datagram of %d bytes, %v, want %d", len(d), err, mtu)
		}
	}
}

// The same instruction again has the same id and the same bytes, so that a
// receiver completes the first with the second.
func TestOutboxRepeats(t *testing.T) {
	o := fragmenter{mtu: datagram.MTUSmall}
	in := instruction{newNum: 1, diff: noise(2000)}
	first, second := mail(t, &o, in), mail(t, &o, in)
	if first[0].id != second[0].id {
		t.Errorf("ids %d and %d differ", first[0].id, second[0].id)
	}
	mixed := []fragment{first[0], second[1], first[2], second[3], first[4]}
	if got := unmail(t, mixed); !sameInstruction(got, in) {
		t.Errorf("read as %+v", got)
	}
}

func TestOutboxNumbers(t *testing.T) {
	o := fragmenter{mtu: datagram.MTUSmall}
	in := instruction{newNum: 1, diff: []byte("abc")}
	id := mail(t, &o, in)[0].id
	for name, change := range map[string]func(){
		"old": func() { in.oldNum++ }, "new": func() { in.newNum++ },
		"ack": func() { in.ackNum++ }, "throwaway": func() { in.throwawayNum++ },
		"diff": func() { in.diff = []byte("abd") }, "mtu": func() { o.mtu = datagram.MTUv4 },
	} {
		change()
		next := mail(t, &o, in)[0].id
		if next != id+1 {
			t.Errorf("another %s: id %d after %d", name, next, id)
		}
		id = next
	}
}

func TestOutboxBounds(t *testing.T) {
	o := fragmenter{mtu: datagram.MTUv4}
	for name, diff := range map[string][]byte{
		"too long":         make([]byte, maxPacked),
		"too long, packed": noise(maxPacked - 60),
	} {
		if err := o.pack(&instruction{newNum: 1, diff: diff}); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v, want ErrTooLarge", name, err)
		}
	}
	in := instruction{newNum: 1, diff: make([]byte, maxPacked-100)}
	if got := unmail(t, mail(t, &o, in)); !sameInstruction(got, in) {
		t.Errorf("an instruction near the limit is read as %d bytes", len(got.diff))
	}
	mail(t, &o, instruction{newNum: 2})
	mail(t, &o, instruction{newNum: 3})
	if cap(o.plain)+cap(o.previous) > 2*maxIdle {
		t.Errorf("%d bytes are kept", cap(o.plain)+cap(o.previous))
	}
}

// What failed is not taken for packed the next time.
func TestOutboxFailsAgain(t *testing.T) {
	o := fragmenter{mtu: datagram.MTUv4}
	in := instruction{newNum: 1, diff: make([]byte, maxPacked)}
	for range 2 {
		if err := o.pack(&in); !errors.Is(err, ErrTooLarge) {
			t.Errorf("pack gives %v, want ErrTooLarge", err)
		}
	}
}

func TestOutboxStopsWhereSendingFails(t *testing.T) {
	o := fragmenter{mtu: datagram.MTUSmall}
	if err := o.pack(&instruction{diff: noise(5000)}); err != nil {
		t.Fatal(err)
	}
	calls := 0
	err := o.fragments(func(fragment) error {
		calls++
		return datagram.ErrExhausted
	})
	if calls != 1 || !errors.Is(err, datagram.ErrExhausted) {
		t.Errorf("%d calls, %v", calls, err)
	}
}
