//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// machine describes where and when something was measured.
type machine struct {
	Date     string
	CPU      string
	Cores    int
	Kernel   string
	Go       string
	Load     string   // load average of the minute before; may be empty
	Versions []string // of the programs that gm is compared with
}

func thisMachine() machine {
	m := machine{
		Date: time.Now().UTC().Format(time.DateOnly), CPU: cpuModel(), Cores: runtime.NumCPU(),
		Go: runtime.Version(), Load: loadAverage(), Versions: []string{firstLine("mosh-server", "--version"), firstLine("ssh", "-V")},
	}
	var name unix.Utsname
	if unix.Uname(&name) == nil {
		m.Kernel = unix.ByteSliceToString(name.Sysname[:]) + " " + unix.ByteSliceToString(name.Release[:])
	}
	return m
}

// quietLoad is the highest load average of a machine that counts as quiet.
const quietLoad = 0.5

func (m machine) busy() bool {
	load, err := strconv.ParseFloat(m.Load, 64)
	return err == nil && load > quietLoad
}

func (m machine) String() string {
	load := ""
	switch {
	case m.busy():
		load = " (**busy**: load " + m.Load + " before; figures of a quiet machine are better)"
	case m.Load != "":
		load = " (load " + m.Load + " before)"
	}
	return fmt.Sprintf("%s, %s, %d cores%s, %s, %s, %s", m.Date, m.CPU, m.Cores, load, m.Kernel, m.Go, strings.Join(m.Versions, ", "))
}

// note returns String without Markdown.
func (m machine) note() string { return strings.ReplaceAll(m.String(), "**", "") }

// loadAverage returns the first number of /proc/loadavg (proc(5)).
func loadAverage() string {
	text, _ := os.ReadFile("/proc/loadavg")
	load, _, _ := strings.Cut(string(text), " ")
	return load
}

func cpuModel() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

// firstLine returns the first line of a program's version, without the versions of its
// libraries.
func firstLine(name string, args ...string) string {
	out, _ := exec.Command(name, args...).CombinedOutput()
	line, _, _ := strings.Cut(string(out), "\n")
	if end := strings.IndexAny(line, "[,"); end >= 0 {
		line = line[:end]
	}
	return strings.TrimSpace(line)
}
