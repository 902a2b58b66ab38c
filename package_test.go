//go:build e2e

package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPackages makes the packages of a release for this processor, of a commit,
// and looks into each.
func TestPackages(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gm")
	commitCopy(t, dir)
	run := exec.Command("make", "--silent", "packages", "PACKAGES_OF=amd64", "PAYLOADS=linux/amd64", "VERSION=1.2.3")
	run.Dir, run.Env = dir, quietMake()
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("make packages: %v\n%s", err, out)
	}
	dist := func(name string) string { return filepath.Join(dir, "dist", name) }

	t.Run("lintian", func(t *testing.T) {
		for _, name := range []string{"gm_1.2.3_amd64.deb", "gm-mosh_1.2.3_all.deb"} {
			out, err := exec.Command("lintian", "--allow-root", "--info", dist(name)).CombinedOutput()
			if err != nil || regexp.MustCompile(`(?m)^[EW]: `).Match(out) {
				t.Errorf("%s: %v\n%s", name, err, out)
			}
		}
	})
	t.Run("files", func(t *testing.T) {
		gm := `usr/bin/gm usr/bin/gmosh usr/bin/gmssh usr/share/man/man1/gm.1.gz usr/share/man/man5/gm_config.5.gz usr/share/bash-completion/completions/gm
			usr/share/doc/gm/copyright usr/share/doc/gm/changelog.gz`
		mosh := `usr/bin/mosh usr/bin/mosh-client usr/bin/mosh-server usr/share/man/man1/mosh.1.gz
			usr/share/man/man1/mosh-client.1.gz usr/share/man/man1/mosh-server.1.gz
			usr/share/bash-completion/completions/mosh usr/share/doc/gm-mosh/copyright usr/share/doc/gm-mosh/changelog.gz`
		for name, want := range map[string]string{
			"gm_1.2.3_amd64.deb": gm + " usr/share/zsh/vendor-completions/_gm", "gm-1.2.3-1.x86_64.rpm": gm + " usr/share/zsh/site-functions/_gm",
			"gm_1.2.3_x86_64.apk": gm, "gm-1.2.3-1-x86_64.pkg.tar.zst": gm,
			"gm-mosh_1.2.3_all.deb": mosh, "gm-mosh-1.2.3-1.noarch.rpm": mosh,
			"gm-mosh_1.2.3_noarch.apk": mosh, "gm-mosh-1.2.3-1-any.pkg.tar.zst": mosh,
		} {
			files := packageFiles(t, dist(name))
			for file := range strings.FieldsSeq(want) {
				if !slices.Contains(files, file) {
					t.Errorf("%s has no %s", name, file)
				}
			}
		}
	})
	// nfpm runs on this processor, whatever processor its packages are for.
	t.Run("foreign", func(t *testing.T) {
		run := exec.Command("make", "--silent", "package", "GOOS=linux", "GOARCH=arm", "ARM=7", "BINARY="+dist("foreign"), "VERSION=1.2.3")
		run.Dir, run.Env = dir, append(quietMake(), "GOARCH=arm", "GOARM=7")
		if err := os.WriteFile(dist("foreign"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := run.CombinedOutput(); err != nil {
			t.Fatalf("make package: %v\n%s", err, out)
		}
		if about := packageInfo(t, dist("gm_1.2.3_armhf.deb")); !strings.Contains(about, "Architecture: armhf") {
			t.Errorf("the package for ARMv7 is for another processor:\n%s", about)
		}
	})
	// Only who installs gm-mosh has mosh replaced.
	t.Run("relations", func(t *testing.T) {
		for name, test := range map[string]struct{ want, never string }{
			"gm_1.2.3_amd64.deb":              {"Conflicts: graphicsmagick", "Replaces:"},
			"gm-1.2.3-1.x86_64.rpm":           {"conflicts GraphicsMagick", "obsoletes"},
			"gm_1.2.3_x86_64.apk":             {"depend = !graphicsmagick", "replaces"},
			"gm-1.2.3-1-x86_64.pkg.tar.zst":   {"conflict = graphicsmagick", "replaces"},
			"gm-mosh_1.2.3_all.deb":           {"Replaces: mosh", "Breaks:"},
			"gm-mosh-1.2.3-1.noarch.rpm":      {"conflicts mosh", "obsoletes"},
			"gm-mosh_1.2.3_noarch.apk":        {"provides = mosh", "replaces"},
			"gm-mosh-1.2.3-1-any.pkg.tar.zst": {"conflict = mosh", "replaces"},
		} {
			about := packageInfo(t, dist(name))
			if !strings.Contains(about, test.want) || strings.Contains(about, test.never) {
				t.Errorf("%s: want %q and no %q in\n%s", name, test.want, test.never, about)
			}
		}
	})
	// Each program is distributed with the licences of its modules.
	t.Run("licences", func(t *testing.T) {
		root := t.TempDir()
		command(t, "dpkg-deb", "-x", dist("gm_1.2.3_amd64.deb"), root)
		want := read(t, "internal/licenses/THIRD_PARTY_LICENSES")
		if text := read(t, filepath.Join(root, "usr/share/doc/gm/copyright")); !strings.Contains(text, want) {
			t.Error("the package has not all licences")
		}
		for _, program := range [][]string{{filepath.Join(root, "usr/bin/gm"), "help", "licenses"}, {filepath.Join(root, "usr/bin/gm"), "server", "new", "--licenses"}} {
			if out := command(t, program[0], program[1:]...); !strings.Contains(out, want) {
				t.Errorf("%q prints not all licences", program)
			}
		}
	})
	t.Run("install", func(t *testing.T) {
		root := t.TempDir()
		run := exec.Command("make", "--silent", "install", "DESTDIR="+root, "PREFIX=/usr", "VERSION=1.2.3")
		run.Dir, run.Env = dir, quietMake()
		if out, err := run.CombinedOutput(); err != nil {
			t.Fatalf("make install: %v\n%s", err, out)
		}
		for file := range strings.FieldsSeq(`bin/gm bin/gmosh bin/gmssh share/man/man1/gm.1 share/man/man1/gmssh.1 share/man/man5/gm_config.5
			share/bash-completion/completions/gm share/zsh/site-functions/_gm share/fish/vendor_completions.d/gm.fish
			share/doc/gm/LICENSE share/doc/gm/THIRD_PARTY_LICENSES`) {
			if _, err := os.Stat(filepath.Join(root, "usr", file)); err != nil {
				t.Error(err)
			}
		}
		if out := command(t, filepath.Join(root, "usr/bin/gmosh"), "--version"); !strings.HasPrefix(out, "gm ") {
			t.Errorf("gmosh --version prints %q", out)
		}
	})
	t.Run("version", func(t *testing.T) {
		root := t.TempDir()
		command(t, "dpkg-deb", "-x", dist("gm_1.2.3_amd64.deb"), root)
		if out := command(t, filepath.Join(root, "usr/bin/gmosh"), "--version"); !strings.HasPrefix(out, "gm v1.2.3 ") {
			t.Errorf("gmosh --version prints %q", out)
		}
	})
}

// packageFiles returns the paths in a package.
func packageFiles(t *testing.T, file string) (paths []string) {
	t.Helper()
	var list string
	switch {
	case strings.HasSuffix(file, ".deb"):
		list = command(t, "sh", "-ec", `dpkg-deb --fsys-tarfile "$1" | tar -t`, "sh", file)
	case strings.HasSuffix(file, ".rpm"):
		list = command(t, "rpm", "-qpl", file)
	default:
		list = command(t, "sh", "-ec", unpacked(file)+` | tar -t --ignore-zeros`, "sh", file)
	}
	for line := range strings.Lines(list) {
		paths = append(paths, strings.TrimLeft(path.Clean(strings.TrimSpace(line)), "./"))
	}
	return paths
}

// unpacked is the command that prints the tar file in a package of Alpine or Arch.
func unpacked(file string) string {
	if strings.HasSuffix(file, ".zst") {
		return `zstd -dcq "$1"`
	}
	return `gzip -dc "$1"`
}

// packageInfo returns what a package is in relation to others.
func packageInfo(t *testing.T, file string) string {
	t.Helper()
	switch {
	case strings.HasSuffix(file, ".deb"):
		return command(t, "dpkg-deb", "-f", file)
	case strings.HasSuffix(file, ".rpm"):
		return command(t, "rpm", "-qp", "--qf", `[conflicts %{CONFLICTS}\n][obsoletes %{OBSOLETES}\n][provides %{PROVIDES}\n]`, file)
	}
	return command(t, "sh", "-ec", unpacked(file)+` | tar -x --ignore-zeros -O .PKGINFO`, "sh", file)
}

// command returns what a program prints.
func command(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		errors.As(err, &exit)
		t.Fatalf("%s %q: %v\n%s", name, args, err, exit)
	}
	return string(out)
}

// The links of the README that an archive has lead to files that it has too.
func checkReadme(t *testing.T, archive string) {
	t.Helper()
	f, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unpacker, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for r := tar.NewReader(unpacker); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		if name := path.Clean(h.Name); strings.HasSuffix(name, ".md") {
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			text = string(b)
		}
		files[path.Clean(h.Name)] = text
	}
	for _, want := range []string{"gm", "README.md", "LICENSE", "THIRD_PARTY_LICENSES", "man/gm.1", "man/gm_config.5"} {
		if _, ok := files[want]; !ok {
			t.Errorf("the archive has no %s", want)
		}
	}
	for _, m := range regexp.MustCompile(`\]\(([^)#]+)[^)]*\)`).FindAllStringSubmatch(files["README.md"], -1) {
		if _, ok := files[path.Clean(m[1])]; !ok && !strings.Contains(m[1], "://") {
			t.Errorf("the README's link to %s leads nowhere in the archive", m[1])
		}
	}
}
