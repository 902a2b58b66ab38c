package sshclient

import (
	"testing"
)

func TestSecurityKeyProvider(t *testing.T) {
	for lines, want := range map[string]string{
		"Port 1": "from environment", "SecurityKeyProvider /lib/x.so": "/lib/x.so", "SecurityKeyProvider $PROVIDER": "from variable", "SecurityKeyProvider internal": "internal",
	} {
		t.Run(lines, func(t *testing.T) {
			c := configured(t, lines)
			c.Env = testEnvironment("", "PROVIDER=from variable", "SSH_SK_PROVIDER=from environment")
			if got := skProvider(c); got != want {
				t.Errorf("%s: %s", lines, got)
			}
		})
	}
	if got := skProvider(configured(t, "Port 1")); got != "internal" {
		t.Error(got)
	}
}
