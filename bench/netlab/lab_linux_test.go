package netlab

import (
	"fmt"
	"testing"
)

func TestServiceOf(t *testing.T) {
	packet := []byte{0x45, 9: 17, 19: 0, 20: 0xea, 21: 0x61, 22: 0, 23: 53}
	for _, test := range []struct {
		a    arrival
		want string
	}{
		{arrival{true, packet}, "{17 53} true"},
		{arrival{false, packet}, "{17 60001} true"},
		{arrival{true, packet[:23]}, "{0 0} false"},
		{arrival{true, nil}, "{0 0} false"},
		{arrival{true, append([]byte{0x60}, packet[1:]...)}, "{0 0} false"},
		{arrival{true, append([]byte{0x4f}, packet[1:]...)}, "{0 0} false"},
	} {
		s, ok := serviceOf(test.a)
		if got := fmt.Sprint(s, ok); got != test.want {
			t.Errorf("serviceOf(%v) = %s, want %s", test.a, got, test.want)
		}
	}
}
