package wiretest

import (
	"runtime"
	"testing"
)

// MostGrown is how many bytes of memory an attack may cost while it goes on and
// after it, beside what there was.
const MostGrown = 10 << 20

// LiveBytes is the memory in use.
func LiveBytes() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// WantNotGrown ends the test if more than MostGrown is in use beside before.
func WantNotGrown(t testing.TB, before int, what string) {
	t.Helper()
	if grown := LiveBytes() - before; grown > MostGrown {
		t.Fatalf("%s: %d KB more are in use, at most %d", what, grown>>10, MostGrown>>10)
	}
}
