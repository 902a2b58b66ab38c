package server

import (
	"testing"

	"gm/wire/state"
)

func TestLastInterrupt(t *testing.T) {
	var d state.Discipline
	d.Chars[state.CharInterrupt], d.Chars[state.CharSuspend] = 3, 'z'
	for keys, want := range map[string]int{
		"": -1, "ab\x1c": -1, "\x03": 0, "a\x03b\x03c": 3, "az\x00": 1,
	} {
		if got := lastInterrupt([]byte(keys), d); got != want {
			t.Errorf("%q: %d, want %d", keys, got, want)
		}
	}
	if lastInterrupt([]byte("\x03\x00"), state.Discipline{}) >= 0 {
		t.Error("there is no interrupt without ISIG")
	}
}
