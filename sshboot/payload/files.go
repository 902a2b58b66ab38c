package payload

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"gm/internal/fileowner"
)

// maxFile bounds the size of a program in a file, in bytes.
const maxFile = 64 << 20

// Directories returns the directories in which servers are searched: that of the running
// program, that of servers it has compiled, and the cache.
func Directories(cache string) []string {
	var dirs []string
	if program, err := os.Executable(); err == nil {
		dirs = append(dirs, filepath.Dir(program))
	}
	return append(append(dirs, Compiled(cache)...), cache)
}

// Compiled returns the directory of servers that the running program has compiled, if it
// exists.
func Compiled(cache string) []string {
	if _, err := os.Stat(filepath.Join(cache, compiled)); err != nil {
		return nil
	}
	dir, err := compiledDir(cache) // reads the running program
	if err != nil {
		return nil
	}
	return []string{dir}
}

// FindFile finds the file of a platform, which may be compressed. Unreadable files are
// skipped, and so are files that another account could change, because their content would
// run on the host. The first such file is returned as refused, a [*fileowner.Error].
func FindFile(p Platform, dirs []string) (found Payload, ok bool, refused error) {
	for _, dir := range dirs {
		for _, extension := range []string{"", ".gz"} {
			path := filepath.Join(dir, p.File()+extension)
			found, err := New(p, func() (io.ReadCloser, error) { return openFile(path) })
			if err == nil {
				return found, true, nil
			}
			if wrong, ok := errors.AsType[*fileowner.Error](err); ok && refused == nil {
				refused = wrong
			}
		}
	}
	return Payload{}, false, refused
}

func openFile(path string) (io.ReadCloser, error) {
	path, err := fileowner.Check(path)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxFile) {
		err = fmt.Errorf("%s is not a program of at most %d bytes", path, maxFile)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	if filepath.Ext(path) != ".gz" {
		return f, nil
	}
	unpacker, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		f.Close()
		return nil, err
	}
	return &packedFile{unpacker: unpacker, file: f, left: maxFile}, nil
}

// packedFile is the content of a compressed file.
type packedFile struct {
	unpacker *gzip.Reader
	file     *os.File
	left     int64 // remaining bytes up to maxFile
}

func (p *packedFile) Read(b []byte) (int, error) {
	n, err := p.unpacker.Read(b)
	if p.left -= int64(n); p.left < 0 {
		return 0, errors.New("the program is too long")
	}
	return n, err
}

func (p *packedFile) Close() error { return errors.Join(p.unpacker.Close(), p.file.Close()) }
