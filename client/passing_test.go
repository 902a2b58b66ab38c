package client

import (
	"testing"
	"time"

	"gm/client/predict"
)

// TestInputInAPassage has a terminal whose input is for the program as it is, except for
// commands after an escape key that is a control character.
func TestInputInAPassage(t *testing.T) {
	for _, test := range []struct {
		name, escape, input, want string
	}{
		{"commands of tmux", "\x1e", "send -lt %0 a\nsend -t %0 0x1e\n", "send -lt %0 a\nsend -t %0 0x1e\n"},
		{"incomplete sequence", "\x1e", "\x1b[", "\x1b["},
		{"repaint", "\x1e", "\x0c", "\x0c"},
		{"command that would not be seen", "\x1e", "a\x1e?b\x1eCc\x1e#d", "abcd"},
		{"escape key sent", "\x1e", "a\x1e^b", "a\x1eb"},
		{"escape key that is text", "~", "\n~?\n~.\n", "\n~?\n~.\n"},
		{"no escape key", "", "\x1e?\x1e.", "\x1e?\x1e."},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := commandWorld(t, predict.Always)
			key := parseEscapeKey(test.escape)
			key.forwards = true
			w.client.input.escapeKey = key
			w.client.passing = true
			w.client.handleKeys(w.Now, []byte(test.input))
			if w.client.panel.open || w.client.commands.open || w.client.bar.message != "" {
				t.Error("something is shown")
			}
			if got := w.user.Snapshot().RowText(1); got != "$" {
				t.Errorf("%q is predicted", got)
			}
			w.Run(2 * time.Second)
			if w.received != test.want {
				t.Errorf("the program got %q, want %q", w.received, test.want)
			}
		})
	}
}

func TestTerminalOfPassages(t *testing.T) {
	for _, test := range []struct {
		env     map[string]string
		iTerm2  bool
		refused bool
	}{
		{nil, false, false},
		{map[string]string{"TERM_PROGRAM": "iTerm.app"}, true, false},
		{map[string]string{"LC_TERMINAL": "iTerm2"}, true, false}, // after ssh
		{map[string]string{"LC_TERMINAL": "iTerm2", "TERM_PROGRAM": "tmux"}, false, false},
		{map[string]string{"TERM_PROGRAM": "WezTerm"}, false, false},
		{map[string]string{"GM_PASSTHROUGH": "no"}, false, true},
		{map[string]string{"GM_PASSTHROUGH": "yes", "MOSH_PASSTHROUGH": "no"}, false, false},
	} {
		if s, err := readSettings(programGM, lookupIn(test.env)); s.iTerm2 != test.iTerm2 || s.noPassages != test.refused || err != nil {
			t.Errorf("%v: iTerm2 %v, refused %v, %v", test.env, s.iTerm2, s.noPassages, err)
		}
	}
}
