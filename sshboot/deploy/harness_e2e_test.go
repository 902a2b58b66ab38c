//go:build e2e

package deploy

import (
	"testing"

	"gm/sshboot/payload"
)

// script returns a program for this platform that is a shell script.
func script(t testing.TB, text string) payload.Payload {
	return scriptFor(t, payload.Native(), text)
}
