package fileowner

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// A file that icacls opens to everyone is refused, also by its directory.
func TestCheckAccessLists(t *testing.T) {
	dir := t.TempDir()
	inner := filepath.Join(dir, "inner")
	file := filepath.Join(inner, "file")
	if err := errors.Join(os.Mkdir(inner, 0o700), os.WriteFile(file, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if physical, err := Check(file); err != nil || physical != file {
		t.Fatalf("a file of ours: %s, %v", physical, err)
	}
	for _, path := range []string{file, inner} {
		if out, err := exec.Command("icacls", path, "/grant", "*S-1-1-0:(F)").CombinedOutput(); err != nil {
			t.Fatalf("icacls: %v: %s", err, out)
		}
		_, err := Check(file)
		if wrong, ok := errors.AsType[*Error](err); !ok || wrong.Path != path && wrong.Path != inner {
			t.Errorf("with %s open: %v", path, err)
		}
	}
}
