package main

import (
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"gm/sshboot/payload"
)

// here changes to the module's root.
func here(t *testing.T) {
	t.Helper()
	t.Chdir(filepath.Join("..", "..", ".."))
}

func TestFiles(t *testing.T) {
	here(t)
	dir := filepath.Join(t.TempDir(), "new")
	p := payload.Native()
	if err := run(t.Context(), builder{}, []string{p.String()}, false, dir, ""); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, p.File()+".gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unpacker, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, unpacker); err != nil || n < 1<<20 {
		t.Errorf("the server has %d bytes, %v", n, err)
	}
	if found, ok, _ := payload.FindFile(p, []string{dir}); !ok || found.Platform != p {
		t.Error("gm does not find the file")
	}
}

func TestRefuses(t *testing.T) {
	here(t)
	out := filepath.Join(t.TempDir(), "servers.archive")
	for _, name := range []string{"linux", "linux/nonsense"} {
		t.Run(name, func(t *testing.T) {
			if err := run(t.Context(), builder{}, []string{name}, false, "", out); err == nil {
				t.Errorf("%s is compiled for", name)
			}
			if err := run(t.Context(), builder{}, []string{name}, true, "", out); err == nil {
				t.Errorf("%s is checked", name)
			}
		})
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a file was made")
	}
	if all, err := choose(nil); err != nil || len(all) != len(payload.Platforms()) {
		t.Errorf("without names %d platforms, %v", len(all), err)
	}
}

// An interrupted build leaves no files and directories.
func TestInterruptLeavesNothing(t *testing.T) {
	here(t)
	tool := filepath.Join(t.TempDir(), "build")
	if out, err := exec.Command("go", "build", "-o", tool, "./sshboot/payload/build").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	temp, target := t.TempDir(), t.TempDir()
	cmd := exec.Command(tool, "-o", filepath.Join(target, "servers.archive"), "linux/amd64", "linux/arm64")
	cmd.Env = append(os.Environ(), "TMPDIR="+temp, "GOCACHE="+filepath.Join(t.TempDir(), "cache")) // so that it takes long
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	begun := func() bool {
		files, _ := filepath.Glob(filepath.Join(temp, "gm-payloads-*"))
		return len(files) > 0
	}
	for limit := time.Now().Add(time.Minute); !begun(); runtime.Gosched() {
		if time.Now().After(limit) {
			t.Fatal("the build does not begin")
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("an interrupted build succeeds")
	}
	for _, dir := range []string{temp, target} {
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
}
