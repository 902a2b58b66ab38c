package payload

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"gm/internal/fileowner"
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
	if found, ok, _ := FindFile(p, dirs); ok {
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
	found, ok, _ := FindFile(p, dirs)
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

// A file that decompresses to more than maxFile is not a program.
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
		if _, ok, _ := FindFile(p, []string{dir}); ok != want {
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
		if _, ok, _ := FindFile(p, []string{dir}); ok != want {
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

// A file that another account could change is not used, and the error contains the file
// and a hint.
func TestForeignFilesAreRefused(t *testing.T) {
	p := Platform{"linux", "arm64", ""}
	for name, c := range map[string]struct {
		path string
		mode os.FileMode
		mend string
	}{
		"file": {"gm/gmserver-linux-arm64", 0o666, "chmod go-w "}, "directory": {"gm", 0o777, "chmod go-w "}, "parent": {".", 0o777, "chmod go-w "},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeTestFile(t, filepath.Join(dir, "gm", p.File()), []byte("abc"))
			dirs := []string{filepath.Join(dir, "gm")}
			wantContent(t, p, dirs, "abc")
			found, _, _ := FindFile(p, dirs)
			changed := filepath.Join(dir, c.path)
			if err := os.Chmod(changed, c.mode); err != nil {
				t.Fatal(err)
			}
			if f, err := found.Open(); err == nil {
				f.Close()
				t.Error("what was found is still opened")
			}
			_, ok, err := FindFile(p, dirs)
			wrong, is := errors.AsType[*fileowner.Error](err)
			if ok || !is || wrong.Path != changed || wrong.Mend != c.mend+changed {
				t.Errorf("found %v, %+v", ok, err)
			}
			good := t.TempDir()
			writeTestFile(t, filepath.Join(good, p.File()), []byte("good"))
			wantContent(t, p, append(dirs, good), "good")
		})
	}
}
