//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a process in /proc (proc(5)).
type process struct {
	pid, parent int
	name        string // comm
	args        []string
}

func (p process) file(name string) string { return filepath.Join("/proc", strconv.Itoa(p.pid), name) }

// ours returns the processes of this run, detached ones too: those whose program is in
// its directory, or which have the mark in their environment. Only root can read the
// environment of gm.
func (b *bench) ours() (all []process) {
	for _, p := range processes() {
		env, _ := os.ReadFile(p.file("environ"))
		marked := bytes.Contains(env, []byte(b.mark)) && p.pid != os.Getpid()
		if marked || strings.HasPrefix(p.args[0], b.dir+"/") {
			all = append(all, p)
		}
	}
	return all
}

func processes() (all []process) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		pid, _ := strconv.Atoi(filepath.Base(dir))
		p := process{pid: pid}
		stat, ok := p.stat()
		line, err := os.ReadFile(p.file("cmdline"))
		if !ok || err != nil {
			continue
		}
		p.name, p.parent = stat.name, stat.number(4)
		p.args = strings.Split(strings.TrimRight(string(line), "\x00"), "\x00")
		all = append(all, p)
	}
	return all
}

func descendants(root int) (all []process) {
	family := map[int]bool{root: true}
	known := processes()
	for grown := true; grown; {
		grown = false
		for _, p := range known {
			if family[p.parent] && !family[p.pid] {
				family[p.pid], grown = true, true
				all = append(all, p)
			}
		}
	}
	return all
}

// serves reports whether p is the process of a server that outlives its start.
func (p process) serves() bool {
	return filepath.Base(p.args[0]) == "mosh-server" || len(p.args) > 2 && p.args[1] == "server" && p.args[2] == "new"
}

func (b *bench) servers() (all []process) {
	for _, p := range b.ours() {
		if p.serves() {
			all = append(all, p)
		}
	}
	return all
}

// reap kills the remaining processes of this run and waits for their end.
func (b *bench) reap() {
	for left := b.ours(); len(left) > 0; left = b.ours() {
		for _, p := range left {
			p.kill()
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// procStat is the text of /proc/PID/stat.
type procStat struct {
	name   string
	fields []string // from the third field on
}

func (p process) stat() (s procStat, ok bool) {
	text, err := os.ReadFile(p.file("stat"))
	begin, end := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')')
	if err != nil || begin < 0 || end < 0 {
		return s, false
	}
	return procStat{string(text[begin+1 : end]), strings.Fields(string(text[end+1:]))}, true
}

// number returns a field by its number in proc(5).
func (s procStat) number(field int) int {
	n, _ := strconv.Atoi(s.fields[field-3])
	return n
}

// tick is the unit of the times in stat: USER_HZ is 100 on every Linux.
const tick = 10 * time.Millisecond

// cpu returns the processor time of p, in user and kernel mode.
func (p process) cpu() time.Duration {
	s, ok := p.stat()
	if !ok {
		return 0
	}
	return time.Duration(s.number(14)+s.number(15)) * tick
}

// pss returns the memory of p in bytes, with shared pages divided by their number of
// users.
func (p process) pss() (int, error) {
	text, err := os.ReadFile(p.file("smaps_rollup"))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		var kib int
		if n, _ := fmt.Sscanf(line, "Pss: %d kB", &kib); n == 1 {
			return kib << 10, nil
		}
	}
	return 0, fmt.Errorf("%s has no Pss", p.file("smaps_rollup"))
}

// switches returns how often the threads of p have been scheduled.
func (p process) switches() (n int) {
	files, _ := filepath.Glob(p.file("task/*/status"))
	for _, file := range files {
		text, _ := os.ReadFile(file)
		for line := range strings.Lines(string(text)) {
			name, value, _ := strings.Cut(line, ":")
			if strings.HasSuffix(name, "ctxt_switches") {
				count, _ := strconv.Atoi(strings.TrimSpace(value))
				n += count
			}
		}
	}
	return n
}

func (p process) kill() { syscall.Kill(p.pid, syscall.SIGKILL) }
