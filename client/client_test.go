package client

import (
	"strings"
	"testing"

	"gm/client/predict"
)

func TestOptionsWinOverTheEnvironment(t *testing.T) {
	t.Setenv("MOSH_PREDICTION_DISPLAY", "never")
	t.Setenv("GM_PREDICTION_DISPLAY", "experimental")
	o := options{predict: "always", overwrite: true, noInit: true}
	s, err := o.settings(programGM)
	if err != nil || s.predict != predict.Always || !s.overwrite || !s.noInit {
		t.Errorf("%+v, %v", s, err)
	}
	s, err = (&options{}).settings(programGM)
	if err != nil || s.predict != predict.Experimental || s.overwrite || s.noInit {
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
