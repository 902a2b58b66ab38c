package sshclient

import (
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/sshconfig"
)

// EffectiveAlgorithms maps the keywords of algorithms, in lower case, to those that a login
// with c uses, separated by commas.
func EffectiveAlgorithms(c *sshconfig.Config) map[string]string {
	lists := map[string]string{}
	for _, k := range algorithmKinds {
		lists[strings.ToLower(k.keyword)] = strings.Join(k.choose(c), ",")
	}
	lists["casignaturealgorithms"] = strings.Join(caAlgorithms(c), ",")
	lists["pubkeyacceptedalgorithms"] = strings.Join(acceptedAlgorithms(c), ",")
	return lists
}

// Supported returns the algorithms that gm supports of a kind of ssh -Q, the name of a
// keyword or of a kind. ok reports whether there is such a kind.
func Supported(query string) (names []string, ok bool) {
	signatures := acceptedAlgorithms(sshconfig.New("", sshconfig.Environment{}))
	switch strings.ToLower(query) {
	case "cipher", "ciphers":
		return allOf("cipher"), true
	case "cipher-auth":
		return slices.DeleteFunc(allOf("cipher"), func(name string) bool {
			return !strings.Contains(name, "gcm@") && !strings.Contains(name, "poly1305")
		}), true
	case "mac", "macs":
		return allOf("MAC"), true
	case "kex", "kexalgorithms":
		return allOf("key exchange"), true
	case "key":
		return keyTypes(signatures), true
	case "key-cert":
		return slices.DeleteFunc(keyTypes(signatures), func(name string) bool { return !isCertAlgorithm(name) }), true
	case "key-plain":
		return slices.DeleteFunc(keyTypes(signatures), isCertAlgorithm), true
	case "key-ca-sign", "casignaturealgorithms", "sig":
		return slices.DeleteFunc(slices.Clone(signatures), isCertAlgorithm), true
	case "key-sig", "pubkeyacceptedalgorithms", "pubkeyacceptedkeytypes", "hostkeyalgorithms",
		"hostbasedacceptedalgorithms", "hostbasedkeytypes", "hostbasedacceptedkeytypes":
		return signatures, true
	}
	return nil, false
}

func allOf(what string) []string {
	k, _ := kindOf(what)
	return k.all()
}

// keyTypes returns the types of the keys that make signatures of the given algorithms.
func keyTypes(signatures []string) (types []string) {
	for _, algorithm := range signatures {
		switch algorithm {
		case ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSASHA512:
			algorithm = ssh.KeyAlgoRSA
		case ssh.CertAlgoRSASHA256v01, ssh.CertAlgoRSASHA512v01:
			algorithm = ssh.CertAlgoRSAv01
		}
		if !slices.Contains(types, algorithm) {
			types = append(types, algorithm)
		}
	}
	return types
}
