//go:build unix

package pty

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
)

func startPiped(t *testing.T, script string) *Piped {
	t.Helper()
	p, err := StartPiped(Command{Path: "/bin/sh", Argv: []string{"sh", "-c", script}, Env: os.Environ(), Dir: "/"}, CoreLimit{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.HangUp() })
	return p
}

func read(t *testing.T, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPipedStreamsAreApart(t *testing.T) {
	p := startPiped(t, "cat; echo wrong >&2; test -t 0 || test -t 1 || exit 7")
	if _, err := io.WriteString(p.Stdin, "in\x00put"); err != nil {
		t.Fatal(err)
	}
	p.Stdin.Close()
	if out, wrong := read(t, p.Stdout), read(t, p.Stderr); out != "in\x00put" || wrong != "wrong\n" {
		t.Errorf("output %q, error %q", out, wrong)
	}
	if status := p.Wait(); status != 7 {
		t.Errorf("status %d", status)
	}
}

func TestPipedStatusOfSignal(t *testing.T) {
	if status := startPiped(t, "kill -KILL $$").Wait(); status != 255 {
		t.Errorf("status %d", status)
	}
}

// TestPipedHangUp ends a program and its child by SIGHUP.
func TestPipedHangUp(t *testing.T) {
	p := startPiped(t, "sleep 1000 & echo started; wait")
	if _, err := io.ReadFull(p.Stdout, make([]byte, len("started\n"))); err != nil {
		t.Fatal(err)
	}
	out := p.Stdout
	if err := p.HangUp(); err != nil {
		t.Error(err)
	}
	if status := p.Wait(); status != 255 {
		t.Errorf("status %d", status)
	}
	if _, err := out.Read(make([]byte, 1)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("the output is open: %v", err)
	}
}

func TestPipedProgramIsMissing(t *testing.T) {
	_, err := StartPiped(Command{Argv: []string{"no-such-program"}, Dir: "/"}, CoreLimit{})
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "no-such-program") {
		t.Error(err)
	}
}
