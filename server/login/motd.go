//go:build unix

package login

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// motdLimit bounds a message of the day, in bytes.
const motdLimit = 64 << 10

// Greeting returns the text shown before the output of a login shell: the message of
// the day and a notice of the user's detached sessions. It is empty if the home has a
// file .hushlogin.
func Greeting(home string, sessions Registry) []byte {
	return greeting(home, motdFiles(), sessions.Detached())
}

func greeting(home string, motds []string, detached []int) []byte {
	if _, err := os.Lstat(filepath.Join(home, ".hushlogin")); err == nil {
		return nil
	}
	var text []byte
	for _, path := range motds {
		text = append(text, readLimited(path, motdLimit)...)
	}
	text = append(text, detachedNote(detached)...)
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

func detachedNote(pids []int) string {
	var names []string
	for _, pid := range pids {
		names = append(names, fmt.Sprintf("gm [%d]", pid))
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return "\ngm: You have a detached session on this server (" + names[0] + ").\n\n"
	}
	return fmt.Sprintf("\ngm: You have %d detached sessions on this server:\n  - %s\n\n",
		len(names), strings.Join(names, "\n  - "))
}
