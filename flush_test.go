package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFlush(t *testing.T) {
	path := os.Args[0]
	if err := flush(path); err != nil {
		t.Error(err)
	}
	if err := flush(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("no error for a file that is not there")
	}
}
