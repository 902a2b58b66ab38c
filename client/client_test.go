package client

import (
	"net/netip"
	"strings"
	"testing"
)

func TestFarewell(t *testing.T) {
	tests := []struct {
		end    ending
		status int
		says   []string
	}{
		{endingClean, exitOK, []string{"[gm is exiting.]\n"}},
		{endingUnclean, exitFailed, []string{"gm did not shut down cleanly", "[gm is exiting.]\n"}},
		{endingNobody, exitFailed, []string{"[gm is exiting.]\n", "UDP port 60007 of 192.0.2.1", "seems blocked", "hint: ", "60007/udp", "-p"}},
	}
	for _, test := range tests {
		var b strings.Builder
		status, err := farewell(&b, test.end, netip.MustParseAddrPort("192.0.2.1:60007"))
		if err != nil {
			report(&b, programGM, err)
		}
		if status != test.status {
			t.Errorf("ending %d: status %d, want %d", test.end, status, test.status)
		}
		for _, text := range test.says {
			if !strings.Contains(b.String(), text) {
				t.Errorf("ending %d: %q does not say %q", test.end, b.String(), text)
			}
		}
	}
}

func TestOptionsWinOverTheEnvironment(t *testing.T) {
	t.Setenv("MOSH_PREDICTION_DISPLAY", "never")
	t.Setenv("GM_PREDICTION_DISPLAY", "experimental")
	o := options{predict: "always", overwrite: true, noInit: true}
	s, err := o.settings(programGM)
	if err != nil || s.predict != predictAlways || !s.overwrite || !s.noInit {
		t.Errorf("%+v, %v", s, err)
	}
	s, err = (&options{}).settings(programGM)
	if err != nil || s.predict != predictExperimental || s.overwrite || s.noInit {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestGuard(t *testing.T) {
	var b strings.Builder
	run := func() (status int) {
		defer guard(&b, programGM, &status)
		panic("oops")
	}
	if status := run(); status != exitFailed {
		t.Errorf("status %d", status)
	}
	if got := b.String(); !strings.HasPrefix(got, "gm: internal error: oops\nhint: ") || strings.Contains(got, "goroutine") {
		t.Errorf("the user reads %q", got)
	}
}

func TestTakeKey(t *testing.T) {
	t.Setenv("MOSH_KEY", "4NeCCgvZFe2RnPgrcU1PQw")
	key, err := takeKey()
	if err != nil || key.String() != "4NeCCgvZFe2RnPgrcU1PQw" {
		t.Errorf("%v, %v", key, err)
	}
	if _, err := takeKey(); err == nil {
		t.Error("the key is still in the environment")
	}
}
