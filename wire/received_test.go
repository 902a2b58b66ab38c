package wire

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func nums[R any](states []receivedState[R]) (n []uint64) {
	for _, s := range states {
		n = append(n, s.num)
	}
	return n
}

func wantNums[R Object[R]](t *testing.T, r *receiver[R], want ...uint64) {
	t.Helper()
	if got := nums(r.states); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("states %v are held, want %v", got, want)
	}
}

func TestReceiverFollows(t *testing.T) {
	r := newReceiver[word]("")
	for i, step := range []struct {
		in    instruction
		newer bool
		err   error
		held  []uint64
		text  word
	}{
		{instruction{oldNum: 0, newNum: 1, diff: []byte(">a")}, true, nil, []uint64{0, 1}, "a"},
		{instruction{oldNum: 1, newNum: 2, diff: []byte("a>b")}, true, nil, []uint64{0, 1, 2}, "b"},
		// Again, and again with another content: what is held is not touched.
		{instruction{oldNum: 1, newNum: 2, diff: []byte("a>b")}, false, nil, []uint64{0, 1, 2}, "b"},
		{instruction{oldNum: 1, newNum: 2, diff: []byte("a>X")}, false, nil, []uint64{0, 1, 2}, "b"},
		{instruction{oldNum: 9, newNum: 10, diff: []byte("a>X")}, false, errUnknownBase, []uint64{0, 1, 2}, "b"},
		// Overtaken by a newer state: both are held, the newer one stays current.
		{instruction{oldNum: 1, newNum: 7, diff: []byte("a>g")}, true, nil, []uint64{0, 1, 2, 7}, "g"},
		{instruction{oldNum: 2, newNum: 5, diff: []byte("b>e")}, false, nil, []uint64{0, 1, 2, 5, 7}, "g"},
		{instruction{oldNum: 5, newNum: 6, diff: []byte("wrong>e")}, false, errOtherWord, []uint64{0, 1, 2, 5, 7}, "g"},
		// What is thrown away may still be the base of this one.
		{instruction{oldNum: 1, newNum: 8, throwawayNum: 5, diff: []byte("a>h")}, true, nil, []uint64{5, 7, 8}, "h"},
		{instruction{oldNum: 1, newNum: 9, diff: []byte("a>i")}, false, errUnknownBase, []uint64{5, 7, 8}, "h"},
		// Never all of them.
		{instruction{oldNum: 8, newNum: 9, throwawayNum: 100}, true, nil, []uint64{8, 9}, "h"},
		{instruction{oldNum: 9, newNum: shutdownNum, throwawayNum: 9, diff: []byte("h>z")}, true, nil, []uint64{9, shutdownNum}, "z"},
		{instruction{oldNum: 9, newNum: 10, diff: []byte("h>y")}, false, nil, []uint64{9, 10, shutdownNum}, "z"},
	} {
		newer, err := r.apply(epoch, &step.in)
		if newer != step.newer || !errors.Is(err, step.err) {
			t.Errorf("step %d: %v, %v, want %v, %v", i, newer, err, step.newer, step.err)
		}
		wantNums(t, &r, step.held...)
		if got := r.newest(); got.state != step.text || got.num != step.held[len(step.held)-1] {
			t.Errorf("step %d: newest is %d %q, want %q", i, got.num, got.state, step.text)
		}
	}
}

// TestThrowawayOfARepetition checks that the throwaway number of an instruction
// takes effect even if its state cannot be used, as long as its base is held.
func TestThrowawayOfARepetition(t *testing.T) {
	r := newReceiver[word]("")
	r.apply(epoch, &instruction{newNum: 1})
	r.apply(epoch, &instruction{oldNum: 1, newNum: 2, throwawayNum: 1, diff: []byte("bad")})
	wantNums(t, &r, 1)
}

