package route

import "testing"

func TestParseMode(t *testing.T) {
	for name, want := range map[string]Mode{"auto": Auto, "udp": UDP, "ssh": SSH} {
		t.Run(name, func(t *testing.T) {
			got, ok := ParseMode(name)
			if got != want || !ok || got.String() != name {
				t.Errorf("got %v, %v", got, ok)
			}
		})
	}
	for _, name := range []string{"", "UDP", "tcp", "udp "} {
		t.Run("unknown "+name, func(t *testing.T) {
			if got, ok := ParseMode(name); ok {
				t.Errorf("got %v", got)
			}
		})
	}
}
