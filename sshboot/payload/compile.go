package payload

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"

	"gm/internal/fileowner"
)

// Compiler compiles servers from the sources of the running program.
type Compiler struct {
	tool   string // go
	module string // directory of the sources
	dir    string // directory for the results
}

// NewCompiler finds go in PATH and the sources: in the directory of the running program,
// or in the module cache if it was installed by go install. Other places are not
// considered, because the sources determine which program runs on hosts.
func NewCompiler(cache string) (c Compiler, ok bool) {
	tool, err := exec.LookPath("go")
	info, ok := debug.ReadBuildInfo()
	if err != nil || !ok {
		return Compiler{}, false
	}
	module, ok := findModule(tool, info.Main)
	if !ok {
		return Compiler{}, false
	}
	dir, err := compiledDir(cache)
	return Compiler{tool, module, dir}, err == nil
}

func findModule(tool string, main debug.Module) (dir string, ok bool) {
	if program, err := os.Executable(); err == nil && isModule(filepath.Dir(program), main.Path) {
		return filepath.Dir(program), true
	}
	cmd := exec.Command(tool, "env", "GOMODCACHE")
	cmd.Dir, cmd.Env = filepath.Dir(tool), workspaceOff() // independent of the working directory
	out, err := cmd.Output()
	if err != nil {
		return "", false
	}
	dir = filepath.Join(strings.TrimSpace(string(out)), main.Path+"@"+main.Version)
	return dir, isModule(dir, main.Path)
}

func isModule(dir, path string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	return err == nil && bytes.HasPrefix(text, []byte("module "+path+"\n"))
}

// workspaceOff returns an environment in which go ignores go.work files. There may be one
// in any directory above the sources, for example in /tmp.
func workspaceOff() []string { return append(os.Environ(), "GOWORK=off") }

// Compile compiles the server for p and stores it for the next time. Sources that another
// account could change are an error, a [*fileowner.Error].
func (c Compiler) Compile(ctx context.Context, p Platform) (Payload, error) {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return Payload{}, err
	}
	if err := c.checkSources(ctx, p); err != nil {
		return Payload{}, err
	}
	c.removeOthers()
	partial, err := os.MkdirTemp(c.dir, ".new-")
	if err != nil {
		return Payload{}, err
	}
	defer os.RemoveAll(partial)
	file := filepath.Join(partial, p.File())
	args := append([]string{"build", "-o", file}, BuildFlags("")...)
	cmd := exec.CommandContext(ctx, c.tool, append(args, ".")...)
	cmd.Dir = c.module
	cmd.Env = append(workspaceOff(), p.Environ()...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return Payload{}, fmt.Errorf("compile the server for %s: %w\n%s", p, err, bytes.TrimSpace(out))
	}
	path := filepath.Join(c.dir, p.File())
	if err := os.Rename(file, path); err != nil {
		return Payload{}, err
	}
	return New(p, func() (io.ReadCloser, error) { return openFile(path) })
}

func (c Compiler) checkSources(ctx context.Context, p Platform) error {
	if _, err := fileowner.Check(c.dir); err != nil {
		return err
	}
	if err := fileowner.CheckTree(c.module); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, c.tool, append(append([]string{"list", "-deps", "-f", "{{.Dir}}"}, BuildFlags("")...), ".")...)
	cmd.Dir, cmd.Env = c.module, append(workspaceOff(), p.Environ()...)
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("list the sources of the server for %s: %w", p, err)
	}
	for dir := range strings.Lines(string(out)) {
		if err := fileowner.CheckDirectory(strings.TrimSpace(dir)); err != nil {
			return err
		}
	}
	return nil
}

// compiled is the directory for compiled servers in the cache.
const compiled = "compiled"

// compiledDir returns the directory for servers compiled by the running program. Each
// build of gm has its own.
func compiledDir(cache string) (string, error) {
	self, err := Self()
	return filepath.Join(cache, compiled, self.Hash), err
}

func (c Compiler) removeOthers() {
	all, _ := filepath.Glob(filepath.Join(filepath.Dir(c.dir), "*"))
	for _, dir := range all {
		if dir != c.dir {
			os.RemoveAll(dir)
		}
	}
}
