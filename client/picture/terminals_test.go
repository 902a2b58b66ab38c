package picture

import "testing"

func TestHasPlaceholders(t *testing.T) {
	for name, want := range map[string]bool{
		"kitty(0.28.0)": true, "kitty(0.41.1)": true, "kitty(1.0.0)": true, "ghostty 1.2.3": true,
		"kitty(0.27.1)": false, "kitty(0.26.5)": false, "kitty(": false, "kitty": false,
		"Konsole 25.04": false, "WezTerm 20240203": false, "iTerm2 3.5": false, "": false,
	} {
		if got := HasPlaceholders(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
