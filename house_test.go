package main

import (
	"bytes"
	"go/format"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// imports says which of our packages each may import.
var imports = map[string][]string{
	"gm":                          {"gm/client", "gm/server"},
	"gm/client":                   {"gm/client/manual", "gm/internal/sanitize", "gm/sshboot", "gm/wire", "gm/wire/simnet", "gm/wire/state", "gm/wire/udp", "gm/vt"},
	"gm/client/manual":            {},
	"gm/server":                   {"gm/wire", "gm/wire/state", "gm/wire/udp", "gm/vt"},
	"gm/internal/fileowner":       {},
	"gm/internal/sanitize":        {},
	"gm/sshboot":                  {"gm/internal/fileowner", "gm/internal/sanitize", "gm/sshboot/payload", "gm/sshboot/payload/embedded", "gm/wire"},
	"gm/sshboot/payload":          {"gm/internal/fileowner"},
	"gm/sshboot/payload/archive":  {"gm/sshboot/payload"},
	"gm/sshboot/payload/build":    {"gm/sshboot/payload", "gm/sshboot/payload/archive"},
	"gm/sshboot/payload/embedded": {"gm/sshboot/payload", "gm/sshboot/payload/archive"},
	"gm/sshboot/sshboottest":      {},
	"gm/wire":                     {"gm/wire/deflate", "gm/wire/softaes"},
	"gm/wire/deflate":             {},
	"gm/wire/state":               {"gm/wire", "gm/vt"},
	"gm/wire/udp":                 {},
	"gm/wire/simnet":              {"gm/wire"},
	"gm/wire/softaes":             {},
	"gm/wire/wiretest":            {},
	"gm/vt":                       {},
	"gm/vt/corpus":                {},
	"gm/vt/judge":                 {},
	"gm/vt/recording":             {},
	"gm/vt/recording/record":      {"gm/vt", "gm/vt/recording"},
	"gm/doc/picture":              {"gm/vt"},
	"gm/e2e":                      {"gm/vt"},
	"gm/bench":                    {"gm/bench/netlab", "gm/bench/plot", "gm/bench/stat", "gm/vt", "gm/vt/corpus", "gm/vt/recording", "gm/wire/simnet"},
	"gm/bench/netlab":             {"gm/wire/simnet"},
	"gm/bench/plot":               {},
	"gm/bench/stat":               {},
	"gm/e2e/harness":              {"gm/wire", "gm/wire/simnet"},
}

// testImports are what any test may import as well.
var testImports = []string{"gm/wire/simnet", "gm/wire/wiretest", "gm/sshboot/sshboottest", "gm/e2e/harness", "gm/vt/corpus", "gm/vt/judge", "gm/vt/recording", "gm/wire"}

// TestImports walks the import graph as each kind of system sees it.
func TestImports(t *testing.T) {
	problems := map[string]bool{} // most are the same on each system
	for _, system := range []string{"linux", "darwin", "freebsd", "windows"} {
		for _, tags := range []string{"", "gmserver"} {
			const line = `{{.ImportPath}}|{{join .Imports " "}}|{{join .TestImports " "}} {{join .XTestImports " "}}`
			for _, fields := range list(t, system, "-tags="+tags, "-f", line, "./...") {
				f := strings.Split(fields, "|")
				checkImports(problems, f[0], f[1], nil)
				checkImports(problems, f[0], f[2], append(slices.Clone(testImports), f[0]))
			}
		}
	}
	for _, p := range slices.Sorted(maps.Keys(problems)) {
		t.Error(p)
	}
}

func checkImports(problems map[string]bool, importer, imported string, further []string) {
	allowed, known := imports[importer]
	if !known {
		problems[importer+" has no place in the house: give it one in imports"] = true
	}
	for _, path := range strings.Fields(imported) {
		if strings.HasPrefix(path, "gm/") && !slices.Contains(allowed, path) && !slices.Contains(further, path) {
			problems[importer+" must not import "+path] = true
		}
	}
}

// TestContributing holds the table of packages in CONTRIBUTING.md against imports.
func TestContributing(t *testing.T) {
	rows := regexp.MustCompile("(?m)^\\| `([a-z0-9/.]+)` \\| .* \\| ?([a-z0-9/, ]*) ?\\|$").FindAllStringSubmatch(read(t, "CONTRIBUTING.md"), -1)
	told := map[string][]string{}
	for _, row := range rows {
		var paths []string
		for path := range strings.FieldsFuncSeq(row[2], func(r rune) bool { return r == ',' || r == ' ' }) {
			paths = append(paths, "gm/"+path)
		}
		told[path.Join("gm", row[1])] = paths
	}
	for importer, allowed := range imports {
		paths, ok := told[importer]
		if slices.Sort(paths); !ok || !slices.Equal(paths, slices.Sorted(slices.Values(allowed))) {
			t.Errorf("CONTRIBUTING.md says of %s (%v) that it imports %v, not %v", importer, ok, paths, allowed)
		}
	}
	if len(told) != len(imports) {
		t.Errorf("CONTRIBUTING.md tells of %d packages, not %d", len(told), len(imports))
	}
}

// TestServerBuild keeps the client and SSH out of the server-only build.
func TestServerBuild(t *testing.T) {
	for _, path := range list(t, "linux", "-deps", "-tags=gmserver", ".") {
		if path == "gm/client" || path == "gm/sshboot" || strings.HasPrefix(path, "golang.org/x/crypto/ssh") {
			t.Errorf("the server-only build has %s", path)
		}
	}
}

// list gives the lines of go list, as it sees the packages on a system.
func list(t *testing.T, system string, args ...string) []string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// maxLines is where a file has become more than one concept. Tests and tables
// may be longer.
const maxLines = 400

// TestSources checks each file: its format, its size, and that no test sleeps
// or skips.
func TestSources(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if err == nil {
			checkSource(t, path, text)
		}
		return err
	})
	if err != nil || files < 50 {
		t.Fatalf("read %d files, %v", files, err)
	}
}

func checkSource(t *testing.T, path string, text []byte) {
	if formatted, err := format.Source(text); err != nil || !bytes.Equal(formatted, text) {
		t.Errorf("%s is not gofmt-ed (%v)", path, err)
	}
	if !strings.HasSuffix(path, "_test.go") {
		if n := bytes.Count(text, []byte("\n")); n > maxLines && !strings.Contains(path, "tables") {
			t.Errorf("%s has %d lines, at most %d", path, n, maxLines)
		}
		return
	}
	virtual := bytes.Contains(text, []byte(`"testing/synctest"`)) // where sleeping takes no time
	if !virtual && bytes.Contains(text, []byte("time."+"Sleep(")) {
		t.Errorf("%s sleeps: wait for the thing itself", path)
	}
	if bytes.Contains(text, []byte("t."+"Skip")) {
		t.Errorf("%s skips: fail if something is missing", path)
	}
}
