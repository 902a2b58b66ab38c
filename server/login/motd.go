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

// motdLimit is how much of a message of the day is shown.
const motdLimit = 64 << 10

// Greeting is what a login shell's user reads first: the message of the day and
// a note about their other sessions that are detached. A file ~/.hushlogin
// asks for silence.
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

// motdFiles are where messages of the day are: what the system makes at each
// login, and what its administrator wrote.
func motdFiles() []string {
	dynamic := "/run/motd.dynamic"
	if _, err := os.Stat(dynamic); err != nil {
		dynamic = "/var/run/motd.dynamic"
	}
	return []string{dynamic, "/etc/motd"}
}

// readLimited gives the first limit bytes of a file; nothing if there is none.
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
