package jsontext

import (
	"encoding/json"
	"testing"
)

func TestQuote(t *testing.T) {
	for name, text := range map[string]string{
		"quotes":             `"a" \ 'b' </script>`,
		"controls":           "\x00\x1b[m\n\r\t\x7f",
		"other scripts":      "für \u2028 日本 \U0001f600",
		"bytes not in UTF-8": "a\xffb",
	} {
		t.Run(name, func(t *testing.T) {
			var got string
			if err := json.Unmarshal([]byte(Quote(text)), &got); err != nil || got != string([]rune(text)) {
				t.Errorf("%s: %v, parsed as %q, want %q", Quote(text), err, got, text)
			}
		})
	}
}
