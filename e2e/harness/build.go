package harness

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build builds gm into dir, with further flags of go build, and returns its path. It
// also makes links to it under the names of mosh's programs.
func Build(dir string, flags ...string) (gm string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	gm = filepath.Join(dir, "gm")
	args := append(append([]string{"build", "-o", gm}, flags...), "gm")
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("go %q: %w\n%s", args, err, out)
	}
	for _, name := range []string{"mosh", "mosh-client", "mosh-server"} {
		if err := os.Symlink("gm", filepath.Join(dir, name)); err != nil {
			return "", err
		}
	}
	return gm, nil
}
