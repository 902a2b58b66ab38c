package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"gm/sshboot/payload"
	"gm/sshboot/payload/archive"
)

// builder compiles servers with go build.
type builder struct{ release string }

func (b builder) check(platforms []payload.Platform) error {
	c := newChecker()
	for _, p := range platforms {
		start := time.Now()
		for _, flags := range [][]string{{"-tags=gmserver"}, nil} {
			if err := c.check(p, flags); err != nil {
				return err
			}
		}
		fmt.Printf("check %s %.1f s\n", p, time.Since(start).Seconds())
	}
	return nil
}

func (b builder) build(ctx context.Context, platforms []payload.Platform) ([]archive.Program, error) {
	dir, err := os.MkdirTemp("", "gm-payloads-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var programs []archive.Program
	for _, p := range platforms {
		file := filepath.Join(dir, p.File())
		if err := b.compile(ctx, p, file); err != nil {
			return nil, err
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		programs = append(programs, archive.Program{Platform: p, Content: content})
	}
	return programs, nil
}

func (b builder) compile(ctx context.Context, p payload.Platform, file string) error {
	args := append([]string{"build", "-o", file}, payload.BuildFlags(b.release)...)
	cmd := exec.CommandContext(ctx, "go", append(args, ".")...)
	cmd.Env = slices.Concat(os.Environ(), []string{"GOFLAGS="}, p.Environ())
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // go then removes its temporary directory
	out, err := cmd.CombinedOutput()
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("compile for %s: interrupted", p)
	case err != nil:
		return fmt.Errorf("compile for %s: %w\n%s", p, err, out)
	}
	return nil
}
