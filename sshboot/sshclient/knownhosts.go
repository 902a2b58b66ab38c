package sshclient

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"gm/sshboot/sshconfig"
	"gm/sshboot/sshkey"
)

// Markers of a line of known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
const (
	markerNone    = ""
	markerCA      = "cert-authority"
	markerRevoked = "revoked"
)

// knownHost is a line of known_hosts.
type knownHost struct {
	Marker string
	Hosts  []string // patterns, or one hashed name
	Key    ssh.PublicKey
	File   string // or the command that printed it
	Line   int
	// own is set for lines that gm may add to: those of UserKnownHostsFile.
	own bool
}

func (k knownHost) position() string { return fmt.Sprintf("%s:%d", k.File, k.Line) }

// knownHosts holds the lines of known_hosts files, in order.
type knownHosts []knownHost

// maxKnownHosts is the largest size of a file, and of a command's output, in bytes.
const maxKnownHosts = 64 << 20

// ReadKnownHosts returns the lines of the files at paths. A missing file counts as empty.
// As with ssh, so does an unreadable file, whose error is passed to unread.
func ReadKnownHosts(paths []string, unread func(error)) (knownHosts, error) {
	var all knownHosts
	for _, path := range paths {
		text, err := readKnownHostsFile(path)
		if _, ok := errors.AsType[*fs.PathError](err); ok {
			unread(err)
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, parseKnownHosts(text, path)...)
	}
	return all, nil
}

func readKnownHostsFile(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read known hosts: %w", err)
	case len(text) > maxKnownHosts:
		return nil, fmt.Errorf("read known hosts: %s is longer than %d bytes", path, maxKnownHosts)
	}
	return text, nil
}

// parseKnownHosts parses the lines of text. As with ssh, it skips lines that it cannot
// parse, which a newer ssh may have written.
func parseKnownHosts(text []byte, file string) knownHosts {
	var hosts knownHosts
	number := 0
	for line := range bytes.Lines(text) {
		number++
		marker, names, key, _, _, err := ssh.ParseKnownHosts(line)
		if err != nil || marker != markerNone && marker != markerCA && marker != markerRevoked {
			continue
		}
		hosts = append(hosts, knownHost{Marker: marker, Hosts: names, Key: key, File: file, Line: number})
	}
	return hosts
}

func (k knownHosts) matching(host string) knownHosts {
	return slices.Collect(func(yield func(knownHost) bool) {
		for _, entry := range k {
			if entry.matches(host) && !yield(entry) {
				return
			}
		}
	})
}

func (k knownHost) matches(host string) bool {
	if strings.HasPrefix(k.Hosts[0], "|") {
		return matchHashed(host, k.Hosts[0])
	}
	patterns := make([]string, len(k.Hosts))
	for i, pattern := range k.Hosts {
		patterns[i] = strings.ToLower(pattern)
	}
	return sshconfig.MatchPatterns(host, patterns)
}

// matchHashed reports whether hashed is the hash of host by HashKnownHosts:
// |1|base64 of salt|base64 of HMAC-SHA1(salt, name).
func matchHashed(host, hashed string) bool {
	parts := strings.Split(hashed, "|")
	if len(parts) != 4 || parts[1] != "1" {
		return false
	}
	salt, err1 := base64.StdEncoding.DecodeString(parts[2])
	sum, err2 := base64.StdEncoding.DecodeString(parts[3])
	if err1 != nil || err2 != nil {
		return false
	}
	mac := hmac.New(sha1.New, salt)
	mac.Write([]byte(host))
	return hmac.Equal(sum, mac.Sum(nil))
}

func (k knownHosts) find(marker string, key ssh.PublicKey) (knownHost, bool) {
	i := slices.IndexFunc(k, func(entry knownHost) bool { return entry.Marker == marker && sshkey.Same(entry.Key, key) })
	if i < 0 {
		return knownHost{}, false
	}
	return k[i], true
}

func (k knownHosts) marked(marker string) knownHosts {
	return slices.DeleteFunc(slices.Clone(k), func(entry knownHost) bool { return entry.Marker != marker })
}

// hostKeyName returns host and port in the form of known_hosts: in lower case, and as
// [host]:port unless the port is 22.
func hostKeyName(host string, port int) string {
	host = strings.ToLower(host)
	if port == 22 {
		return host
	}
	return fmt.Sprintf("[%s]:%d", host, port)
}

// knownHostsLines returns the line for the key of hosts, or one line for each host if the
// names are hashed. It ends in a newline.
func knownHostsLines(hosts []string, key ssh.PublicKey, hashed bool) string {
	text := string(ssh.MarshalAuthorizedKey(key))
	if !hashed {
		return strings.Join(hosts, ",") + " " + text
	}
	var lines strings.Builder
	for _, host := range hosts {
		lines.WriteString(knownhosts.HashHostname(host) + " " + text)
	}
	return lines.String()
}

// isPattern reports whether known_hosts would not interpret host as a plain name, but as a
// pattern, a list, a marker, a hash or a comment.
func isPattern(host string) bool {
	return host == "" || strings.ContainsAny(host, "*?!, \t\r\n\f\v") || strings.ContainsAny(host[:1], "@#|")
}
