package server

import (
	"bytes"
	"testing"
)

func TestOutboxJoins(t *testing.T) {
	o, quit := newOutbox(), make(chan struct{})
	o.put([]byte("one "), quit)
	o.put([]byte("two"), quit)
	b := <-o.full
	if string(b) != "one two" {
		t.Errorf("got %q", b)
	}
	o.put([]byte("three"), quit)
	o.done(b)
	if b := <-o.full; string(b) != "three" {
		t.Errorf("got %q", b)
	}
}

// A reader that does not come back stops the writer at two full buffers, and
// nothing is lost or reordered when it does.
func TestOutboxBound(t *testing.T) {
	o, quit := newOutbox(), make(chan struct{})
	var sent []byte
	for i := range 4*outputBuffer/1000 + 1 {
		sent = append(sent, bytes.Repeat([]byte{byte(i)}, 1000)...)
	}
	go func() {
		defer close(o.full)
		for part := sent; len(part) > 0; part = part[1000:] {
			o.put(part[:1000], quit)
		}
	}()
	var got []byte
	for b := range o.full {
		if cap(b) != outputBuffer {
			t.Fatalf("a buffer of %d", cap(b))
		}
		got = append(got, b...)
		o.done(b)
	}
	if !bytes.Equal(got, sent) {
		t.Errorf("%d bytes came of %d", len(got), len(sent))
	}
}

func TestOutboxQuit(t *testing.T) {
	o, quit := newOutbox(), make(chan struct{})
	close(quit)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 10 {
			o.put(make([]byte, outputBuffer), quit)
		}
	}()
	<-done
}
