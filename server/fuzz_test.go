//go:build unix

package server

import (
	"strings"
	"testing"
)

// FuzzOptions reads command lines, a word a line.
func FuzzOptions(f *testing.F) {
	for _, s := range []string{
		"new\n-s\n-c\n256\n-l\nLANG=C\n-p\n60001:60010\n--\nsh", "new\n-sv\n-c256", "1.2.3.4\n60001", "new\n-@\ngm=screen,appearance", "-h", "new\n-p", "new\n-i\n::1\nword",
	} {
		f.Add(s, "1.2.3.4 5 6.7.8.9 22")
	}
	f.Fuzz(func(t *testing.T, line, connection string) {
		o, err := parseOptions(strings.Split(line, "\n"), func(string) string { return connection })
		if err == nil && o.ports.Low > o.ports.High {
			t.Errorf("%q has the ports %v", line, o.ports)
		}
		if len(o.warnings) > len(line)+1 {
			t.Errorf("%d warnings for %d bytes", len(o.warnings), len(line))
		}
		dialectFor(o.extensions)
		withUTF8([]string{"LANG=C", line}, o.locale)
	})
}
