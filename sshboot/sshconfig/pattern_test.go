package sshconfig

import (
	"path"
	"strings"
	"testing"
)

func TestMatchPattern(t *testing.T) {
	for _, c := range []struct {
		s, pattern string
		want       bool
	}{
		{"", "", true}, {"", "*", true}, {"a", "", false}, {"a", "a*", true}, {"abc", "a*c", true},
		{"abc", "a?c", true}, {"ac", "a?c", false}, {"abcbc", "a*bc", true}, {"abcb", "a*bc", false},
		{"a.example.org", "*.example.org", true}, {"example.org", "*.example.org", false},
		{"[h]:2222", "[h]:2222", true}, {"h", "[h]", false}, {"aaa", "***", true},
	} {
		t.Run(c.s, func(t *testing.T) {
			if got := MatchPattern(c.s, c.pattern); got != c.want {
				t.Errorf("MatchPattern(%q, %q) = %v", c.s, c.pattern, got)
			}
		})
	}
}

func TestMatchAny(t *testing.T) {
	for _, c := range []struct {
		patterns string
		want     bool
	}{
		{"host", true}, {"a,host", true}, {"*,!host", false}, {"!host,*", false}, {"!other", false},
		{"!other,*", true}, {"", false}, {"h*,!ho?t", false},
	} {
		t.Run(c.patterns, func(t *testing.T) {
			if got := matchAny(c.patterns, "host"); got != c.want {
				t.Errorf("matchAny(%q, host) = %v", c.patterns, got)
			}
		})
	}
}

// path.Match agrees on patterns that both understand.
func FuzzMatchPattern(f *testing.F) {
	f.Add("a.b.c", "*.?.c")
	f.Add("aaaaaaaaaaaaaaaaaaaaaaaaa", "a*a*a*a*a*b")
	f.Fuzz(func(t *testing.T, s, pattern string) {
		got := MatchPattern(s, pattern)
		if strings.ContainsAny(pattern, `[]\/`) || strings.Contains(s, "/") || !ascii(s+pattern) {
			return
		}
		if want, _ := path.Match(pattern, s); got != want {
			t.Errorf("MatchPattern(%q, %q) = %v", s, pattern, got)
		}
	})
}

func ascii(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0 }
