// Command build compiles the server-only gm for every platform of a release, and packs
// the servers into the file that -tags embed adds to gm:
//
//	go run ./sshboot/payload/build                 write the file
//	go run ./sshboot/payload/build -dir DIR        gmserver-SYSTEM-PROCESSOR.gz in DIR
//	go run ./sshboot/payload/build -check          check only that they compile
//
// It runs in the module's root. Arguments are platforms, such as linux/armv7; without
// arguments it builds all. The output is determined by the sources and the version of Go.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"gm/sshboot/payload"
)

func main() {
	dir := flag.String("dir", "", "write a compressed file for each platform to `DIR`")
	check := flag.Bool("check", false, "check that they compile, and write nothing")
	release := flag.String("release", "", "the `VERSION` that the servers bear")
	out := flag.String("o", "sshboot/payload/embedded/servers.archive", "the `FILE` to make")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, builder{release: *release}, flag.Args(), *check, *dir, *out)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, b builder, names []string, check bool, dir, out string) error {
	platforms, err := choose(names)
	if err != nil {
		return err
	}
	if check {
		return b.check(platforms)
	}
	programs, err := b.build(ctx, platforms)
	if err != nil {
		return err
	}
	if dir != "" {
		return writeFiles(dir, programs)
	}
	sources, err := payload.SourceHash(".")
	if err != nil {
		return err
	}
	return writeArchive(out, sources, programs, maxArchive)
}

func choose(names []string) ([]payload.Platform, error) {
	if len(names) == 0 {
		return payload.Platforms(), nil
	}
	var platforms []payload.Platform
	for _, name := range names {
		p, err := payload.ParsePlatform(name)
		if err != nil {
			return nil, err
		}
		platforms = append(platforms, p)
	}
	return platforms, nil
}
