package corpus

import (
	"bytes"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for _, kind := range Kinds() {
		const size = 10_000
		text := Text(kind, size)
		if len(text) < size || len(text) > size+2000 || !utf8.Valid(text) {
			t.Errorf("%s: %d bytes", kind, len(text))
		}
		if !bytes.HasPrefix(Text(kind, 2*size), text) {
			t.Errorf("%s: another text each time", kind)
		}
	}
}

func TestFromTTY(t *testing.T) {
	if got := FromTTY([]byte("a\nb\n\n")); string(got) != "a\r\nb\r\n\r\n" {
		t.Errorf("%q", got)
	}
}
