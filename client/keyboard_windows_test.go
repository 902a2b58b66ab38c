package client

import (
	"os"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/term"
)

// TestKeyboard has the console report keys and a resized window. It needs a console.
func TestKeyboard(t *testing.T) {
	console, err := os.OpenFile("CONIN$", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer console.Close()
	saved, err := term.MakeRaw(int(console.Fd())) // else the console acts on Ctrl-C itself
	if err != nil {
		t.Fatal(err)
	}
	defer term.Restore(int(console.Fd()), saved)
	reported := append(typedWord('g', 'm', 0xD83D, 0xDE00), inputRecord{kind: sizeRecord, down: 25<<16 | 80}, pressed(3)[0])
	report := windows.NewLazySystemDLL("kernel32.dll").NewProc("WriteConsoleInputW")
	var n uint32
	ok, _, err := report.Call(console.Fd(), uintptr(unsafe.Pointer(&reported[0])), uintptr(len(reported)), uintptr(unsafe.Pointer(&n)))
	if ok == 0 || int(n) != len(reported) {
		t.Fatalf("%d events reported, %v", n, err)
	}
	k := newKeyboard(console)
	want := "gm😀\x03"
	for got := ""; got != want; {
		buf := make([]byte, 3)
		n, err := k.Read(buf)
		if err != nil || n == 0 {
			t.Fatalf("%d bytes, %v", n, err)
		}
		if got += string(buf[:n]); len(got) > len(want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
	select {
	case <-k.resized():
	default:
		t.Error("nothing tells of the new size")
	}
}
