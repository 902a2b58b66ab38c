package server

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// Other programs on the machine change how long something takes, but hardly how
// much processor time it needs: tests of speed compare that.

// clockTick is the unit of times in /proc: USER_HZ is 100 on every Linux
// platform of Go's (proc(5)).
const clockTick = 10 * time.Millisecond

// cpuTime returns the processor time that the server has used so far, to a
// precision of clockTick.
func (s *realServer) cpuTime() time.Duration {
	s.t.Helper()
	return processTime(s.t, s.pid)
}

// processTime returns the user and system time of a process (proc(5), fields
// utime and stime of stat).
func processTime(t testing.TB, pid int) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		t.Fatal(err)
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:]) // from field 3 on
	var ticks int64
	for _, f := range fields[11:13] {
		n, err := strconv.ParseInt(string(f), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * clockTick
}
