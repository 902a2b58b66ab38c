package deploy

import (
	"io"
	"strings"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	p := &progress{}
	p.total.Store(1_000_000)
	read, wire := p.countRead(strings.NewReader(strings.Repeat("x", 1_000_000))), p.countSent(io.Discard)
	if got, want := p.line(0), " [>                       ]   0%  0 B/s"; got != want {
		t.Errorf("at the beginning %q, want %q", got, want)
	}
	io.CopyN(wire, read, 300_000)
	if got, want := p.line(600*time.Millisecond), " [=======>                ]  30%  500 kB/s  1 s left"; got != want {
		t.Errorf("after 30%%: %q, want %q", got, want)
	}
	io.Copy(wire, read)
	if got, want := p.line(2*time.Second), " [========================] 100%  500 kB/s  0 s left"; got != want {
		t.Errorf("at the end %q, want %q", got, want)
	}
}

func TestProgressRates(t *testing.T) {
	for rate, want := range map[float64]string{0: "0 B/s", 999: "999 B/s", 12_345: "12 kB/s", 1_250_000: "1.2 MB/s"} {
		if got := bytesPerSecond(rate); got != want {
			t.Errorf("%v is %s, want %s", rate, got, want)
		}
	}
	if line := new(progress).line(time.Second); !strings.Contains(line, "0%") {
		t.Errorf("an empty program: %q", line)
	}
}
