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

// hostKeyChange is the difference between known_hosts and the keys of a host.
type hostKeyChange struct {
	learned  []ssh.PublicKey
	obsolete knownHosts
}

// maxNames is the largest number of names in a line of known_hosts written by ssh: a name
// and an address. Lines with more are maintained by hand.
const maxNames = 2

// compare returns the change of the user's known hosts for a host with the offered keys.
// As with ssh, there is none if the lines are maintained by hand: if a line about the
// host has a marker, a pattern or many names, or if one of the keys is also known for
// another host.
func (h *hostKeys) compare(known knownHosts, offered []ssh.PublicKey) (change hostKeyChange) {
	about, others := h.split(known)
	if slices.ContainsFunc(about, knownHost.keptByHand) || slices.ContainsFunc(h.names(), isPattern) {
		return hostKeyChange{}
	}
	for _, key := range offered {
		if _, elsewhere := others.find(markerNone, key); elsewhere {
			return hostKeyChange{}
		}
		if _, isKnown := about.find(markerNone, key); !isKnown && h.checkRevoked(key) == nil && !rsaTooShort(h.config, key) {
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

func (h *hostKeys) names() []string {
	if h.address == "" {
		return []string{h.name}
	}
	return []string{h.name, h.address}
}

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

// keptByHand reports whether ssh cannot have written the line.
func (k knownHost) keptByHand() bool {
	return k.Marker != markerNone || len(k.Hosts) > maxNames || strings.ContainsAny(strings.Join(k.Hosts, ""), "*?")
}

// files returns the files of the obsolete lines, with repetitions.
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

// readOffered parses the keys that a host offers and returns the plain ones that
// HostKeyAlgorithms allows.
func (h *hostKeys) readOffered(payload []byte) ([]ssh.PublicKey, error) {
	if len(payload) > maxHostKeysBytes {
		return nil, errors.New("the host offers too many keys")
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
