package main

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
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

// testImports are what any test may import as well.
var testImports = []string{"gm/wire/simnet", "gm/wire/wiretest", "gm/sshboot/sshboottest", "gm/sshboot/prompt/prompttest", "gm/internal/sshfp/sshfptest", "gm/e2e/harness", "gm/vt/corpus", "gm/vt/oracle", "gm/vt/recording", "gm/wire", "gm/wire/datagram", "gm/server/session"}

// TestImports walks the import graph as each kind of system sees it, and holds it
// against the table of packages in CONTRIBUTING.md: each package has a row, imports
// of ours only what that lists, and all of it on some system.
func TestImports(t *testing.T) {
	allowed := packageTable(t)
	seen := map[string]map[string]bool{} // what each package was found to import
	used := map[string]bool{}            // "importer path", also by a test
	problems := map[string]bool{}        // most are the same on each system
	for _, system := range []string{"linux", "darwin", "freebsd", "windows"} {
		for _, tags := range []string{"", "gmserver", "embed,e2e"} {
			const line = `{{.ImportPath}}|{{join .Imports " "}}|{{join .TestImports " "}} {{join .XTestImports " "}}`
			for _, fields := range list(t, system, "-e", "-tags="+tags, "-f", line, "./...") {
				f := strings.Split(fields, "|")
				if seen[f[0]] == nil {
					seen[f[0]] = map[string]bool{}
				}
				for _, path := range ours(f[1]) {
					seen[f[0]][path], used[f[0]+" "+path] = true, true
				}
				for _, path := range ours(f[2]) {
					used[f[0]+" "+path] = true
					if !slices.Contains(slices.Concat(allowed[f[0]], testImports, f[:1]), path) {
						problems["a test of "+f[0]+" must not import "+path] = true
					}
				}
			}
		}
	}
	for importer, paths := range allowed {
		for _, path := range paths {
			if !used[importer+" "+path] {
				problems["CONTRIBUTING.md has "+importer+" import "+path+", which it does not"] = true
			}
		}
	}
	for importer, paths := range seen {
		if _, ok := allowed[importer]; !ok {
			problems[importer+" has no row in the table of CONTRIBUTING.md: add one"] = true
		}
		for path := range paths {
			if !slices.Contains(allowed[importer], path) {
				problems[importer+" must not import "+path] = true
			}
		}
	}
	for _, p := range slices.Sorted(maps.Keys(problems)) {
		t.Error(p)
	}
}

// ours returns those of the import paths, with blanks between them, that are of
// this module.
func ours(paths string) []string {
	return slices.DeleteFunc(strings.Fields(paths), func(path string) bool { return !strings.HasPrefix(path, "gm/") })
}

// packageTable returns the packages in CONTRIBUTING.md with those that each may
// import.
func packageTable(t *testing.T) map[string][]string {
	t.Helper()
	rows := regexp.MustCompile("(?m)^\\| `([a-z0-9/.]+)` \\| .* \\| ?([a-z0-9/, ]*) ?\\|$").FindAllStringSubmatch(read(t, "CONTRIBUTING.md"), -1)
	table := map[string][]string{}
	for _, row := range rows {
		var paths []string
		for path := range strings.FieldsFuncSeq(row[2], func(r rune) bool { return r == ',' || r == ' ' }) {
			paths = append(paths, "gm/"+path)
		}
		table[path.Join("gm", row[1])] = paths
	}
	if len(table) < 20 {
		t.Fatalf("CONTRIBUTING.md has a table of %d packages", len(table))
	}
	return table
}

// TestServerBuild keeps the client and SSH out of the server-only build.
func TestServerBuild(t *testing.T) {
	for _, path := range list(t, "linux", "-deps", "-tags=gmserver", ".") {
		if path == "gm/client" || path == "gm/sshboot" || strings.HasPrefix(path, "golang.org/x/crypto/ssh") {
			t.Errorf("the server-only build has %s", path)
		}
	}
}

