// Package known keeps notes of the sessions on other hosts that were entered from this
// machine and are not known to have ended. A note has the host, the session's name and
// times, and no key.
package known

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gm/wire"
)

// Note is a session on another host.
type Note struct {
	Host  string // as the user typed it
	Name  string
	Begun time.Time // when it was first entered from here
	Seen  time.Time // when it was last known to run
}

const (
	// maxHost is the length of the longest host in a note, in bytes.
	maxHost = 1024
	// maxNoteSize bounds the file of a note, in bytes.
	maxNoteSize = 4096
	// header is the first line of a file. Another number is another format.
	header = "gm session 1"
)

func (n Note) check() error {
	invalid := func(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }
	if n.Host == "" || len(n.Host) > maxHost || strings.ContainsFunc(n.Host, invalid) {
		return fmt.Errorf("%.80q is not a host", n.Host)
	}
	return wire.CheckSessionName(n.Name)
}

func (n Note) text() []byte {
	return fmt.Appendf(nil, "%s\nhost %s\nname %s\nbegun %s\nseen %s\n", header, n.Host, n.Name,
		n.Begun.UTC().Format(time.RFC3339), n.Seen.UTC().Format(time.RFC3339))
}

// parse parses the text of a note. Lines with an unknown first word are skipped.
func parse(text []byte) (n Note, err error) {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	if string(first) != header {
		return Note{}, errors.New("not a note of this version")
	}
	for line := range strings.Lines(string(rest)) {
		word, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch word {
		case "host":
			n.Host = value
		case "name":
			n.Name = value
		case "begun":
			n.Begun, err = time.Parse(time.RFC3339, value)
		case "seen":
			n.Seen, err = time.Parse(time.RFC3339, value)
		}
		if err != nil {
			return Note{}, err
		}
	}
	return n, n.check()
}
