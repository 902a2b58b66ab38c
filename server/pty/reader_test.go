//go:build unix

package pty

import (
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
)

// A Read returns everything that fits into its buffer.
func TestReader(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	reader, err := newReader(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"one ", "two ", "three"} {
		io.WriteString(w, part)
	}
	buf := make([]byte, 100)
	if n, err := reader.Read(buf); err != nil || string(buf[:n]) != "one two three" {
		t.Errorf("%q, %v", buf[:n], err)
	}
	io.WriteString(w, strings.Repeat("x", 150))
	for _, want := range []int{100, 50} {
		if n, err := reader.Read(buf); err != nil || n != want {
			t.Errorf("%d bytes, %v, want %d", n, err, want)
		}
	}
	go io.WriteString(w, "later") // Read waits for it
	if n, err := reader.Read(buf); err != nil || string(buf[:n]) != "later" {
		t.Errorf("%q, %v", buf[:n], err)
	}
	io.WriteString(w, "last")
	w.Close()
	if n, err := reader.Read(buf); err != nil || string(buf[:n]) != "last" {
		t.Errorf("%q, %v", buf[:n], err)
	}
	for range 2 {
		if n, err := reader.Read(buf); n != 0 || err != io.EOF {
			t.Errorf("at the end: %d, %v", n, err)
		}
	}
}

// A Read goes on where the kernel returns parts, as it does for a pty, and leaves the
// rest that does not fit.
func TestReaderJoinsParts(t *testing.T) {
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_DGRAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(pair[1])
	if err := syscall.SetNonblock(pair[0], true); err != nil {
		t.Fatal(err)
	}
	r := os.NewFile(uintptr(pair[0]), "datagrams")
	defer r.Close()
	reader, err := newReader(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"one ", "two ", "three", "four"} {
		if _, err := syscall.Write(pair[1], []byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	buf := make([]byte, len("one two three"))
	for _, want := range []string{"one two three", "four"} {
		if n, err := reader.Read(buf); err != nil || string(buf[:n]) != want {
			t.Errorf("%q, %v, want %q", buf[:n], err, want)
		}
	}
}

// Closing the file ends a blocked Read.
func TestReaderClosed(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	reader, err := newReader(r)
	if err != nil {
		t.Fatal(err)
	}
	go r.Close()
	if n, err := reader.Read(make([]byte, 10)); n != 0 || err == nil {
		t.Errorf("%d, %v", n, err)
	}
}

// Read is called for every piece of output.
func TestReaderDoesNotAllocate(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	reader, err := newReader(r)
	if err != nil {
		t.Fatal(err)
	}
	buf, one := make([]byte, 100), []byte("x")
	if n := testing.AllocsPerRun(100, func() {
		w.Write(one)
		reader.Read(buf)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
