package firewall

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// maxText bounds what is read of a file or a program, in bytes.
const maxText = 1 << 20

// system is this machine.
type system struct{}

func (system) File(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxText))
	if err != nil {
		return ""
	}
	return string(text)
}

func (system) Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// Find looks also where the PATH of an account that is not root's does not.
func (s system) Find(program string) string {
	if path, err := exec.LookPath(program); err == nil {
		return path
	}
	for _, dir := range []string{"/usr/sbin", "/sbin", "/usr/local/sbin"} {
		if path := filepath.Join(dir, program); s.Exists(path) {
			return path
		}
	}
	return ""
}

func (s system) Output(ctx context.Context, program string, args ...string) (text string, ok bool) {
	cmd := exec.CommandContext(ctx, s.Find(program), args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	var out bounded
	cmd.Stdout = &out
	err := cmd.Run()
	return string(out), err == nil
}

// bounded holds at most maxText bytes.
type bounded []byte

func (b *bounded) Write(p []byte) (int, error) {
	if len(*b)+len(p) > maxText {
		return 0, io.ErrShortWrite
	}
	*b = append(*b, p...)
	return len(p), nil
}

func (system) Root() bool { return os.Geteuid() == 0 }
