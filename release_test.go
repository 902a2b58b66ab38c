package main

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestReleaseTargets holds goreleaser's list of platforms against Go's, and
// against what gm promises to run on.
func TestReleaseTargets(t *testing.T) {
	known, err := exec.Command("go", "tool", "dist", "list").Output()
	if err != nil {
		t.Fatal(err)
	}
	config := read(t, "goreleaser.yaml")
	var targets []string
	for _, m := range regexp.MustCompile(`(?m)^      - ([a-z]+)_([a-z0-9]+)`).FindAllStringSubmatch(config, -1) {
		targets = append(targets, m[1]+"/"+m[2])
	}
	for _, target := range targets {
		if !slices.Contains(strings.Fields(string(known)), target) {
			t.Errorf("go knows no %s", target)
		}
	}
	for _, target := range strings.Fields(`linux/amd64 linux/arm64 linux/386 linux/riscv64 linux/ppc64le linux/s390x
		linux/loong64 darwin/amd64 darwin/arm64 freebsd/amd64 openbsd/amd64 netbsd/amd64 dragonfly/amd64
		windows/amd64 windows/arm64 android/arm64`) {
		if !slices.Contains(targets, target) {
			t.Errorf("goreleaser.yaml does not build %s", target)
		}
	}
	for _, variant := range []string{"linux_arm_6", "linux_arm_7"} {
		if !strings.Contains(config, "- "+variant+"\n") {
			t.Errorf("goreleaser.yaml does not build %s", variant)
		}
	}
}

// TestReleaseFlags keeps make archives a copy of what goreleaser does.
func TestReleaseFlags(t *testing.T) {
	config := read(t, "goreleaser.yaml")
	_, line, ok := strings.Cut(read(t, "Makefile"), "\nRELEASE  := ")
	line, _, _ = strings.Cut(line, "\n")
	rest, ldflags, hasLd := strings.Cut(line, ` -ldflags="`)
	if !ok || !hasLd {
		t.Fatalf("the Makefile has no RELEASE: %q", line)
	}
	_, cold, _ := strings.Cut(read(t, "Makefile"), "\nCOLD := ")
	cold, _, _ = strings.Cut(cold, "\n\n")
	var flags strings.Builder
	for p := range strings.FieldsSeq(strings.ReplaceAll(cold, "\\", "")) {
		flags.WriteString(" -gcflags=" + p + "=-l")
	}
	rest = strings.Replace(rest, "$(COLD:%=-gcflags=%=-l)", flags.String(), 1)
	wants := []string{strings.ReplaceAll(strings.TrimSuffix(ldflags, `"`), "$(VERSION)", "{{ .Version }}")}
	for flag := range strings.FieldsSeq(rest) {
		wants = append(wants, strings.TrimPrefix(flag, "-tags="))
	}
	for _, want := range wants {
		if !strings.Contains(config, "      - "+want+"\n") {
			t.Errorf("goreleaser.yaml does not build with %s", want)
		}
	}
	_, docs, _ := strings.Cut(read(t, "Makefile"), "\nDOCS := ")
	docs, _, _ = strings.Cut(docs, "\n\n")
	docs = strings.NewReplacer("\\", "", "$(wildcard", "", ")", "").Replace(docs)
	for file := range strings.FieldsSeq("README.md LICENSE release/gm.1 release/gm_config.5 release/gm.bash release/_gm release/gm.fish " + docs) {
		if !strings.Contains(config, "src: "+file) {
			t.Errorf("goreleaser.yaml leaves %s out", file)
		}
	}
}

// commitCopy makes dir a repository with one commit, of this tree as it is now;
// its hash depends on the tree alone.
func commitCopy(t *testing.T, dir string) {
	t.Helper()
	script := `git -c safe.directory='*' ls-files -z --cached --others --exclude-standard --deduplicate |
		xargs -0 sh -c 'for f; do if [ -e "$f" ]; then cp --parents "$f" "$0"; fi; done' "$1"
		cd "$1" && git init -q && git add -A && git -c user.name=gm -c user.email=gm@example.org commit -q -m gm`
	cmd := exec.Command("sh", "-ec", script, "sh", dir)
	const date = "2026-01-01T00:00:00Z"
	cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE="+date, "GIT_COMMITTER_DATE="+date)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("copy the tree: %v\n%s", err, out)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
