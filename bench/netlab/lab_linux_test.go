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

func TestIsUDP(t *testing.T) {
	for _, test := range []struct {
		name   string
		packet []byte
		want   bool
	}{
		{"UDP", []byte{0x45, protocolAt: 17, 23: 53}, true},
		{"a fragment without ports", []byte{0x45, protocolAt: 17, 19: 0}, true},
		{"TCP", []byte{0x45, protocolAt: 6, 23: 22}, false},
		{"ICMP", []byte{0x45, protocolAt: 1, 23: 0}, false},
		{"IPv6", []byte{0x60, protocolAt: 17, 47: 0}, false},
		{"a header that is cut", []byte{0x45, protocolAt: 17, 18: 0}, false},
		{"nothing", nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := (arrival{true, test.packet}).isUDP(); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
