package pty

import (
	"io"
	"testing"

	"golang.org/x/sys/unix"
)

func start(t *testing.T, cores CoreLimit, script string) *Program {
	t.Helper()
	p, err := Start(Command{Argv: []string{"sh", "-c", script}, Env: []string{"PATH=/bin:/usr/bin"}, Dir: "/"}, cores, 80, 24)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func TestWaitStatus(t *testing.T) {
	for script, want := range map[string]int{"exit 0": 0, "exit 7": 7, "kill -9 $$": 137} {
		t.Run(script, func(t *testing.T) {
			if got := start(t, CoreLimit{}, script).Wait(); got != want {
				t.Errorf("the status is %d, want %d", got, want)
			}
		})
	}
}

// TIOCSWINSZ has 16 bits for a number of pixels.
func TestResizeLimit(t *testing.T) {
	p := start(t, CoreLimit{}, "read x")
	if err := p.Resize(Winsize{Cols: 100, Rows: 30, Width: 70_000, Height: 80_000}); err != nil {
		t.Fatal(err)
	}
	p.Control(func(fd int) {
		size, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ)
		if want := (unix.Winsize{Col: 100, Row: 30, Xpixel: 65535, Ypixel: 65535}); err != nil || *size != want {
			t.Errorf("the size is %+v, %v, want %+v", size, err, want)
		}
	})
}

// This process makes no core dumps, before and after it starts a program that may.
func TestDisableCoreDumps(t *testing.T) {
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &before); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Setrlimit(unix.RLIMIT_CORE, &before) })
	unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{Cur: before.Max, Max: before.Max})
	users, err := DisableCoreDumps()
	if err != nil || users.Cur != before.Max {
		t.Fatalf("the user's limit is %+v, %v, want %d", users, err, before.Max)
	}
	check := func(when string) {
		var now unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_CORE, &now); err != nil || now.Cur != 0 || now.Max != before.Max {
			t.Errorf("%s the limit is %+v, %v", when, now, err)
		}
	}
	check("at first")
	p := start(t, users, "ulimit -c")
	check("after a start")
	output, _ := io.ReadAll(p) // EIO at its end
	if got := string(output); before.Max > 0 && got == "0\r\n" {
		t.Errorf("the program's limit is %q", got)
	}
	p.Wait()
}
