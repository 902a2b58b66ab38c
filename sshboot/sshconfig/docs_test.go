package sshconfig

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gm/sshboot/sshboottest"
)

// documented returns the words in the first column of the tables, and the quoted words in
// the lists, of a section of ssh_config.md, in lower case.
func documented(t *testing.T, heading string) (names []string) {
	t.Helper()
	_, section, found := strings.Cut(sshboottest.ReadFile(t, "../ssh_config.md"), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("no section %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	for _, m := range regexp.MustCompile("(?m)^\\| ([A-Z]\\w+)(?: \\([A-Za-z ]+\\))? \\||(?:^| )`([A-Z][A-Za-z0-9]+)`[,.]").FindAllStringSubmatch(section, -1) {
		names = append(names, strings.ToLower(m[1]+m[2]))
	}
	return names
}

// The tables of ssh_config.md have the keywords of the program.
func TestDocumentedKeywords(t *testing.T) {
	names := func(table []keyword) (names []string) {
		for _, k := range table {
			names = append(names, k.name)
		}
		return names
	}
	var ofRelatives []string
	for _, r := range variants {
		ofRelatives = append(ofRelatives, strings.Fields(r.keywords)...)
	}
	for heading, want := range map[string][]string{
		"Keywords that take effect":       names(keywords),
		"Keywords of ssh's command line":  names(sessionKeywords),
		"Keywords without meaning here":   strings.Fields(ignoredKeywords),
		"Keywords of OpenSSH's relatives": ofRelatives,
		"Other names":                     slices.Collect(maps.Keys(keywordAliases)),
	} {
		t.Run(heading, func(t *testing.T) {
			got := documented(t, heading)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s:\n%q, the program has\n%q", heading, got, want)
			}
		})
	}
}
