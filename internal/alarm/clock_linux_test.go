package alarm

import "testing"

func TestLinuxHasATimer(t *testing.T) {
	a := New()
	defer a.Close()
	if a.clock == nil {
		t.Error("there is no timer of the system")
	}
}
