//go:build e2e

package oracle

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestXTerm(t *testing.T) {
	x := Start(t, 20, 4)
	x.Write([]byte("one\r\n\x1b[31mtwo\x1b[m世\x1b[6n\x1b[5;"))
	p := x.Look()
	if got := lines(p); !slices.Equal(got, []string{"one", "two世", "", ""}) || !strings.Contains(string(p.Text), "31mo") || p.Cursor != "2;6" {
		t.Errorf("%q %s", p.Text, p.Cursor)
	}
	x.Resize(30, 6)
	x.Write([]byte("\x1b[6;28Hend"))
	if got, p := lines(x.Look()), x.Look(); len(got) != 6 || !strings.HasSuffix(got[5], "end") || p.Cursor != "6;30" {
		t.Errorf("after the resize: %q %s", got, p.Cursor)
	}
	x.Reset()
	if p := x.Look(); strings.TrimSpace(string(p.Text)) != "" || p.Cursor != "1;1" {
		t.Errorf("after the reset: %q %s", p.Text, p.Cursor)
	}
}

func TestLookAt(t *testing.T) {
	x := Start(t, 20, 4)
	for i := range 100 {
		p := x.LookAt(fmt.Appendf(nil, "\x1b[6n%d\r\n\x1b]4;20;?\a", i))
		if got := lines(p); got[0] != fmt.Sprint(i) || p.Cursor != "2;1" {
			t.Fatalf("%d: %q %s", i, got, p.Cursor)
		}
	}
}

var sequence = regexp.MustCompile("\x1b(#5|\\[[0-9;]*m)")

func lines(p Page) []string {
	text := sequence.ReplaceAllString(string(p.Text), "")
	return strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n")
}
