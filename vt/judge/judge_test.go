package judge

import (
	"strings"
	"testing"
)

func TestXTerm(t *testing.T) {
	x := Start(t, 20, 4)
	x.Write([]byte("one\r\n\x1b[31mtwo\x1b[m世\x1b[6n\x1b[5;"))
	p := x.Look()
	if got := lines(p); len(got) != 4 || !strings.HasPrefix(got[0], "one") || !strings.Contains(got[1], "31mtwo") || p.Cursor != "2;6" {
		t.Errorf("%q %s", got, p.Cursor)
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

func lines(p Page) []string {
	return strings.Split(strings.TrimSuffix(string(p.Text), "\r\n"), "\r\n")
}
