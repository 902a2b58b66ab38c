package datagram

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// identifiedPair returns the two ends of a connection with identifiers.
func identifiedPair(t testing.TB) (client, server *Conn) {
	t.Helper()
	client, server = pair(t, 0)
	client.UseIdentifiers(Key{1})
	server.UseIdentifiers(Key{1})
	return client, server
}

func number(datagram []byte) uint64 { return binary.BigEndian.Uint64(datagram) }

func mustIdentify(t testing.TB, datagram []byte) uint32 {
	t.Helper()
	id, ok := IdentifierOf(datagram)
	if !ok {
		t.Fatalf("%x has no identifier", datagram[:nonceSize])
	}
	return id
}

func TestPermutationIsInverted(t *testing.T) {
	ids := newIdentifiers(Key{1, 2, 3})
	seen := map[uint32]uint32{}
	check := func(index uint32) {
		image := ids.permute(index)
		if image >= 1<<identifierBits {
			t.Fatalf("index %d has the identifier %d", index, image)
		}
		if other, ok := seen[image]; ok && other != index {
			t.Fatalf("indices %d and %d have the same identifier", index, other)
		}
		seen[image] = index
		if back := ids.invert(image); back != index {
			t.Fatalf("index %d became %d", index, back)
		}
	}
	for index := range uint32(5000) {
		check(index)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		check(random.Uint32N(1 << identifierBits))
	}
	check(1<<identifierBits - 1)
}

// The differences between consecutive identifiers are spread like those between random
// ones, so that they do not show which belong together.
func TestIdentifiersAreSpread(t *testing.T) {
	const bins, n = 64, 6400
	var counts [bins]int
	for k := range byte(n / IdentifiersAhead) {
		ids := newIdentifiers(Key{k, 7})
		for index := range uint32(IdentifiersAhead) {
			difference := (ids.permute(index+1) - ids.permute(index)) & (1<<identifierBits - 1)
			counts[difference/(1<<identifierBits/bins)]++
		}
	}
	chi := 0.0
	for _, c := range counts {
		d := float64(c) - n/bins
		chi += d * d / (n / bins)
	}
	if chi > 130 { // 63 degrees of freedom: exceeded by chance once in 1e6
		t.Errorf("chi squared is %.0f", chi)
	}
}

func TestNumbersWithIdentifiers(t *testing.T) {
	client, server := identifiedPair(t)
	up := post(t, client, 0)
	if n := number(up); n&directionBit != 0 || n&identifierMark == 0 || n&counterMask != 0 {
		t.Errorf("the first number is %x", n)
	}
	if second := number(post(t, client, 1)); second != number(up)+1 {
		t.Errorf("the second number is %x after %x", second, number(up))
	}
	mustOpen(t, server, 0, up, false)
	if down := number(post(t, server, 1)); down != number(up)|directionBit {
		t.Errorf("the server's first number is %x", down)
	}
	other, _ := New(Key{2}, ToServer, at(0))
	other.UseIdentifiers(Key{2})
	if mustIdentify(t, post(t, other, 0)) == mustIdentify(t, up) {
		t.Error("two keys have the same identifier")
	}
}

// Nothing in the clear joins the datagrams before a rotation with those after, in either
// direction, and all numbers differ.
func TestRotation(t *testing.T) {
	client, server := identifiedPair(t)
	numbers := map[uint64]bool{}
	identifiers := map[uint32]bool{}
	for round := range 200 {
		for range 3 {
			up := post(t, client, round)
			if !mustOpen(t, server, round, up, false) {
				t.Fatal("the datagram counts as late")
			}
			down := post(t, server, round)
			if !mustOpen(t, client, round, down, false) {
				t.Fatal("the answer counts as late")
			}
			if number(up)|directionBit != number(down) {
				t.Fatalf("%x is answered by %x", number(up), number(down))
			}
			if numbers[number(up)] {
				t.Fatalf("number %x is used twice", number(up))
			}
			numbers[number(up)] = true
			identifiers[mustIdentify(t, up)] = true
		}
		client.Rotate()
		client.Rotate() // nothing was sent in between
	}
	if len(identifiers) != 200 {
		t.Errorf("%d identifiers in 200 rounds", len(identifiers))
	}
	if loss := server.Loss().Rate() + client.Loss().Rate(); loss != 0 {
		t.Errorf("loss of %v", loss)
	}
}

func TestGapsAfterRotationAreLoss(t *testing.T) {
	client, server := identifiedPair(t)
	mustOpen(t, server, 0, post(t, client, 0), false)
	client.Rotate()
	post(t, client, 1)
	for range 1 + reorderDepth {
		mustOpen(t, server, 1, post(t, client, 1), false)
	}
	if server.Loss().Rate() == 0 {
		t.Error("the lost datagram is not seen")
	}
}

func TestOvertakenDatagramOfEarlierIdentifier(t *testing.T) {
	client, server := identifiedPair(t)
	late := post(t, client, 0)
	client.Rotate()
	mustOpen(t, server, 1, post(t, client, 1), false)
	if mustOpen(t, server, 2, late, false) {
		t.Error("a datagram of an earlier identifier counts as newest")
	}
	if mustIdentify(t, late) == mustIdentify(t, post(t, client, 3)) {
		t.Error("the identifier has not changed")
	}
}

