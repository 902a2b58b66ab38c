package harness

import (
	"strings"
	"testing"
)

func TestFrame(t *testing.T) {
	if got := Frame(Screen{"a", "", "b", "", ""}); strings.Count(got, "\n") != 4 {
		t.Errorf("%q", got)
	}
}
