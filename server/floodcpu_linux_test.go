package server

import (
	"os"
	"strings"
	"testing"
	"time"
)

// A server that reads a flood needs about as much processor time as the program
// that writes it: BenchmarkFlood has the speeds. The limit leaves room for
// processors that share caches and clocks with others.
func TestFloodProcessorTime(t *testing.T) {
	const most = 2.0
	for _, kind := range []string{"words", "log", "seq"} {
		t.Run(kind, func(t *testing.T) {
			size := floodSize(kind) / 2
			writer := newFlood(t, kind, size).writerTime()
			server := newFlood(t, kind, size).serverTime()
			ratio := server.Seconds() / writer.Seconds()
			t.Logf("%.1f MB: writer %v, server %v: %.2f", float64(size)/1e6, writer, server, ratio)
			if ratio > most {
				t.Errorf("the server needs %.2f of the writer's processor time, want at most %.1f", ratio, most)
			}
		})
	}
}

// writerTime returns the processor time that the flood needs to be written to a
// pty whose reader discards it.
func (f *flood) writerTime() time.Duration {
	f.t.Helper()
	ended := f.runDiscarded()
	return ended.UserTime() + ended.SystemTime()
}

// serverTime returns the processor time that the server needs for the flood.
func (f *flood) serverTime() time.Duration {
	f.t.Helper()
	stay := `"$@"; echo written; read x`
	s := startServer(f.t, []string{"-c", "256"}, append([]string{"--", "sh", "-c", stay, "sh"}, f.argv...)...)
	c := s.connect(80, 24)
	c.see("written")
	if _, err := os.Stat(f.file); err != nil {
		f.t.Fatalf("the flood failed: %v\n%s", err, strings.TrimSpace(c.text()))
	}
	defer s.gone()
	defer c.quit()
	return s.cpuTime()
}
