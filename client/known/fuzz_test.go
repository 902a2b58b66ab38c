package known

import (
	"testing"
)

// FuzzParse expects that an accepted text is written in a form that is read again.
func FuzzParse(f *testing.F) {
	f.Add(string(Note{"me@box", "work", noon, noon}.text()))
	f.Add(header + "\nhost \x1b\nname a b\nbegun x\n")
	f.Fuzz(func(t *testing.T, text string) {
		n, err := parse([]byte(text))
		if err != nil {
			return
		}
		again, err := parse(n.text())
		if err != nil || again.Host != n.Host || again.Name != n.Name || again.Begun.Unix() != n.Begun.Unix() || again.Seen.Unix() != n.Seen.Unix() {
			t.Errorf("%q: %+v, again %+v, %v", text, n, again, err)
		}
	})
}
