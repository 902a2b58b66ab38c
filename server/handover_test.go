//go:build unix

package server

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"gm/wire/datagram"
)

func TestAwaitReady(t *testing.T) {
	for _, test := range []struct {
		reply string
		want  readiness
		err   string
	}{
		{readiness{listed: true, id: "17-a-b"}.String(), readiness{listed: true, id: "17-a-b"}, ""},
		{readiness{}.String(), readiness{}, ""},
		{"ready", readiness{}, "ready"},
		{readiness{warnings: []string{"one", "two"}}.String(), readiness{warnings: []string{"one", "two"}}, ""},
		{"", readiness{}, "the detached server died"},
		{"no terminal", readiness{}, "no terminal"},
		{"ready or not", readiness{}, "ready or not"},
	} {
		t.Run(test.reply, func(t *testing.T) {
			got, err := awaitReady(strings.NewReader(test.reply))
			if errorText(err) != test.err || got.listed != test.want.listed || got.id != test.want.id || !slices.Equal(got.warnings, test.want.warnings) {
				t.Errorf("got %+v, error %q", got, errorText(err))
			}
		})
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestAwaitReadyFails(t *testing.T) {
	if _, err := awaitReady(brokenReader{}); errorText(err) != "broken pipe" {
		t.Errorf("error %v", err)
	}
}

// The name of the session follows the key in the pipe.
func TestKeyPipe(t *testing.T) {
	key := datagram.Key{1, 2, 3}
	for name, want := range map[string]string{
		"work": "", "": "the name of a session is empty", "a b": "the name \"a b\" of a session has a character",
	} {
		t.Run(name, func(t *testing.T) {
			pipe, err := keyPipe(&key, name)
			if err != nil {
				t.Fatal(err)
			}
			defer pipe.Close()
			var h handover
			if err := h.readKey(pipe); !strings.HasPrefix(errorText(err), want) || (want == "") != (err == nil) {
				t.Errorf("error %v", err)
			}
			if h.key != key || h.name != name {
				t.Errorf("got %v and %q", h.key[:3], h.name)
			}
		})
	}
}

func TestKeyPipeWithoutKey(t *testing.T) {
	var h handover
	if err := h.readKey(io.LimitReader(strings.NewReader("short"), 5)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v", err)
	}
}