// A client that is not answered stops to rotate, so that the server knows all identifiers
// that may come.
func TestRotationIsBounded(t *testing.T) {
	client, server := identifiedPair(t)
	for range 3 {
		expected := server.AppendIdentifiers(nil)
		used := map[uint32]bool{mustIdentify(t, post(t, client, 0)): true}
		var last []byte
		for i := range 3 * IdentifiersAhead {
			last = post(t, client, i)
			id := mustIdentify(t, last)
			if used[id] = true; !slices.Contains(expected, id) {
				t.Fatalf("identifier %d is not expected", id)
			}
			client.Rotate()
		}
		if len(used) != IdentifiersAhead+1 {
			t.Errorf("%d identifiers without an answer", len(used))
		}
		mustOpen(t, server, 0, last, false)
		mustOpen(t, client, 0, post(t, server, 0), false)
	}
}

func TestExpectedIdentifiers(t *testing.T) {
	client, server := identifiedPair(t)
	first := mustIdentify(t, post(t, client, 0))
	for range identifiersBehind {
		client.Rotate()
		mustOpen(t, server, 0, post(t, client, 0), false)
		mustOpen(t, client, 0, post(t, server, 0), false)
	}
	if index, ok := server.Identifiers(); !ok || index != identifiersBehind {
		t.Errorf("the newest index is %d, %v", index, ok)
	}
	ids := server.AppendIdentifiers(nil)
	if len(ids) != identifiersBehind+1+IdentifiersAhead || !slices.Contains(ids, first) {
		t.Errorf("%d identifiers", len(ids))
	}
	client.Rotate()
	mustOpen(t, server, 0, post(t, client, 0), false)
	if slices.Contains(server.AppendIdentifiers(nil), first) {
		t.Error("an old identifier is still expected")
	}
}

func TestWithoutIdentifiers(t *testing.T) {
	client, server := pair(t, 0)
	up := post(t, client, 0)
	client.Rotate()
	mustOpen(t, server, 0, up, false)
	if n := number(post(t, client, 0)); n != 1 {
		t.Errorf("the second number is %x", n)
	}
	if id, ok := IdentifierOf(up); ok {
		t.Errorf("identifier %d", id)
	}
	if ids := server.AppendIdentifiers(nil); ids != nil {
		t.Errorf("identifiers %d", ids)
	}
	if _, ok := server.Identifiers(); ok {
		t.Error("the server has identifiers")
	}
	client.UseIdentifiers(Key{1})
	if _, err := server.Open(at(0), post(t, client, 0), Path{}, false); err != nil {
		t.Errorf("a server without the extension: %v", err) // it is a high number to it
	}
	_, strict := identifiedPair(t)
	if _, err := strict.Open(at(0), up, Path{}, false); !errors.Is(err, errUnidentified) {
		t.Errorf("a number without an identifier: %v", err)
	}
}

func TestIdentifierOf(t *testing.T) {
	datagram := func(number uint64, length int) []byte {
		return binary.BigEndian.AppendUint64(nil, number)[:min(8, length):min(8, length)]
	}
	for name, c := range map[string]struct {
		datagram []byte
		id       uint32
		ok       bool
	}{
		"empty":         {nil, 0, false},
		"short":         {append(datagram(identifierMark, 8), make([]byte, 15)...), 0, false},
		"stock":         {append(datagram(5, 8), make([]byte, 16)...), 0, false},
		"identified":    {append(datagram(identifierMark|7<<32|9, 8), make([]byte, 16)...), 7, true},
		"largest":       {append(datagram(identifierMark|(1<<62-1), 8), make([]byte, 16)...), 1<<30 - 1, true},
		"to the client": {append(datagram(directionBit|identifierMark|7<<32, 8), make([]byte, 16)...), 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			if id, ok := IdentifierOf(c.datagram); id != c.id || ok != c.ok {
				t.Errorf("%d, %v, want %d, %v", id, ok, c.id, c.ok)
			}
		})
	}
}

// A side that has used up an identifier's counter goes on with the next one, and one that
// has used up all ends.
func TestCounterOverflows(t *testing.T) {
	client, server := identifiedPair(t)
	client.sealer.next = counterMask
	first := post(t, client, 0)
	mustOpen(t, server, 0, first, false)
	second := post(t, client, 0)
	mustOpen(t, server, 0, second, false)
	if mustIdentify(t, first) == mustIdentify(t, second) || server.received.next != 1<<counterBits+1 {
		t.Errorf("%x after %x", number(second), number(first))
	}
	client.sealer.next = numbers - 1
	post(t, client, 0)
	if _, err := client.Seal(at(0), Path{}, []byte("\x00payload")); !errors.Is(err, ErrExhausted) {
		t.Errorf("after the last number: %v", err)
	}
}

// The cipher allocates, and numbers with identifiers add nothing to that.
func TestIdentifiersDoNotAllocate(t *testing.T) {
	allocations := func(client, server *Conn) float64 {
		return testing.AllocsPerRun(100, func() {
			data, _ := client.Seal(at(0), Path{}, []byte("\x00payload"))
			server.Open(at(0), data, Path{}, false)
		})
	}
	plain, identified := allocations(pair(t, 0)), allocations(identifiedPair(t))
	if identified > plain {
		t.Errorf("%v allocations per datagram, %v without identifiers", identified, plain)
	}
}

func BenchmarkRotation(b *testing.B) {
	ids := newIdentifiers(Key{1})
	var dst []uint32
	for b.Loop() {
		dst = dst[:0]
		for index := range uint32(identifiersBehind + 1 + IdentifiersAhead) {
			dst = append(dst, ids.permute(index))
		}
	}
}
