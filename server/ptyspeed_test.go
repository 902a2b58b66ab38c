//go:build unix

package server

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"gm/vt/corpus"
)

// How fast a program can write through the server is measured against a reader
// of the pty that only discards: that is as fast as the kernel hands it out.

const (
	floodWord  = "write-a-flood" // makes the test binary the program that floods
	floodChunk = 64 << 10        // of one write
	askCursor  = "\x1b[6n"
)

// writeFlood is the program that floods: it writes a text of that kind and size
// to its terminal, asks for the cursor's position, and when it has the answer,
// and so everything was taken, writes how long that took to a file.
func writeFlood(kind, size, file string) error {
	quiet := exec.Command("stty", "-echo", "-icanon")
	quiet.Stdin = os.Stdin
	if err := quiet.Run(); err != nil {
		return err
	}
	n, err := strconv.Atoi(size)
	if err != nil {
		return err
	}
	text := corpus.Text(kind, n)
	begin := time.Now()
	for part := range slices.Chunk(text, floodChunk) {
		if _, err := os.Stdout.Write(part); err != nil {
			return err
		}
	}
	fmt.Print(askCursor)
	for b := []byte{0}; b[0] != 'R'; {
		if _, err := os.Stdin.Read(b); err != nil {
			return err
		}
	}
	result := fmt.Sprintf("%d %d", len(text), time.Since(begin))
	if err := os.WriteFile(file+".new", []byte(result), 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// flood is one run of that program.
type flood struct {
	t    testing.TB
	file string
	argv []string
}

func newFlood(t testing.TB, kind string, size int) *flood {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "result")
	return &flood{t, file, []string{self, floodWord, kind, strconv.Itoa(size), file}}
}

// rate returns the result in MB/s; 0 if there is none yet.
func (f *flood) rate() float64 {
	result, err := os.ReadFile(f.file)
	if os.IsNotExist(err) {
		return 0
	}
	var size, took float64
	if n, _ := fmt.Sscan(string(result), &size, &took); n != 2 {
		f.t.Fatalf("%v: %q, %v", f.argv, result, err)
	}
	return size / took * 1000
}

// discarded returns the rate of the flood on a pty whose reader does nothing.
func (f *flood) discarded() float64 {
	f.t.Helper()
	f.runDiscarded()
	return f.rate()
}

// runDiscarded runs the flood on a pty whose reader does nothing.
func (f *flood) runDiscarded() *os.ProcessState {
	f.t.Helper()
	cmd := exec.Command(f.argv[0], f.argv[1:]...)
	master, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 80, Rows: 24})
	if err != nil {
		f.t.Fatal(err)
	}
	defer master.Close()
	f.discard(master)
	if err := cmd.Wait(); err != nil {
		f.t.Fatalf("%v: %v", f.argv, err)
	}
	return cmd.ProcessState
}

// discard reads the master side of a pty to its end and answers the question for
// the cursor's position that ends the flood.
func (f *flood) discard(master *os.File) {
	var end []byte // of what was read
	for buf := make([]byte, 64<<10); ; {
		n, err := master.Read(buf)
		end = append(end, buf[max(0, n-len(askCursor)):n]...)
		end = end[max(0, len(end)-len(askCursor)):]
		if string(end) == askCursor {
			io.WriteString(master, "\x1b[1;1R")
		}
		if err != nil {
			return
		}
	}
}

// served runs the flood under gm's server, with a client.
func (f *flood) served() float64 {
	f.t.Helper()
	s := startServer(f.t, []string{"-c", "256"}, append([]string{"--"}, f.argv...)...)
	c := s.connect(80, 24)
	c.end()
	s.gone()
	return f.rate()
}

var moshDetached = regexp.MustCompile(`\[mosh-server detached, pid = (\d+)\]`)

// servedByMosh runs the flood under mosh's server, with mosh's client on a terminal
// that is not shown.
func (f *flood) servedByMosh() float64 {
	f.t.Helper()
	cmd := exec.Command("mosh-server", append([]string{"new", "-i", "127.0.0.1", "-c", "256", "--"}, f.argv...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	pid := moshDetached.FindSubmatch(out)
	if err != nil || pid == nil {
		f.t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	n, _ := strconv.Atoi(string(pid[1]))
	f.t.Cleanup(func() { syscall.Kill(n, syscall.SIGTERM) })
	s := &realServer{t: f.t}
	for line := range strings.Lines(string(out)) {
		s.ParseLine(strings.TrimSpace(line))
	}
	c := s.connectMosh(80, 24)
	for range c.output {
	}
	c.cmd.Wait()
	return f.rate()
}

// floodSize is how much of a kind is written in a run, in bytes: the kernel
// takes 10 times longer for the shortest lines.
func floodSize(kind string) int {
	if kind == "y" || kind == "seq" {
		return 4 << 20
	}
	return 24 << 20
}

func median(of []float64) float64 {
	return slices.Sorted(slices.Values(of))[len(of)/2]
}

// BenchmarkFlood measures the MB/s of each kind of text through a pty: for a reader that
// discards, for gm, for mosh, and gm's share of the first.
func BenchmarkFlood(b *testing.B) {
	for _, kind := range corpus.Kinds() {
		b.Run(kind, func(b *testing.B) {
			var reader, gm, mosh, ratio []float64
			for b.Loop() {
				size := floodSize(kind)
				r := newFlood(b, kind, size).discarded()
				g := newFlood(b, kind, size).served()
				m := newFlood(b, kind, size).servedByMosh()
				reader, gm, mosh, ratio = append(reader, r), append(gm, g), append(mosh, m), append(ratio, g/r)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(reader), "reader-MB/s")
			b.ReportMetric(median(gm), "gm-MB/s")
			b.ReportMetric(median(mosh), "mosh-MB/s")
			b.ReportMetric(median(ratio), "gm/reader")
		})
	}
}
