//go:build unix

package server

import (
	"slices"
	"strings"
	"testing"
)

func TestLocale(t *testing.T) {
	tests := []struct{ name, env, client, want string }{
		{"utf-8 already", "LANG=de_DE.UTF-8", "LANG=fr_FR.UTF-8", "LANG=de_DE.UTF-8"},
		{"LC_ALL first", "LC_ALL=C.utf8 LC_CTYPE=C", "", "LC_ALL=C.utf8 LC_CTYPE=C"},
		{"modifier", "LANG=ca_ES.UTF-8@valencia", "", "LANG=ca_ES.UTF-8@valencia"},
		{"charset alone", "LC_CTYPE=UTF-8", "", "LC_CTYPE=UTF-8"},
		{"the client's helps", "LANG=C", "LANG=de_DE.UTF-8 LC_TIME=C", "LANG=de_DE.UTF-8 LC_TIME=C"},
		{"the client's does not help", "LANG=C", "LANG=de_DE", "LANG=de_DE LC_CTYPE=C.UTF-8"},
		{"nothing set", "", "", "LC_CTYPE=C.UTF-8"},
		{"empty is not set", "LC_ALL= LANG=en_US.UTF-8", "", "LC_ALL= LANG=en_US.UTF-8"},
		{"LC_ALL in the way", "LC_ALL=C LC_TIME=de_DE", "", "LANG=C LC_CTYPE=C.UTF-8"},
		{"words that set nothing", "LANG=C", "LANG =UTF-8", "LANG=C LC_CTYPE=C.UTF-8"},
	}
	for _, test := range tests {
		client := strings.Fields(test.client)
		got := withUTF8(strings.Fields(test.env), client)
		if want := strings.Fields(test.want); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", test.name, got, want)
		}
		if !isUTF8(got) {
			t.Errorf("%s: %q is not UTF-8", test.name, got)
		}
	}
}
