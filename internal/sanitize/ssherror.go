package sanitize

import "strings"

// SSHError returns the text of an error of the SSH library's as part of a message:
// it can hold bytes of the host's.
func SSHError(err error) string {
	text := err.Error()
	for _, prefix := range []string{"ssh: handshake failed: ", "ssh: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return Line(text)
}
