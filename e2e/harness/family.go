package harness

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Family is the processes that descend from one start, detached ones too. A variable of
// their environment marks them.
type Family struct{ mark string }

// NewFamily returns a family without processes. Those that remain when the test ends are
// killed.
func NewFamily(t testing.TB) Family {
	f := Family{"GM_TEST_FAMILY=" + rand.Text()}
	t.Cleanup(f.Kill)
	return f
}

// Marked returns the processes whose environment contains a variable, such as GM_TEST=1, and
// their descendants. Nothing kills them.
func Marked(variable string) Family { return Family{variable} }

// Env returns the variable that marks the processes of f.
func (f Family) Env() string { return f.mark }

type Process struct {
	PID     int
	Command []string
}

func (p Process) String() string { return fmt.Sprintf("%d %q", p.PID, p.Command) }

func (f Family) Processes() (ps []Process) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		env, err := os.ReadFile(dir + "/environ")
		if err != nil || !bytes.Contains(env, []byte(f.mark)) {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(dir))
		line, _ := os.ReadFile(dir + "/cmdline")
		ps = append(ps, Process{pid, strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00")})
	}
	return ps
}

// ExpectNone waits until no process of f runs.
func (f Family) ExpectNone(t testing.TB, limit time.Duration) {
	t.Helper()
	Until(t, "end of all processes", limit,
		func() bool { return len(f.Processes()) == 0 },
		func() string { return fmt.Sprint("left: ", f.Processes()) })
}

// Kill kills the processes of f.
func (f Family) Kill() {
	for _, p := range f.Processes() {
		if process, err := os.FindProcess(p.PID); err == nil {
			process.Kill()
		}
	}
}
