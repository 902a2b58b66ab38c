//go:build e2e

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestSite logs in to the host of a picture, before and after the machine has another
// address, and checks that nothing of the site remains.
func TestSite(t *testing.T) {
	gm := filepath.Join(t.TempDir(), "gm")
	if out, err := exec.Command("go", "build", "-o", gm, "gm").CombinedOutput(); err != nil {
		t.Fatalf("build gm: %v\n%s", err, out)
	}
	s, err := newSite(gm, "rtt=20ms")
	if err != nil {
		t.Fatal(err)
	}
	leave := sync.OnceFunc(s.close)
	defer leave()
	login := func(argv ...string) {
		t.Helper()
		p := s.pane("", 3, argv...)
		start := time.Now()
		if err := p.start(); err != nil {
			t.Fatal(err)
		}
		p.cmd.Wait()
		<-p.done
		frames := p.frames(start, time.Hour)
		screen, text := frames[len(frames)-1].screen, ""
		for y := range 3 {
			text += drawRow(screen, y)
		}
		if !strings.Contains(text, ">on the host<") {
			t.Errorf("%q shows %s", argv, text)
		}
	}
	login(gm, "host", "--", "sh", "-c", `echo on the host >mark; cat mark`)
	if _, err := os.Stat(filepath.Join(s.dir, "host", "mark")); err != nil {
		t.Errorf("the home on the host is another one: %v", err)
	}
	if err := s.roam(1); err != nil {
		t.Fatal(err)
	}
	login(filepath.Join(s.dir, "bin", "ssh"), "-t", "host", "cat mark")
	left := s.pane("", 3, gm, "--name=left", "host", "--", "sh", "-c", gm+" detach; exec cat")
	if err := left.start(); err != nil {
		t.Fatal(err)
	}
	left.cmd.Wait()
	<-left.done
	if len(s.processes(t)) == 0 {
		t.Error("no session is left on the host")
	}
	leave()
	if _, err := os.Stat(s.dir); !os.IsNotExist(err) {
		t.Errorf("%s is there: %v", s.dir, err)
	}
	if all := s.processes(t); len(all) > 0 {
		t.Errorf("processes remain: %q", all)
	}
}

// processes returns the command lines of the site's processes.
func (s *site) processes(t *testing.T) (all []string) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if line, _ := os.ReadFile(f); strings.Contains(string(line), s.dir) { // some have ended
			all = append(all, string(line))
		}
	}
	return all
}
