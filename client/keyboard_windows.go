package client

import (
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// keyboard reads keys from the events of the console, as its bytes alone do not
// report a resized window.
type keyboard struct {
	console windows.Handle
	input   consoleInput
	records [64]inputRecord
	keys    []byte // typed and not yet read
	sizes   chan struct{}
}

func newKeyboard(in *os.File) *keyboard {
	return &keyboard{console: windows.Handle(in.Fd()), sizes: make(chan struct{}, 1)}
}

func (k *keyboard) Read(p []byte) (int, error) {
	for len(k.keys) == 0 {
		n, err := readConsoleInput(k.console, k.records[:])
		if err != nil {
			return 0, err
		}
		for _, r := range k.records[:n] {
			k.take(r)
		}
	}
	n := copy(p, k.keys)
	k.keys = append(k.keys[:0], k.keys[n:]...)
	return n, nil
}

func (k *keyboard) take(r inputRecord) {
	keys, resized := k.input.next(k.keys, r)
	k.keys = keys
	if resized {
		select {
		case k.sizes <- struct{}{}:
		default: // already reported
		}
	}
}

func (k *keyboard) resized() <-chan struct{} { return k.sizes }

// readConsoleInput blocks until there are events and reads as many as fit (Windows
// Console, ReadConsoleInputW).
func readConsoleInput(console windows.Handle, records []inputRecord) (n int, err error) {
	call := windows.NewLazySystemDLL("kernel32.dll").NewProc("ReadConsoleInputW")
	var read uint32
	ok, _, err := call.Call(uintptr(console), uintptr(unsafe.Pointer(&records[0])), uintptr(len(records)), uintptr(unsafe.Pointer(&read)))
	if ok == 0 {
		return 0, os.NewSyscallError("ReadConsoleInput", err)
	}
	return int(read), nil
}

// SetReadDeadline fails: a read of the console cannot be interrupted.
func (k *keyboard) SetReadDeadline(time.Time) error { return os.ErrNoDeadline }
