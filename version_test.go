package main

import (
	"runtime/debug"
	"testing"
)

func TestCommit(t *testing.T) {
	settings := []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "true"}}
	if got, want := commit(settings), "commit abc with changes"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := commit(settings[:1]), "commit abc"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := commit(nil), "no commit recorded"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
