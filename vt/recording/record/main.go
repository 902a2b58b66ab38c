// Record makes the recordings of package recording: it runs each program in an emulated
// terminal, types keys and records the output. It needs root, Debian's packages of the
// programs in programs.go, and npm and Go for the others:
//
//	go run gm/vt/recording/record vt/recording/data [NAME...]
//
// The programs run on a host named host, without other processes, in the home /tmp/x.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const home = "/tmp/x"

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: record FOLDER [NAME...]"))
	}
	if os.Getenv("RECORD_INSIDE") == "" {
		fail(isolate())
		return
	}
	fail(prepare())
	for _, p := range programs {
		for i, s := range sizes {
			if p.choices != nil && i > 0 {
				continue // vttest is made for 80x24
			}
			name := fmt.Sprintf("%s-%dx%d", p.name, s.cols, s.rows)
			if len(os.Args) > 2 && !slices.ContainsFunc(os.Args[2:], func(n string) bool { return strings.HasPrefix(name, n) }) {
				continue
			}
			r, err := record(p, s, i == 0)
			fail(err)
			fail(save(filepath.Join(os.Args[1], name+".cast.gz"), r))
		}
	}
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

// isolate runs this program again in namespaces of its own (unshare(1)).
func isolate() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	script := `hostname host && exec "$@"`
	cmd := exec.Command("unshare", append([]string{"--uts", "--pid", "--fork", "--mount-proc", "sh", "-c", script, "sh", self}, os.Args[1:]...)...)
	cmd.Env = append(os.Environ(), "RECORD_INSIDE=1")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

// prepare creates the home directory: some files, a repository, and the programs that
// Debian does not package.
func prepare() error {
	cmd := exec.Command("sh", "-e", "-c", preparation)
	cmd.Env = environment()
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

func environment() []string {
	return []string{
		"HOME=" + home, "PATH=/usr/local/go/bin:/usr/local/bin:/usr/bin:/bin", "TERM=xterm-256color", "COLORTERM=truecolor",
		"LANG=C.UTF-8", "USER=user", "LOGNAME=user", "SHELL=/bin/bash", "TZ=UTC", "GOFLAGS=-mod=mod",
	}
}
