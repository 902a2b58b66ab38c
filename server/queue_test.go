package server

import (
	"bytes"
	"strings"
	"testing"
)

func TestInputQueue(t *testing.T) {
	q := newInputQueue()
	q.put(1, []byte("one "))
	q.put(0, []byte("reply "))
	q.put(3, nil)
	if b := <-q; b.num != 3 || string(b.keys) != "one reply " {
		t.Errorf("got %d %q", b.num, b.keys)
	}
	keys := []byte("next")
	q.put(4, keys)
	clear(keys)
	if b := <-q; b.num != 4 || string(b.keys) != "next" {
		t.Errorf("got %d %q: the queue keeps no reference", b.num, b.keys)
	}
}

func TestInputLimit(t *testing.T) {
	full := bytes.Repeat([]byte("x"), inputLimit)
	tests := []struct {
		name, keys, want string
	}{
		{"nothing fits", "more", string(full)},
		{"interrupt", "\x03", "\x03"},
		{"quit, then typing", "abc\x1c\x03ls\r", "\x03ls\r"},
		{"suspend in a flood", strings.Repeat("y", 10) + "\x1a" + string(full), "\x1a" + string(full[1:])},
	}
	for _, test := range tests {
		q := newInputQueue()
		q.put(1, full)
		q.put(2, []byte(test.keys))
		b := <-q
		if string(b.keys) != test.want {
			t.Errorf("%s: %d bytes wait, want %d", test.name, len(b.keys), len(test.want))
		}
		if b.num != 2 {
			t.Errorf("%s: state %d, want 2: what is lost is dealt with", test.name, b.num)
		}
	}
	q := newInputQueue()
	q.put(1, full[:inputLimit-1])
	q.put(2, []byte("ab\x03"[:2]))
	if b := <-q; len(b.keys) != inputLimit || b.keys[inputLimit-1] != 'a' {
		t.Errorf("%d bytes wait, want the limit", len(b.keys))
	}
}
