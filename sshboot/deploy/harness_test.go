package deploy

import (
	"context"
	"io"
	"strings"
	"testing"

	"gm/sshboot/payload"
)

func scriptFor(t testing.TB, platform payload.Platform, text string) payload.Payload {
	t.Helper()
	p, err := payload.New(platform, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil })
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// having returns binaries of these programs. It cannot compile others.
func having(set ...payload.Payload) Binaries {
	return Binaries{
		Set: func() (payload.Set, error) { return set, nil },
		Compile: func(context.Context, payload.Platform, func(string)) (payload.Payload, bool) {
			return payload.Payload{}, false
		},
		IsSelf:  func(payload.Payload) bool { return false },
		Cache:   "/cache/gm",
		Refused: func(payload.Platform) error { return nil },
	}
}
