package payload

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func writeTestFile(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func zipped(content string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, content)
	w.Close()
	return b.Bytes()
}

func TestFindFile(t *testing.T) {
	p := Platform{"linux", "arm", "7"}
	first, second := t.TempDir(), t.TempDir()
	dirs := []string{first, filepath.Join(first, "nowhere"), second}
	if found, ok := FindFile(p, dirs); ok {
		t.Errorf("found %+v in empty directories", found)
	}
	writeTestFile(t, filepath.Join(second, "gmserver-linux-armv7.gz"), zipped("abc"))
	wantContent(t, p, dirs, "abc")
	writeTestFile(t, filepath.Join(second, "gmserver-linux-armv7"), []byte("plain"))
	wantContent(t, p, dirs, "plain")
	writeTestFile(t, filepath.Join(first, "gmserver-linux-armv7.gz"), zipped("first")[:9])
	wantContent(t, p, dirs, "plain")
	writeTestFile(t, filepath.Join(first, "gmserver-linux-armv7.gz"), zipped("first"))
	wantContent(t, p, dirs, "first")
	if err := os.Mkdir(filepath.Join(first, "gmserver-linux-armv7"), 0o700); err != nil {
		t.Fatal(err)
	}
	wantContent(t, p, dirs, "first")
}

func wantContent(t *testing.T, p Platform, dirs []string, want string) {
	t.Helper()
	found, ok := FindFile(p, dirs)
	if !ok {
		t.Fatalf("%s is not found", p)
	}
	content, err := found.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	if got, err := io.ReadAll(content); string(got) != want || err != nil || found.Size != int64(len(want)) {
		t.Errorf("the file holds %q, %v; want %q", got, err, want)
	}
}

// What unpacks to more than a program can be is none.
func TestFileLimits(t *testing.T) {
	dir := t.TempDir()
	p := Platform{"linux", "amd64", ""}
	for size, want := range map[int64]bool{maxFile: true, maxFile + 1: false} {
		path := filepath.Join(dir, p.File())
		f, err := os.Create(path)
		if err == nil {
			err = f.Truncate(size)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := FindFile(p, []string{dir}); ok != want {
			t.Errorf("a file of %d bytes: %v", size, ok)
		}
		packed, err := os.Create(path + ".gz")
		if err != nil {
			t.Fatal(err)
		}
		packer, _ := gzip.NewWriterLevel(packed, gzip.BestSpeed)
		f.Seek(0, io.SeekStart)
		io.Copy(packer, f)
		packer.Close()
		packed.Close()
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if _, ok := FindFile(p, []string{dir}); ok != want {
			t.Errorf("a compressed file of %d bytes: %v", size, ok)
		}
		f.Close()
		os.Remove(path + ".gz")
	}
}

func TestDirectories(t *testing.T) {
	cache := t.TempDir()
	program, _ := os.Executable()
	if dirs := Directories(cache); len(dirs) != 2 || dirs[0] != filepath.Dir(program) || dirs[1] != cache {
		t.Errorf("directories %q", dirs)
	}
	if err := os.Mkdir(filepath.Join(cache, compiled), 0o700); err != nil {
		t.Fatal(err)
	}
	if dirs := Directories(cache); len(dirs) != 3 || filepath.Dir(dirs[1]) != filepath.Join(cache, compiled) || dirs[2] != cache {
		t.Errorf("directories %q", dirs)
	}
}
