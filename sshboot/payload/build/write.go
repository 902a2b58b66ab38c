package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"gm/sshboot/payload/archive"
)

// writeArchive makes the file that -tags embed takes in. It is there whole or
// not at all, also if two do this at once.
func writeArchive(path string, programs []archive.Program) error {
	return replace(path, func(f *os.File) error {
		if err := archive.Write(f, programs); err != nil {
			return err
		}
		info, err := f.Stat()
		if err == nil {
			fmt.Printf("%s: %d servers in %d bytes\n", path, len(programs), info.Size())
		}
		return err
	})
}

// writeFiles makes a compressed file for each program.
func writeFiles(dir string, programs []archive.Program) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, p := range programs {
		path := filepath.Join(dir, p.Platform.File()+".gz")
		err := replace(path, func(f *os.File) error {
			packer, _ := gzip.NewWriterLevel(f, gzip.BestCompression) // the level is valid
			_, err := packer.Write(p.Content)
			return errors.Join(err, packer.Close())
		})
		if err != nil {
			return err
		}
		fmt.Println(path)
	}
	return nil
}

// replace has write fill a new file, which then takes the place of path.
func replace(path string, write func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // it is gone by then unless something failed
	err = errors.Join(write(f), f.Chmod(0o644), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
