//go:build unix

package server

import (
	"io"
	"os"
	"strings"
	"testing"
)

// TestGatherer: one Read takes all that there is, as far as there is room.
func TestGatherer(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	g, err := newGatherer(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"one ", "two ", "three"} {
		io.WriteString(w, part)
	}
	buf := make([]byte, 100)
	if n, err := g.Read(buf); err != nil || string(buf[:n]) != "one two three" {
		t.Errorf("%q, %v", buf[:n], err)
	}
	io.WriteString(w, strings.Repeat("x", 150))
	for _, want := range []int{100, 50} {
		if n, err := g.Read(buf); err != nil || n != want {
			t.Errorf("%d bytes, %v, want %d", n, err, want)
		}
	}
	go io.WriteString(w, "later") // Read waits for it
	if n, err := g.Read(buf); err != nil || string(buf[:n]) != "later" {
		t.Errorf("%q, %v", buf[:n], err)
	}
	io.WriteString(w, "last")
	w.Close()
	if n, err := g.Read(buf); err != nil || string(buf[:n]) != "last" {
		t.Errorf("%q, %v", buf[:n], err)
	}
	for range 2 {
		if n, err := g.Read(buf); n != 0 || err != io.EOF {
			t.Errorf("at the end: %d, %v", n, err)
		}
	}
}

// TestGathererClosed: closing the file ends a Read that waits.
func TestGathererClosed(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	g, err := newGatherer(r)
	if err != nil {
		t.Fatal(err)
	}
	go r.Close()
	if n, err := g.Read(make([]byte, 10)); n != 0 || err == nil {
		t.Errorf("%d, %v", n, err)
	}
}

// TestGathererDoesNotAllocate: it is called for every piece of output.
func TestGathererDoesNotAllocate(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	g, err := newGatherer(r)
	if err != nil {
		t.Fatal(err)
	}
	buf, one := make([]byte, 100), []byte("x")
	if n := testing.AllocsPerRun(100, func() {
		w.Write(one)
		g.Read(buf)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
