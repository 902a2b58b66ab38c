//go:build e2e

// Package e2e runs the real programs: gm, mosh, sshd, and what people run
// inside a session, and reads the screen.
package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gm/e2e/harness"
)

// What TestMain builds: gm with the race detector, which most tests run, and
// plain, for deploying and for timing.
var racing, plain string

// sharedCache is the cache directory of hosts on which the servers of racing and plain stay
// deployed from one test to the next.
var sharedCache string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if len(os.Args) == 4 && os.Args[1] == playWord {
		if err := play(os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	if len(os.Args) == 3 && os.Args[1] == askWord {
		if err := ask(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	if len(os.Args) == 3 && os.Args[1] == recordWord {
		if err := record(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	if len(os.Args) == 2 && os.Args[1] == colorWord {
		if err := setColors(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	dir, err := os.MkdirTemp("", "gm-build-")
	if err == nil {
		defer os.RemoveAll(dir)
		racing, err = harness.Build(filepath.Join(dir, "race"), "-race")
	}
	if err == nil {
		plain, err = harness.Build(filepath.Join(dir, "plain"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	sharedCache = filepath.Join(dir, "cache")
	races := filepath.Join(dir, "races")
	os.Setenv("GORACE", "atexit_sleep_ms=0 log_path="+races)
	code := m.Run()
	return max(code, report(races+".*"), endLeft(harness.Marked("log_path="+races)))
}

// endLeft kills the processes that tests have left behind, and returns an exit status: 1 if
// there were any. Some may be about to end.
func endLeft(f harness.Family) (code int) {
	for deadline := time.Now().Add(10 * time.Second); len(f.Processes()) > 0 && time.Now().Before(deadline); {
		<-time.After(100 * time.Millisecond)
	}
	for _, p := range f.Processes() {
		fmt.Println("left behind:", p)
		code = 1
	}
	f.Kill()
	return code
}

// report prints the reports of the race detector in the programs and returns an exit
// status.
func report(pattern string) (code int) {
	files, _ := filepath.Glob(pattern)
	for _, file := range files {
		text, _ := os.ReadFile(file)
		fmt.Printf("%s: %s\n", filepath.Base(file), text)
		code = 1
	}
	return code
}