// TestHeavyImports keeps packages out whose few uses here would cost 200 KB or more.
// log/syslog and net.Dial link Go's resolver, which a server does not need.
func TestHeavyImports(t *testing.T) {
	heavy := []string{"encoding/json", "html/template", "log/syslog", "net/http", "regexp", "text/template"}
	for _, path := range list(t, "linux", "-deps", ".") {
		if slices.Contains(heavy, path) {
			t.Errorf("gm imports %s", path)
		}
	}
}

// pure are the packages that are given the time, datagrams and input, and do no I/O
// themselves, so that their tests run in virtual time.
var pure = []string{"client/keys", "client/predict", "client/route", "internal/deadline", "server/session", "vt", "vt/parser", "wire", "wire/control", "wire/datagram", "wire/deflate", "wire/pipe", "wire/protofield", "wire/softaes", "wire/state"}

// TestPurePackages keeps the clock and the operating system out of the pure packages.
func TestPurePackages(t *testing.T) {
	for _, folder := range pure {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", folder, err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			for _, name := range impureNames(t, path) {
				t.Errorf("%s uses %s", path, name)
			}
		}
	}
}

// impureNames returns the imports of a file that do I/O and the functions of package
// time in it that read the clock.
func impureNames(t *testing.T, path string) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range file.Imports {
		switch name := strings.Trim(i.Path.Value, `"`); {
		case name == "net/netip":
		case name == "os" || name == "net" || name == "syscall" || strings.HasPrefix(name, "os/") || strings.HasPrefix(name, "net/"):
			names = append(names, name)
		}
	}
	clock := []string{"Now", "Since", "Until", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer", "Sleep"}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(clock, s.Sel.Name) {
				names = append(names, "time."+s.Sel.Name)
			}
		}
		return true
	})
	return names
}

// list returns the lines of go list, as it sees the packages on a system. Ours are
// under gm, whatever the module's path is.
func list(t *testing.T, system string, args ...string) []string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	module, _, _ := strings.Cut(strings.TrimPrefix(read(t, "go.mod"), "module "), "\n")
	renamed := strings.ReplaceAll(" "+strings.TrimSpace(string(out)), " "+module, " gm")
	renamed = strings.NewReplacer("\n"+module, "\ngm", "|"+module, "|gm").Replace(renamed)
	return strings.Split(renamed[1:], "\n")
}

// maxLines is where a file has become more than one concept. Tests and tables
// may be longer.
const maxLines = 400

const (
	// maxFiles is where a folder has become more than one package: its sources,
	// tests not counted.
	maxFiles = 45
	// minLines is where a file is too small to be found by its name. Files for
	// single systems, doc.go and the only file of a package may be smaller.
	minLines = 20
)

// TestFolders checks the number of files in each folder and the least size of each.
func TestFolders(t *testing.T) {
	folders := map[string][]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			folders[filepath.Dir(path)] = append(folders[filepath.Dir(path)], path)
		}
		return err
	})
	if err != nil || len(folders) < 20 {
		t.Fatalf("%d folders, %v", len(folders), err)
	}
	system := regexp.MustCompile(`(?m)^//go:build |_(linux|darwin|windows|freebsd|netbsd|openbsd|dragonfly|amd64|arm64|s390x)\.go$`)
	for folder, files := range folders {
		if len(files) > maxFiles {
			t.Errorf("%s has %d files, at most %d: make a package of a part, or join files of one concept", folder, len(files), maxFiles)
		}
		for _, path := range files {
			text := read(t, path)
			single := len(files) == 1 || filepath.Base(path) == "doc.go"
			if n := strings.Count(text, "\n"); n < minLines && !single && !system.MatchString(text) && !system.MatchString(path) {
				t.Errorf("%s has %d lines: join it with its neighbour", path, n)
			}
		}
	}
}

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
