package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"gm/sshboot/payload/archive"
)

// maxArchive bounds the archive that -tags embed adds to gm, in bytes, so that growth of
// the server is a decision. The archive has 17.4 MB today, and gm with it 28.0 MB.
const maxArchive = 18_000_000

// writeArchive writes the archive, of at most limit bytes. It replaces the file
// atomically.
func writeArchive(path, sources string, programs []archive.Program, limit int64) error {
	return replace(path, func(f *os.File) error {
		if err := archive.Write(f, sources, programs); err != nil {
			return err
		}
		info, err := f.Stat()
		if err != nil {
			return err
		}
		if info.Size() > limit {
			return fmt.Errorf("%d servers take %d bytes, more than %d", len(programs), info.Size(), limit)
		}
		fmt.Printf("%s: %d servers in %d bytes\n", path, len(programs), info.Size())
		return nil
	})
}

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

func replace(path string, write func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails after the rename
	err = errors.Join(write(f), f.Chmod(0o644), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
