package sshboot

import (
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/internal/sanitize"
)

// algorithmKeywords are the keywords of ssh_config by what is negotiated.
var algorithmKeywords = []struct{ what, keyword string }{
	{"key exchange", "KexAlgorithms"}, {"host key", "HostKeyAlgorithms"}, {"cipher", "Ciphers"}, {"MAC", "MACs"},
}

// negotiationError tells what the two sides have not in common.
func negotiationError(host string, err *ssh.AlgorithmNegotiationError) *Error {
	offered := strings.Join(err.RequestedAlgorithms, ",")
	hint := "the host offers " + sanitize.Line(offered)
	for _, k := range algorithmKeywords {
		if strings.Contains(err.What, k.what) {
			hint += fmt.Sprintf("; %s can allow more, with a + before the name", k.keyword)
		}
	}
	return &Error{Err: fmt.Errorf("log in to %s: no %s algorithm in common", host, err.What), Hint: hint}
}