func TestReceiverSubtracts(t *testing.T) {
	r := newReceiver(tape{})
	r.apply(epoch, &instruction{newNum: 1, diff: []byte("abc")})
	r.apply(epoch, &instruction{oldNum: 1, newNum: 2, diff: []byte("def")})
	r.apply(epoch, &instruction{oldNum: 2, newNum: 3, throwawayNum: 1, diff: []byte("ghi")})
	if got, want := r.newest().state, (tape{3, "defghi"}); got != want {
		t.Errorf("newest is %+v, want %+v", got, want)
	}
	if got, want := r.states[0].state, (tape{3, ""}); got != want {
		t.Errorf("oldest is %+v, want %+v", got, want)
	}
}

// TestReceiverQuench fills the list. Then one state in 15 s is accepted.
func TestReceiverQuench(t *testing.T) {
	r := newReceiver[word]("")
	next := uint64(1)
	send := func(now time.Time) error {
		newer, err := r.apply(now, &instruction{newNum: next})
		if newer {
			next++
		}
		return err
	}
	for len(r.states) < maxReceived {
		if err := send(epoch); err != nil {
			t.Fatalf("state %d: %v", next, err)
		}
	}
	for _, step := range []struct {
		ms   int
		want error
	}{{0, nil}, {0, errQuenched}, {14_999, errQuenched}, {15_000, nil}, {15_001, errQuenched}, {29_999, errQuenched}, {30_000, nil}} {
		if err := send(at(step.ms)); !errors.Is(err, step.want) {
			t.Errorf("after %d ms: %v, want %v", step.ms, err, step.want)
		}
		if len(r.states) != maxReceived {
			t.Errorf("after %d ms: %d states are held", step.ms, len(r.states))
		}
	}
	if first, last := r.states[0].num, r.newest().num; first != 0 || last != next-1 {
		t.Errorf("states %d to %d are held, want 0 to %d", first, last, next-1)
	}
	// Throwing away makes room at once.
	if _, err := r.apply(at(30_001), &instruction{newNum: next, throwawayNum: 500}); err != nil {
		t.Errorf("after throwing away: %v", err)
	}
}

// heavy is a state whose MemSize is its value.
type heavy int

func (h heavy) Equal(o heavy) bool                    { return h == o }
func (h heavy) AppendDiff(dst []byte, _ heavy) []byte { return append(dst, 1) }
func (h heavy) Apply(diff []byte) (heavy, error)      { return maxReceivedSize / 4, nil }
func (h heavy) Subtract(heavy) heavy                  { return h }
func (h heavy) MemSize(heavy) int                     { return int(h) }
func (h heavy) Partway(heavy) (heavy, bool)           { return 0, false }

// TestReceiverMemSize fills the memory that states may use. Then one state in 15 s
// is accepted, until some are thrown away.
func TestReceiverMemSize(t *testing.T) {
	r := newReceiver(heavy(0))
	next := uint64(1)
	send := func(ms int, throwaway uint64, want error) {
		t.Helper()
		_, err := r.apply(at(ms), &instruction{oldNum: next - 1, newNum: next, throwawayNum: throwaway})
		if !errors.Is(err, want) {
			t.Errorf("state %d: %v, want %v", next, err, want)
		}
		if err == nil {
			next++
		}
		if sum := r.olderSize(); sum > maxReceivedSize {
			t.Errorf("%d bytes are held", sum)
		}
	}
	for range 5 {
		send(0, 0, nil)
	}
	send(0, 0, nil) // in place of another
	send(1, 0, errQuenched)
	send(15_000, 0, nil)
	send(15_001, 0, errQuenched)
	send(15_002, next-1, nil)
	send(15_003, 0, nil)
	// A single one that weighs more than all may is taken.
	alone := newReceiver(heavy(2 * maxReceivedSize))
	if newer, err := alone.apply(epoch, &instruction{newNum: 1}); !newer || err != nil {
		t.Errorf("after a heavy one: %v, %v", newer, err)
	}
}
