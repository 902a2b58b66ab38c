package shellquote

import (
	"slices"
	"testing"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		line string
		want []string
	}{
		{"", nil},
		{"  ssh   -p\t22\n", []string{"ssh", "-p", "22"}},
		{`a 'b c' "d e"`, []string{"a", "b c", "d e"}},
		{`a'b'"c"d`, []string{"abcd"}},
		{`'' ""`, []string{"", ""}},
		{`a\ b \\`, []string{"a b", `\`}},
		{"\"\\$ \\` \\\" \\\\ \\x\"", []string{"$ ` \" \\ \\x"}},
		{`'\'`, []string{`\`}},
		{`"it's" 'a "b"'`, []string{"it's", `a "b"`}},
		{`é\漢`, []string{"é漢"}},
	}
	for _, test := range tests {
		t.Run(test.line, func(t *testing.T) {
			got, err := Split(test.line)
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("got %q, %v; want %q", got, err, test.want)
			}
		})
	}
	for _, open := range []string{`'`, `"a`, `a\`, `"\"`} {
		t.Run(open, func(t *testing.T) {
			if got, err := Split(open); err == nil {
				t.Errorf("got %q, want an error", got)
			}
		})
	}
}
