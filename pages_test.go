package main

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeLinksEveryPage keeps each page of doc within reach of a reader.
func TestReadmeLinksEveryPage(t *testing.T) {
	pages, err := filepath.Glob("doc/*.md")
	if err != nil || len(pages) < 8 {
		t.Fatalf("doc has %d pages, %v", len(pages), err)
	}
	readme := read(t, "README.md")
	for _, page := range pages {
		if !strings.Contains(readme, "]("+filepath.ToSlash(page)+")") {
			t.Errorf("README.md has no link to %s", page)
		}
	}
}

// TestPageLinks follows the relative links of all pages.
func TestPageLinks(t *testing.T) {
	pages, _ := filepath.Glob("doc/*.md")
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	for _, page := range append(pages, "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "RELEASING.md", "CODE_OF_CONDUCT.md", "sshboot/ssh_config.md") {
		for _, m := range link.FindAllStringSubmatch(read(t, page), -1) {
			if _, err := os.Stat(path.Join(path.Dir(filepath.ToSlash(page)), m[1])); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", page, m[1])
			}
		}
	}
}

// TestManualNamesPages checks that the topics of the manual that have a longer page
// name it.
func TestManualNamesPages(t *testing.T) {
	for topic, page := range map[string]string{
		"deploy": "doc/deploy.md", "prediction": "doc/prediction.md", "udp": "doc/firewall.md", "sessions": "doc/sessions.md",
		"scrollback": "doc/scrollback.md", "forwarding": "doc/forwarding.md", "config": "doc/configuration.md", "link": "doc/bad-networks.md",
		"accessibility": "doc/accessibility.md",
	} {
		text := read(t, "client/manual/text/"+topic+".txt")
		if _, err := os.Stat(page); err != nil || !strings.Contains(text, page) {
			t.Errorf("gm help %s does not name %s (%v)", topic, page, err)
		}
	}
}

// TestPagesNameFiles checks that the files and folders that the pages for developers
// name exist. A file without a folder is in the last folder named before it.
func TestPagesNameFiles(t *testing.T) {
	name := regexp.MustCompile("`([a-z0-9_/.]+(?:/|\\.go|\\.yaml|\\.md))`|\\b((?:[a-z0-9]+/)+[a-z0-9_]+\\.go)\\b")
	for _, page := range []string{"CONTRIBUTING.md", "SECURITY.md", "RELEASING.md", "doc/development.md", "doc/protocol.md"} {
		folder := ""
		for _, m := range name.FindAllStringSubmatch(read(t, page), -1) {
			file := m[1] + m[2]
			if strings.HasSuffix(file, "/") {
				folder = file
			}
			if _, err := os.Stat(file); err == nil {
				continue
			}
			if _, err := os.Stat(path.Join(folder, file)); err != nil {
				t.Errorf("%s names %s, which does not exist", page, file)
			}
		}
	}
}

// TestCodeBlocks checks that the blocks of pages for users are fenced, and marked sh, console
// or text: TestPagesAsANewcomer (e2e) types the commands of the first two.
func TestCodeBlocks(t *testing.T) {
	pages, _ := filepath.Glob("doc/*.md")
	for _, page := range append(pages, "README.md", "RELEASING.md", "SECURITY.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md", "sshboot/ssh_config.md") {
		if page := filepath.ToSlash(page); page == "doc/development.md" || page == "doc/protocol.md" {
			continue // not for users
		}
		fenced, blank := false, true
		for i, line := range strings.Split(read(t, page), "\n") {
			word, fence := strings.CutPrefix(line, "```")
			switch {
			case fence && !fenced && word != "sh" && word != "console" && word != "text":
				t.Errorf("%s:%d: a block marked %q", page, i+1, word)
			case !fenced && blank && strings.HasPrefix(line, "    "):
				t.Errorf("%s:%d: a block without a mark", page, i+1)
			}
			fenced, blank = fenced != fence, line == ""
		}
	}
}
