//go:build unix

package registry

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
)

// id is the parsed ID of a session, which is also the name of its socket:
// PID-HASH-RANDOM, the latter two in 8 hexadecimal digits each. Sessions with other names
// have the same hash by chance only.
type id struct {
	text string
	pid  int    // of the session's server
	hash string // nameHash of the session's name
}

func newID(pid int, name string) id {
	hash := nameHash(name)
	return id{fmt.Sprintf("%d-%s-%s", pid, hash, randomDigits()), pid, hash}
}

// parseID parses the name of a file, and reports whether it is an ID.
func parseID(file string) (parsed id, ok bool) {
	parts := strings.Split(file, "-")
	if len(parts) != 3 || !isHash(parts[1]) || !isHash(parts[2]) {
		return id{}, false
	}
	pid, err := strconv.ParseUint(parts[0], 10, 31)
	return id{file, int(pid), parts[1]}, err == nil && strconv.FormatUint(pid, 10) == parts[0] && pid > 0
}

func isHash(text string) bool {
	return len(text) == 8 && !strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune("0123456789abcdef", r) })
}

func nameHash(name string) string {
	sum := sha256.Sum256([]byte(name))
	return fmt.Sprintf("%x", sum[:4])
}

func randomDigits() string {
	var b [4]byte
	rand.Read(b[:]) // never fails (package crypto/rand)
	return fmt.Sprintf("%x", b)
}

// newPrefix begins the names of sockets that do not listen yet.
const newPrefix = ".new-"
