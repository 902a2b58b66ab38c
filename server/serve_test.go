//go:build unix

package server

import "testing"

func TestUserRegistry(t *testing.T) {
	tests := []struct {
		env  []string
		want string
	}{
		{[]string{"XDG_RUNTIME_DIR=/run/user/1", "HOME=/h"}, "/run/user/1/gm/sessions"},
		{[]string{"XDG_CACHE_HOME=/c", "HOME=/h"}, "/c/gm/sessions"},
		{[]string{"HOME=/h"}, "/h/.cache/gm/sessions"},
		{[]string{"XDG_RUNTIME_DIR=run", "XDG_CACHE_HOME=cache", "HOME=/h"}, "/h/.cache/gm/sessions"},
		{[]string{"HOME=."}, ""},
		{[]string{"HOME="}, ""},
		{nil, ""},
	}
	for _, test := range tests {
		if got := userRegistry(test.env).Dir; got != test.want {
			t.Errorf("%q: %s, want %s", test.env, got, test.want)
		}
	}
}
