//go:build e2e

package e2e

import (
	"slices"
	"testing"

	"gm/e2e/harness"
	"gm/sshboot/sshboottest"
)

// TestUTF8WithoutLocale logs in where neither side, or only the wrong one, has
// a locale of UTF-8, and works in UTF-8 there. A locale that is there stays. (No
// configuration, as Debian has ssh send the locale.)
func TestUTF8WithoutLocale(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		host, user []string
		want       string // LANG, LC_CTYPE and LC_ALL there, and the character set
	}{
		"none":         {nil, nil, "LANG= LC_CTYPE=C.UTF-8 LC_ALL= UTF-8"},
		"C":            {[]string{"LANG=C"}, []string{"LANG=C"}, "LANG=C LC_CTYPE=C.UTF-8 LC_ALL= UTF-8"},
		"POSIX by all": {[]string{"LC_ALL=POSIX"}, nil, "LANG=POSIX LC_CTYPE=C.UTF-8 LC_ALL= UTF-8"},
		"the user's":   {nil, []string{"LANG=C.UTF-8"}, "LANG=C.UTF-8 LC_CTYPE= LC_ALL= UTF-8"},
		"the host's":   {[]string{"LANG=C.UTF-8"}, []string{"LANG=C", "LC_ALL=C"}, "LANG=C.UTF-8 LC_CTYPE= LC_ALL= UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, sshboottest.Config{Env: c.host})
			env := slices.Concat([]string{"LANG=", "HOME=" + h.home}, c.user)
			x := h.gm(plain, env, append([]string{"-F", "none", h.Destination(), "--"}, harness.Shell()...)...)
			x.ExpectLine("$")
			x.Line(`clear; echo "LANG=$LANG LC_CTYPE=$LC_CTYPE LC_ALL=$LC_ALL $(locale charmap)"`)
			x.ExpectLine(c.want)
			x.Line("x=é中; echo ${#x}")
			x.ExpectLine("2")
			x.Line("exit")
			h.expectClean(x)
		})
	}
}
