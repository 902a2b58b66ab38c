package deploy

import (
	"io"
	"strings"
	"testing"
	"time"
)

// slowly uploads 1 MB in 100 steps of the given duration and returns the output.
func slowly(step time.Duration, terminal bool) (drawn []string) {
	now := time.Unix(0, 0)
	m := progressBar{now: func() time.Time { return now }}
	if terminal {
		m.draw = func(text string) { drawn = append(drawn, text) }
	}
	m.begin(1_000_000)
	read, wire := m.countRead(strings.NewReader(strings.Repeat("x", 1_000_000))), m.countSent(io.Discard)
	for range 100 {
		now = now.Add(step)
		io.CopyN(wire, read, 10_000)
	}
	m.end()
	return drawn
}

func TestProgressBar(t *testing.T) {
	if drawn := slowly(4*time.Millisecond, true); drawn != nil {
		t.Errorf("a quick upload drew %q", drawn)
	}
	if drawn := slowly(time.Second, false); drawn != nil {
		t.Errorf("drew %q without a terminal", drawn)
	}
	drawn := slowly(20*time.Millisecond, true)
	if len(drawn) < 10 || len(drawn) > 20 {
		t.Fatalf("drew %d times in 1.5 s, want about 10 a second: %q", len(drawn), drawn)
	}
	if want := "\ruploading the server [=======>                ]  30%  500 kB/s  1s left"; strings.TrimRight(drawn[1], " ") != want {
		t.Errorf("drew %q, want %q", drawn[1], want)
	}
	if last := drawn[len(drawn)-1]; strings.TrimSpace(last) != "" {
		t.Errorf("left %q on the terminal", last)
	}
	for _, text := range drawn {
		if len(text) > 81 {
			t.Errorf("wider than a terminal: %q", text)
		}
	}
}

func TestProgressBarRates(t *testing.T) {
	for rate, want := range map[float64]string{0: "0 B/s", 999: "999 B/s", 12_345: "12 kB/s", 1_250_000: "1.2 MB/s"} {
		if got := bytesPerSecond(rate); got != want {
			t.Errorf("%v is %s, want %s", rate, got, want)
		}
	}
	u := upload{total: 0}
	if line := u.line(time.Second); !strings.Contains(line, "0%") {
		t.Errorf("an empty program: %q", line)
	}
}
