//go:build unix

package login

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
)

// motdLimit bounds a message of the day, in bytes.
const motdLimit = 64 << 10

// Greeting returns the text shown before the output of a login shell: the message of
// the day and the notice, which may be empty. It is empty if the home has a file
// .hushlogin; notice is not called then.
func Greeting(home string, notice func() string) []byte {
	return greeting(home, motdFiles(), notice)
}

func greeting(home string, motds []string, notice func() string) []byte {
	if _, err := os.Lstat(filepath.Join(home, ".hushlogin")); err == nil {
		return nil
	}
	var text []byte
	for _, path := range motds {
		text = append(text, readLimited(path, motdLimit)...)
	}
	text = append(text, notice()...)
	return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
}

func motdFiles() []string {
	dynamic := "/run/motd.dynamic"
	if _, err := os.Stat(dynamic); err != nil {
		dynamic = "/var/run/motd.dynamic"
	}
	return []string{dynamic, "/etc/motd"}
}

func readLimited(path string, limit int64) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	text, _ := io.ReadAll(io.LimitReader(f, limit))
	return text
}
