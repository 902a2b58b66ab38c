//go:build unix

package server

import (
	"bytes"
	"testing"
)

// A reader that does not come back stops the writer when every buffer is full,
// and nothing is lost or reordered when it does.
func TestOutputQueueBound(t *testing.T) {
	o, quit := newOutputQueue(), make(chan struct{})
	var sent []byte
	for i := range 20 {
		sent = append(sent, bytes.Repeat([]byte{byte(i)}, 1+i*1000)...)
	}
	go func() {
		defer close(o.full)
		for part := sent; len(part) > 0; {
			b := o.acquire(quit)
			n := copy(b, part[:min(len(part), 7000)])
			o.push(output{data: b[:n]}, quit)
			part = part[n:]
		}
	}()
	var got []byte
	for b := range o.full {
		if cap(b.data) != outputBuffer {
			t.Fatalf("a buffer of %d", cap(b.data))
		}
		got = append(got, b.data...)
		o.release(b)
	}
	if !bytes.Equal(got, sent) {
		t.Errorf("%d bytes came of %d", len(got), len(sent))
	}
	if n := len(o.free); n != 3 {
		t.Errorf("%d buffers are free", n)
	}
}

func TestOutputQueueQuit(t *testing.T) {
	o, quit := newOutputQueue(), make(chan struct{})
	o.push(output{data: o.acquire(quit)}, quit)
	close(quit)
	o.push(output{data: o.acquire(quit)}, quit) // does not block, though one waits
	for len(o.free) > 0 {
		<-o.free
	}
	if o.acquire(quit) != nil {
		t.Error("a buffer came from nowhere")
	}
}
