package wiretest

import (
	"runtime"
	"testing"
)

// MostGrown is the maximum of memory in bytes that an attack may cost, during and
// after it.
const MostGrown = 10 << 20

// LiveBytes returns the bytes of heap memory in use after a collection.
func LiveBytes() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// WantNotGrown ends the test if the memory in use exceeds before by more than
// MostGrown.
func WantNotGrown(t testing.TB, before int, what string) {
	t.Helper()
	if grown := LiveBytes() - before; grown > MostGrown {
		t.Fatalf("%s: %d KB more are in use, at most %d", what, grown>>10, MostGrown>>10)
	}
}
