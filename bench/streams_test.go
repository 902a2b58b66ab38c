//go:build linux

package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestStreamsPart takes medians of the runs that did not fail, and marks failed ones.
func TestStreamsPart(t *testing.T) {
	gm, bbr, cubic := streamers[0], streamers[1], streamers[2]
	got := streamsPart(streaming{
		Links: []streamedOver{{"rtt=100ms,loss=1%,rate=100M", []downloading{
			{gm, runs{Values: []float64{2, 9, 8}}}, {bbr, runs{Values: []float64{4}, Failed: []string{"stalled"}}}, {cubic, runs{Failed: []string{"stalled", "ended"}}},
		}}},
		Upload: uploadedOver{"rtt=50ms,rate=10M", []uploading{{gm, []float64{60, 50, 90}, 1.1, ""}, {bbr, []float64{120}, 1.2, ""}, {cubic, nil, 0, "no screen"}}},
		Pours:  []pouring{{"gm", runs{Values: []float64{300}}, runs{Values: []float64{6}}}, {"ssh", runs{Values: []float64{600}}, runs{Values: []float64{4}}}},
		Firsts: []starting{
			{loopback, echoFirst, "gm", runs{Values: []float64{100}}}, {loopback, echoFirst, "ssh", runs{Values: []float64{200}}},
			{loopback, trueEnd, "gm", runs{Values: []float64{110}}}, {loopback, trueEnd, "ssh", runs{Values: []float64{220}}},
		},
	}, machine{}).table.markdown()
	for name, row := range map[string]string{
		"columns":      "| | gm | ssh, bbr | ssh, cubic | gm / ssh, bbr | gm / ssh, cubic |",
		"downloads":    "| 100 ms, 1% lost each way, 100 Mbit/s: MB/s | 8.00 | 4.00 (1 of 2 failed) | failed | 2.00 |  |",
		"echoes":       "| 50 ms, 10 Mbit/s: key to echo beside an upload | 60.0 / 90.0 | 120 / 120 | failed | 0.50 |  |",
		"uploads":      "| 50 ms, 10 Mbit/s: the upload, MB/s | 1.10 | 1.20 |  | 0.92 |  |",
		"loopback":     "| loopback: MB/s | 300 | 600 |  | 0.50 |  |",
		"processor":    "| loopback: processor time, ns a byte | 6.00 | 4.00 |  | 1.50 |  |",
		"first bytes":  "| loopback: `echo`, ms to the first byte | 100 | 200 |  | 0.50 |  |",
		"ends of true": "| loopback: `true`, ms to its end | 110 | 220 |  | 0.50 |  |",
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(got, row+"\n") {
				t.Errorf("no row\n%s\nin\n%s", row, got)
			}
		})
	}
}

func TestLinkNames(t *testing.T) {
	for link, want := range map[string]string{
		"rtt=100ms,rate=256k":         "100 ms, 256 kbit/s",
		"rtt=300ms,loss=2%,rate=100M": "300 ms, 2% lost each way, 100 Mbit/s",
		"loopback":                    "loopback",
	} {
		t.Run(link, func(t *testing.T) {
			if got := linkName(link); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// startLocal starts a shell's command on this machine.
func startLocal(t *testing.T, command string) *transfer {
	t.Helper()
	s := &site{b: &bench{dir: t.TempDir(), log: io.Discard}}
	x, err := s.startTransfer([]string{"sh", "-c", command})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.close)
	return x
}

func TestTransfer(t *testing.T) {
	const short, long = 50 * time.Millisecond, time.Minute
	for _, c := range []struct {
		name, command string
		stall, limit  time.Duration
		bytes         int64 // at the end, at least
		err           string
	}{
		{"whole", "printf 1234567", long, long, 7, ""},
		{"endless", "cat /dev/zero", long, long, 7, ""},
		{"ended early", "printf 123; echo why >&2", long, long, 3, "ended after 3 bytes: EOF: why"},
		{"nothing", "exec sleep 60", short, long, 0, "stalled after 0 bytes"},
		{"stalled", "printf 123; exec sleep 60", short, long, 3, "stalled after 3 bytes"},
		{"limit", "printf 123; exec sleep 60", long, short, 3, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := startLocal(t, c.command)
			x.stall = c.stall
			if c.stall == short && c.bytes > 0 { // the start may take longer
				x.stall = long
				if err := x.read(c.bytes, long); err != nil {
					t.Fatal(err)
				}
				x.stall = short
			}
			err := x.read(7, c.limit)
			if text := errText(err); !strings.Contains(text, c.err) || (err != nil) != (c.err != "") {
				t.Errorf("error %q, want %q", text, c.err)
			}
			if x.bytes < c.bytes {
				t.Errorf("%d bytes, want %d", x.bytes, c.bytes)
			}
		})
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// The rate does not count the time to the first bytes, nor these.
func TestTransferRate(t *testing.T) {
	begin := time.Unix(1000, 0)
	x := &transfer{begin: begin}
	x.count(0, begin.Add(time.Second))
	x.count(5_000_000, begin.Add(2*time.Second))
	x.count(6_000_000, begin.Add(4*time.Second))
	if got := x.rate(); got != 3 {
		t.Errorf("%v MB/s, want 3", got)
	}
}

func TestRunToEnd(t *testing.T) {
	s := &site{b: &bench{dir: t.TempDir(), log: io.Discard}}
	if took, err := s.runToEnd([]string{"true"}); err != nil || took <= 0 {
		t.Errorf("true: %v, %v", took, err)
	}
	if _, err := s.runToEnd([]string{"sh", "-c", "echo why >&2; exit 3"}); !strings.Contains(errText(err), "exit status 3: why") {
		t.Errorf("error %v", err)
	}
}

func TestWriteRandom(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := writeRandom(file, 1000); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Size() != 1000 {
		t.Errorf("%v, %v", info, err)
	}
}
