package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestChangelog holds CHANGELOG.md to the form of Keep a Changelog 1.1.0: what is not
// released yet first, then the versions, the newest first, each with its date and its
// changes by kind.
func TestChangelog(t *testing.T) {
	for _, fault := range changelogFaults(read(t, "CHANGELOG.md")) {
		t.Error(fault)
	}
}

func TestChangelogFaults(t *testing.T) {
	const good = "# Changes\n\n## [Unreleased]\n\n## [1.10.0] - 2027-02-01\n\n### Fixed\n\n- A.\n\n## [1.9.0] - 2027-01-01\n\n### Added\n\n- B.\n"
	if faults := changelogFaults(good); len(faults) > 0 {
		t.Errorf("a good one has %q", faults)
	}
	for name, bad := range map[string]string{
		"no unreleased": strings.Replace(good, "[Unreleased]", "[2.0.0] - 2027-03-01", 1),
		"no date":       strings.Replace(good, " - 2027-02-01", "", 1),
		"order":         strings.Replace(good, "[1.10.0]", "[1.8.0]", 1),
		"kind":          strings.Replace(good, "### Fixed", "### News", 1),
		"empty kind":    strings.Replace(good, "- A.\n", "", 1),
		"no kind":       strings.Replace(good, "### Fixed\n", "", 1),
	} {
		t.Run(name, func(t *testing.T) {
			if faults := changelogFaults(bad); len(faults) == 0 {
				t.Error("nothing was found")
			}
		})
	}
}

var (
	changelogVersion = regexp.MustCompile(`^\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d\d-\d\d)$`)
	changelogKinds   = []string{"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
)

func changelogFaults(text string) (faults []string) {
	sections := strings.Split(text, "\n## ")
	if !strings.HasPrefix(sections[0], "# Changes\n") || len(sections) < 2 || !strings.HasPrefix(sections[1], "[Unreleased]\n") {
		faults = append(faults, "it does not begin with # Changes and ## [Unreleased]")
	}
	newer := ""
	for i, section := range sections[1:] {
		title, body, _ := strings.Cut(section, "\n")
		if i > 0 {
			m := changelogVersion.FindStringSubmatch(title)
			if m == nil {
				faults = append(faults, title+": not [1.2.3] - 2026-12-31")
				continue
			}
			// Padded, versions sort as text.
			sortable := strings.Join([]string{pad(m[1]), pad(m[2]), pad(m[3])}, ".")
			if newer != "" && sortable >= newer {
				faults = append(faults, title+": comes after an older version")
			}
			newer = sortable
		}
		kinds := strings.Split(body, "\n### ")
		if strings.Contains(kinds[0], "\n- ") {
			faults = append(faults, title+": a change of no kind")
		}
		for _, part := range kinds[1:] {
			kind, changes, _ := strings.Cut(part, "\n")
			if !slices.Contains(changelogKinds, kind) || !strings.Contains(changes, "\n- ") {
				faults = append(faults, title+": "+kind+" is no kind of changes, or has none")
			}
		}
	}
	return faults
}

func pad(number string) string { return strings.Repeat("0", max(0, 6-len(number))) + number }
