//go:build linux

package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// transfer is a command on the near host whose output is counted and discarded.
type transfer struct {
	cmd    *exec.Cmd
	output *os.File
	ended  chan struct{}
	errors *os.File // the command's standard error

	begin, first, last time.Time // of the command, and of the output that was read
	bytes, firstBytes  int64     // all, and those of the first read
	stall              time.Duration
	buf                []byte
}

// stallTimeout is the longest pause of an output that goes on.
const stallTimeout = 20 * time.Second

func (s *site) startTransfer(argv []string) (*transfer, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer w.Close()
	t := &transfer{cmd: newCommand(argv, s.b.environment()), output: r, ended: make(chan struct{}), stall: stallTimeout, buf: make([]byte, 64<<10)}
	if t.errors, err = os.CreateTemp(s.b.dir, "errors-"); err != nil {
		r.Close()
		return nil, err
	}
	t.cmd.Stdout, t.cmd.Stderr = w, t.errors
	t.begin = time.Now()
	if err := s.startNear(t.cmd); err != nil {
		r.Close()
		t.errors.Close()
		return nil, err
	}
	go func() {
		defer close(t.ended)
		t.cmd.Wait() // read and runToEnd return its failure
	}()
	return t, nil
}

// read reads until t has size bytes, or until limit after the first byte. It returns an
// error if the output ends earlier or stalls.
func (t *transfer) read(size int64, limit time.Duration) error {
	for t.bytes < size {
		now := time.Now()
		deadline := now.Add(t.stall)
		if end := t.first.Add(limit); !t.first.IsZero() && end.Before(deadline) {
			deadline = end
		}
		t.output.SetReadDeadline(deadline)
		n, err := t.output.Read(t.buf)
		t.count(n, time.Now())
		timedOut := errors.Is(err, os.ErrDeadlineExceeded)
		switch {
		case timedOut && !t.first.IsZero() && t.last.Sub(t.first) >= limit:
			return nil
		case timedOut:
			return fmt.Errorf("stalled after %d bytes", t.bytes)
		case err != nil:
			return fmt.Errorf("ended after %d bytes: %w: %s", t.bytes, err, t.errorText())
		}
	}
	return nil
}

func (t *transfer) count(n int, now time.Time) {
	if t.first.IsZero() && n > 0 {
		t.first, t.firstBytes = now, int64(n)
	}
	t.bytes += int64(n)
	t.last = now
}

func (t *transfer) errorText() string {
	text, _ := os.ReadFile(t.errors.Name())
	return string(text)
}

// rate returns the rate from the first byte on, in MB/s.
func (t *transfer) rate() float64 {
	return float64(t.bytes-t.firstBytes) / 1e6 / t.last.Sub(t.first).Seconds()
}

// close ends the command.
func (t *transfer) close() {
	t.cmd.Process.Kill() // it may have ended
	<-t.ended
	t.output.Close()
	t.errors.Close()
	os.Remove(t.errors.Name())
}

func (s *site) startNear(cmd *exec.Cmd) error {
	if near := s.near(); near != nil {
		return near.Do(cmd.Start)
	}
	return cmd.Start()
}

// writeRandom writes a file of bytes that cannot be compressed.
func writeRandom(path string, size int) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.CopyN(file, rand.Reader, int64(size))
	return errors.Join(err, file.Close())
}
