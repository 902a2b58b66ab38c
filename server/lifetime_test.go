package server

import (
	"testing"
	"time"
)

func TestReadTimeouts(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		want timeouts
	}{
		"none":          {nil, timeouts{}},
		"mosh's":        {map[string]string{"MOSH_SERVER_NETWORK_TMOUT": "5", "MOSH_SERVER_SIGNAL_TMOUT": "70"}, timeouts{5 * time.Second, 70 * time.Second}},
		"gm's":          {map[string]string{"GM_SERVER_NETWORK_TMOUT": "6", "GM_SERVER_SIGNAL_TMOUT": "0"}, timeouts{network: 6 * time.Second}},
		"gm's win":      {map[string]string{"MOSH_SERVER_NETWORK_TMOUT": "5", "GM_SERVER_NETWORK_TMOUT": "6"}, timeouts{network: 6 * time.Second}},
		"no numbers":    {map[string]string{"MOSH_SERVER_NETWORK_TMOUT": "soon", "GM_SERVER_SIGNAL_TMOUT": "-1"}, timeouts{}},
		"out of bounds": {map[string]string{"MOSH_SERVER_NETWORK_TMOUT": "99999999999999999999"}, timeouts{network: (1<<31 - 1) * time.Second}},
	} {
		got := readTimeouts(func(name string) (string, bool) { v, ok := test.env[name]; return v, ok })
		if got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}
