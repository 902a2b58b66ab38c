package stream

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSpans compares spans with a set of numbers.
func TestSpans(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		var s spans
		var set [40]bool
		for range 20 {
			start := r.Uint64N(40)
			n := span{start, start + r.Uint64N(41-start)}
			add := r.IntN(3) > 0
			joins := slices.Contains(set[max(int(n.start)-1, 0):min(int(n.end)+1, len(set))], true)
			if got := s.touches(n); got != joins {
				t.Fatalf("%v touches %v: %t", n, s, got)
			}
			if add {
				s.add(n)
			} else {
				s.remove(n)
			}
			for i := n.start; i < n.end; i++ {
				set[i] = add
			}
			if want := spansOf(set[:]); !slices.Equal(s, want) {
				t.Fatalf("%v, want %v", s, want)
			}
			holes := set
			for i := range holes {
				holes[i] = !set[i] && uint64(i) >= n.start && uint64(i) < n.end
			}
			if got, want := s.without(nil, n), spansOf(holes[:]); !slices.Equal(got, want) {
				t.Fatalf("%v without %v: %v, want %v", n, s, got, want)
			}
		}
	}
}

func spansOf(set []bool) (s spans) {
	for i, in := range set {
		switch n := len(s); {
		case !in:
		case n > 0 && s[n-1].end == uint64(i):
			s[n-1].end++
		default:
			s = append(s, span{uint64(i), uint64(i) + 1})
		}
	}
	return s
}

// TestReceivedPackets compares the ranges of an acknowledgement with a set of numbers.
func TestReceivedPackets(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		var got received
		var set [60]bool
		for range 40 {
			n := r.Uint64N(60)
			if isNew := got.add(epoch, n, true); isNew == set[n] {
				t.Fatalf("packet %d is new: %t", n, isNew)
			}
			set[n] = true
			var want []packetRange
			for _, s := range slices.Backward(spansOf(set[:])) {
				want = append(want, packetRange{s.start, s.end - 1})
			}
			if !slices.Equal(got.ranges, want) {
				t.Fatalf("%v, want %v", got.ranges, want)
			}
		}
		ack := got.ack(epoch)
		parsed, rest, err := parseFrame(ack.append(nil), nil)
		if err != nil || len(rest) > 0 || !slices.Equal(parsed.acked, got.ranges) {
			t.Fatalf("%v, %v", parsed.acked, err)
		}
	}
}
