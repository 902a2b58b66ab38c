//go:build linux

// Picture makes the pictures of README and doc from real sessions:
//
//   - session.svg: the same keys typed in two sessions over the same bad link, one with
//     prediction and one without;
//   - scrollback.svg: two terminals with the same output that are scrolled back, one with
//     the session's lines in its scrollback and one without;
//   - blocked.svg: gm and mosh while a firewall drops UDP for a time;
//   - attach.svg: a session that is left at one terminal and entered at another one;
//   - rsync.svg: rsync over gmssh and over ssh while the address of the machine changes.
//
// The last three need root, for package netlab, and the programs of "make tools".
//
// Run it as
//
//	go run gm/doc/picture GM FILE
//
// GM is the program to run. The base name of FILE chooses the picture.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// pictures has the functions that make the pictures, by the names of their files.
var pictures = map[string]func(gm string) ([]byte, error){
	"session.svg":    session,
	"scrollback.svg": scrollback,
	"blocked.svg":    blocked,
	"attach.svg":     attach,
	"rsync.svg":      rsyncThrough,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("usage: picture GM FILE")
	}
	picture, ok := pictures[filepath.Base(args[1])]
	if !ok {
		return fmt.Errorf("%s is not the name of a picture", args[1])
	}
	gm, err := filepath.Abs(args[0])
	if err != nil {
		return err
	}
	svg, err := picture(gm)
	if err != nil {
		return err
	}
	return os.WriteFile(args[1], svg, 0o644)
}
