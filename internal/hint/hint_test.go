package hint

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

func TestAdd(t *testing.T) {
	base := errors.New("no way")
	for name, c := range map[string]struct {
		err  error
		want []string
	}{
		"none":       {base, nil},
		"an empty":   {&Error{Err: base}, nil},
		"one":        {&Error{Err: base, Hint: "a"}, []string{"a"}},
		"in another": {fmt.Errorf("host: %w", &Error{Err: base, Hint: "a", More: []string{"b"}}), []string{"a", "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Of(c.err); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
			more := Add(c.err, "last")
			if got := Of(more); !slices.Equal(got, append(c.want, "last")) || more.Error() != c.err.Error() || !errors.Is(more, base) {
				t.Errorf("with another: %v, %q", more, got)
			}
		})
	}
}

func TestLines(t *testing.T) {
	if got := Lines("text", "a", "b"); got != "text\nhint: a\nhint: b" {
		t.Errorf("%q", got)
	}
	for _, hints := range [][]string{nil, {"a"}} {
		text, advice := Cut(Lines("text", hints...))
		if text != "text" || advice != "" && len(hints) == 0 || len(hints) > 0 && advice != hints[0] {
			t.Errorf("%q: %q, %q", hints, text, advice)
		}
	}
}
