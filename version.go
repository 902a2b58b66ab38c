package main

import (
	"fmt"
	"runtime/debug"
)

// release is set by release builds: -ldflags "-X main.release=v1.2.3".
var release = "dev"

// version is the release, and the commit and compiler that it was built with.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return release
	}
	return fmt.Sprintf("%s (%s, %s)", release, commit(info.Settings), info.GoVersion)
}

func commit(settings []debug.BuildSetting) string {
	revision, changed := "no commit recorded", ""
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			revision = "commit " + s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = " with changes"
		}
	}
	return revision + changed
}
