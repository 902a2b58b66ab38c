package main

import (
	_ "embed"
	"fmt"
	"regexp"
	"runtime/debug"
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
	case tagged.MatchString(info.Main.Version):
		name = info.Main.Version
	case name == "":
		name = "dev"
	}
	return fmt.Sprintf("%s (%s, %s)", name, commit(info.Settings, hash), info.GoVersion)
}

// tagged matches the versions of a module that have a tag of their own, unlike
// (devel) and the pseudo-versions of commits without one.
var tagged = regexp.MustCompile(`^v\d+\.\d+\.\d+(-(alpha|beta|rc)[.\d]*)?$`)

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
