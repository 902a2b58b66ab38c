//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
)

// sized is the size of a program in bytes, without the libraries that it needs.
type sized struct {
	Program string
	Bytes   int64
}

func (b *bench) size() (results []sized, err error) {
	server := filepath.Join(b.dir, "gm-server")
	build := exec.Command("go", "build", "-trimpath", "-tags=gmserver", "-ldflags=-s -w", "-o", server, "gm")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if err := build.Run(); err != nil {
		return nil, err
	}
	for _, p := range []struct{ name, file string }{
		{"gm", b.gm}, {"gm, server only", server},
		{"mosh-client", "mosh-client"}, {"mosh-server", "mosh-server"}, {"ssh", "ssh"}, {"sshd", "/usr/sbin/sshd"},
	} {
		path, err := exec.LookPath(p.file)
		if err != nil {
			return nil, err
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		results = append(results, sized{p.name, info.Size()})
	}
	return results, nil
}
