package main

import (
	_ "embed"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
)

// release is set by release builds: -ldflags "-X main.release=v1.2.3".
var release string

// archived is the version of a tree that git archive made, such as a forge's
// tarball: .gitattributes has it filled in there. In a working tree it still
// holds placeholders.
//
//go:embed version.txt
var archived string

// version returns the release, and the commit and compiler that it was built with.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{GoVersion: "unknown compiler"}
	}
	return versionOf(release, archived, info)
}

// versionOf returns the first of these that is known: the release that was given
// to the linker, the version of the module that go install was asked for, and that
// of a tarball; else it is dev.
func versionOf(release, archived string, info *debug.BuildInfo) string {
	name, hash := parseArchived(archived)
	switch {
	case release != "":
		name = release
	case isTagged(info.Main.Version):
		name = info.Main.Version
	case name == "":
		name = "dev"
	}
	return fmt.Sprintf("%s (%s, %s)", name, commit(info.Settings, hash), info.GoVersion)
}

// isTagged reports whether a version of a module has a tag of its own, such as v1.2.3 or
// v1.2.3-rc.1, unlike (devel) and the pseudo-versions of commits without one.
func isTagged(version string) bool {
	version, isVersion := strings.CutPrefix(version, "v")
	core, stage, isEarly := strings.Cut(version, "-")
	numbers := strings.Split(core, ".")
	if !isVersion || len(numbers) != 3 || slices.ContainsFunc(numbers, func(n string) bool { return n == "" || strings.Trim(n, digits) != "" }) {
		return false
	}
	for _, name := range []string{"alpha", "beta", "rc"} {
		if rest, ok := strings.CutPrefix(stage, name); ok {
			return strings.Trim(rest, digits+".") == ""
		}
	}
	return !isEarly
}

const digits = "0123456789"

// parseArchived returns what git describe and git rev-parse print of the commit
// that a tarball was made of; both are empty if it was none.
func parseArchived(text string) (name, hash string) {
	fields := strings.Fields(text)
	if len(fields) == 0 || strings.Contains(text, "$Format") {
		return "", ""
	}
	if len(fields) > 1 {
		name = fields[1]
	}
	return name, fields[0]
}

// commit returns the commit that the program was built from; hash is that of a
// tarball, used if the compiler recorded none.
func commit(settings []debug.BuildSetting, hash string) string {
	changed := ""
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			hash = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = " with changes"
		}
	}
	if hash == "" {
		return "no commit recorded"
	}
	return "commit " + hash + changed
}
