package client

import (
	"testing"

	"gm/vt"
)

func TestCheckScrollback(t *testing.T) {
	for name, c := range map[string]struct {
		options options
		want    string
	}{
		"default":  {options{}, ""},
		"native":   {options{scrollback: "native", scrollbackLines: vt.MaxHistory}, ""},
		"off":      {options{scrollback: "off"}, ""},
		"unknown":  {options{scrollback: "on"}, `--scrollback is native or off, not "on"`},
		"negative": {options{scrollbackLines: -1}, "--scrollback-lines is at most 100000, not -1"},
		"many":     {options{scrollbackLines: vt.MaxHistory + 1}, "--scrollback-lines is at most 100000, not 100001"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if err := c.options.checkScrollback("--scrollback"); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
