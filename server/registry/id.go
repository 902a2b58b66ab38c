//go:build unix

package registry

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"regexp"
	"strconv"
)

// id is the parsed ID of a session, which is also the name of its socket:
// PID-HASH-RANDOM, the latter two in 8 hexadecimal digits each. Sessions with other names
// have the same hash by chance only.
type id struct {
	text string
	pid  int    // of the session's server
	hash string // nameHash of the session's name
}

var idPattern = regexp.MustCompile(`^([1-9][0-9]{0,9})-([0-9a-f]{8})-[0-9a-f]{8}$`)

func newID(pid int, name string) id {
	hash := nameHash(name)
	return id{fmt.Sprintf("%d-%s-%s", pid, hash, randomDigits()), pid, hash}
}

// parseID parses the name of a file, and reports whether it is an ID.
func parseID(file string) (parsed id, ok bool) {
	m := idPattern.FindStringSubmatch(file)
	if m == nil {
		return id{}, false
	}
	pid, err := strconv.Atoi(m[1])
	return id{m[0], pid, m[2]}, err == nil
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
