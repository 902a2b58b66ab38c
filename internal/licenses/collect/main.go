// Command collect prints the licences of the modules that are compiled into gm's
// binaries on any platform, and of Go's standard library. Modules with the same
// text share it.
package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	text, err := collect()
	if err != nil {
		fmt.Fprintln(os.Stderr, "collect:", err)
		os.Exit(1)
	}
	os.Stdout.Write(text)
}

// builds are the builds of gm that together import every module: with embedded servers,
// and the server alone, on each kind of system.
var builds = [][]string{
	{"GOOS=linux", "embed"}, {"GOOS=darwin", "embed"}, {"GOOS=windows", "embed"}, {"GOOS=freebsd", "embed"},
	{"GOOS=linux", "gmserver"},
}

// module is a module and its directory.
type module struct{ path, dir string }

func collect() ([]byte, error) {
	modules, err := list()
	if err != nil {
		return nil, err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	modules = append(modules, module{"the Go standard library", strings.TrimSpace(string(root))})
	texts := map[string][]string{} // modules by the text of their licence
	for _, m := range modules {
		text, err := licence(m.dir)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.path, err)
		}
		texts[text] = append(texts[text], m.path)
	}
	return render(texts), nil
}

// list returns the modules that gm imports, sorted by path. The archive of servers for
// the tag embed need not exist.
func list() (modules []module, err error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return nil, fmt.Errorf("go list -m: %w", err)
	}
	root := strings.TrimSpace(string(out))
	for _, b := range builds {
		cmd := exec.Command("go", "list", "-e", "-deps", "-tags="+b[1],
			"-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}", ".")
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", b[0])
		var complaint bytes.Buffer
		cmd.Stderr = &complaint
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go list: %w\n%s", err, complaint.Bytes())
		}
		for line := range strings.Lines(string(out)) {
			path, dir, ok := strings.Cut(strings.TrimSpace(line), "\t")
			if m := (module{path, dir}); ok && !slices.Contains(modules, m) {
				modules = append(modules, m)
			}
		}
	}
	slices.SortFunc(modules, func(a, b module) int { return cmp.Compare(a.path, b.path) })
	return modules, nil
}

// licence returns the licence of the module in dir, with its patent grant if it has one.
func licence(dir string) (string, error) {
	var parts []string
	for _, name := range []string{"LICENSE", "LICENSE.txt", "LICENSE.md", "COPYING", "PATENTS", "NOTICE"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		switch {
		case err == nil:
			parts = append(parts, strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
		case !errors.Is(err, fs.ErrNotExist):
			return "", err
		}
	}
	if len(parts) == 0 {
		return "", errors.New("no licence found")
	}
	return strings.Join(parts, "\n\n"), nil
}

func render(texts map[string][]string) []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, "gm is distributed with parts of the following, under the licences below.")
	for _, text := range slices.SortedFunc(maps.Keys(texts), func(x, y string) int {
		return cmp.Compare(texts[x][0], texts[y][0])
	}) {
		fmt.Fprintf(&b, "\n%s\n", strings.Repeat("-", 76))
		for _, path := range texts[text] {
			fmt.Fprintln(&b, path)
		}
		fmt.Fprintf(&b, "%s\n\n%s\n", strings.Repeat("-", 76), text)
	}
	return b.Bytes()
}
