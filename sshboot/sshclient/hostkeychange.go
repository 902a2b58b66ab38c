package sshclient

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshkey"
)

// hostKeyChange is how known_hosts differs from what a host has.
type hostKeyChange struct {
	learned  []ssh.PublicKey
	obsolete knownHosts
}

// maxNames is how many names a line of known_hosts may have that gm takes for one of
// ssh's own making: a name and an address.
const maxNames = 2

// compare returns what is to be changed in the user's known hosts if the host has
// the offered keys. That is nothing if, as ssh decides it, somebody keeps these
// lines by hand: if one about the host is marked, has a pattern or many names, or
// if one of the keys is also known by the name of another host.
func (h *hostKeys) compare(known knownHosts, offered []ssh.PublicKey) (change hostKeyChange) {
	about, others := h.split(known)
	if slices.ContainsFunc(about, knownHost.keptByHand) || slices.ContainsFunc(h.names(), isPattern) {
		return hostKeyChange{}
	}
	for _, key := range offered {
		if _, elsewhere := others.find(markerNone, key); elsewhere {
			return hostKeyChange{}
		}
		if _, isKnown := about.find(markerNone, key); !isKnown && h.checkRevoked(key) == nil && !tooShort(h.config, key) {
			change.learned = append(change.learned, key)
		}
	}
	for _, entry := range about {
		if slices.ContainsFunc(offered, func(key ssh.PublicKey) bool { return sshkey.Same(key, entry.Key) }) {
			continue
		}
		if _, elsewhere := others.find(markerNone, entry.Key); elsewhere {
			return hostKeyChange{}
		}
		change.obsolete = append(change.obsolete, entry)
	}
	return change
}

// names are the names of the host that a line about it may have.
func (h *hostKeys) names() []string {
	if h.address == "" {
		return []string{h.name}
	}
	return []string{h.name, h.address}
}

// split separates the lines about the host from those about others.
func (h *hostKeys) split(known knownHosts) (about, others knownHosts) {
	for _, entry := range known {
		if slices.ContainsFunc(h.names(), entry.matches) {
			about = append(about, entry)
		} else {
			others = append(others, entry)
		}
	}
	return about, others
}

// keptByHand reports whether the line is one that no ssh has written.
func (k knownHost) keptByHand() bool {
	return k.Marker != markerNone || len(k.Hosts) > maxNames || strings.ContainsAny(strings.Join(k.Hosts, ""), "*?")
}

// files returns the files with obsolete lines, each as often as it has one.
func (c hostKeyChange) files() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, entry := range c.obsolete {
			if !yield(entry.File) {
				return
			}
		}
	}
}

func (c hostKeyChange) question(host string) string {
	return fmt.Sprintf("The host %s has changed its keys, as one that is known proves: %d to be learned, %d to be forgotten. Accept?",
		host, len(c.learned), len(c.obsolete))
}

// readOffered reads the keys that a host says it has: plain ones, of the kinds
// that HostKeyAlgorithms allows.
func (h *hostKeys) readOffered(payload []byte) ([]ssh.PublicKey, error) {
	if len(payload) > maxHostKeysBytes {
		return nil, errors.New("the host offers too many")
	}
	blobs, err := readStrings(payload)
	if err != nil {
		return nil, err
	}
	allowed := h.algorithms()
	var keys []ssh.PublicKey
	for _, blob := range blobs {
		key, err := ssh.ParsePublicKey(blob)
		if err != nil {
			continue
		}
		if slices.ContainsFunc(allowed, func(algorithm string) bool {
			return !isCertAlgorithm(algorithm) && hostKeyType(algorithm) == key.Type()
		}) {
			keys = append(keys, key)
		}
	}
	return keys, nil
}
