package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gm/sshboot/payload"
)

// module creates a module and changes to its directory.
func module(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = "module small\n\ngo 1.26\n"
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// An error for one platform is reported for that platform.
func TestCheck(t *testing.T) {
	module(t, map[string]string{
		"main.go":       "package main\n\nimport \"net/http\"\n\nfunc main() { http.Get(where) }\n",
		"main_other.go": "//go:build !mips && !illumos && !s390x\n\npackage main\n\nconst where = \"\"\n",
		"main_mips.go":  "package main\n\nvar where = int(1) << 40\n",
		"main_s390x.go": "package main\n\nvar where string = 1\n",
	})
	c := newChecker()
	for platform, want := range map[string]string{
		"linux/amd64": "", "linux/armv5": "", "darwin/arm64": "", "freebsd/386": "",
		"linux/mips":    "main_mips.go:3:13",
		"linux/s390x":   "main_s390x.go:3:20",
		"illumos/amd64": "undefined: where",
	} {
		t.Run(platform, func(t *testing.T) {
			p, err := payload.ParsePlatform(platform)
			if err != nil {
				t.Fatal(err)
			}
			switch err := c.check(p, nil); {
			case want == "" && err != nil:
				t.Errorf("%s: %v", platform, err)
			case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
				t.Errorf("%s: %v, want %s", platform, err, want)
			}
		})
	}
}

func TestCheckWithoutProgram(t *testing.T) {
	module(t, map[string]string{"main.go": "package main\n\nimport _ \"small/nothing\"\n\nfunc main() {}\n"})
	err := newChecker().check(payload.Native(), nil)
	if err == nil || !strings.Contains(err.Error(), "small/nothing") {
		t.Errorf("a package that is not there: %v", err)
	}
}
