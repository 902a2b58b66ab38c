package wire

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSessionName is the length of the longest name of a session, in bytes.
const maxSessionName = 64

// CheckSessionName returns an error if name cannot be that of a session: 1 to 64 bytes
// of UTF-8, of letters, digits and the characters - _ . + @ : which do not begin with
// "-". The error quotes the name.
func CheckSessionName(name string) error {
	switch {
	case name == "":
		return fmt.Errorf("the name of a session is empty")
	case len(name) > maxSessionName:
		return fmt.Errorf("the name %.80q of a session is longer than %d bytes", name, maxSessionName)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, invalidInName):
		return fmt.Errorf("the name %q of a session has a character other than - _ . + @ : and letters and digits", name)
	case name[0] == '-':
		return fmt.Errorf("the name %q of a session begins with -", name)
	}
	return nil
}

func invalidInName(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.M, unicode.Nd) && !strings.ContainsRune("-_.+@:", r)
}

// IsSessionNumber reports whether name is one that the server gave to a session begun
// without a name: a decimal number without leading zeros.
func IsSessionNumber(name string) bool {
	if name == "" || name[0] == '0' {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool { return r < '0' || r > '9' })
}

// MaxSessionID is the length of the longest ID of a session, in bytes.
const MaxSessionID = 64

// ValidSessionID reports whether id can be that of a session: 1 to MaxSessionID of the
// characters a-z, 0-9 and "-".
func ValidSessionID(id string) bool {
	return id != "" && len(id) <= MaxSessionID && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
