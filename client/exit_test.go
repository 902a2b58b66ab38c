package client

import (
	"net/netip"
	"strings"
	"testing"

	"gm/wire/state"
)

func TestPrintExit(t *testing.T) {
	known := func(status uint8) state.ExitStatus { return state.ExitStatus{Known: true, Status: status} }
	tests := []struct {
		name       string
		loginProxy string
		end        sessionResult
		status     int
		want       []string // parts of the output
	}{
		{"clean", "", sessionResult{reason: endClean}, exitOK, []string{"[gm is exiting.]\n"}},
		{"with status 0", "", sessionResult{reason: endClean, exit: known(0)}, 0, []string{"[gm is exiting.]\n"}},
		{"with status 3", "", sessionResult{reason: endClean, exit: known(3)}, 3, []string{"[gm is exiting.]\n"}},
		{"terminated", "", sessionResult{reason: endClean, exit: known(128 + 15)}, 143, []string{"[gm is exiting.]\n"}},
		{"not started", "", sessionResult{reason: endClean, exit: state.ExitStatus{Known: true, Status: 127, Reason: "no x"}}, 127,
			[]string{"[gm is exiting.]\n", "gm: start the program on the host: no x\n"}},
		{"stopped", "", sessionResult{reason: endClean, exit: state.ExitStatus{Known: true, Status: 143, Stopped: "termi\x1bnated"}}, 143,
			[]string{"[gm is exiting.]\n", "gm: the session was ended on the host: termi"}},
		{"unclean", "", sessionResult{reason: endUnclean}, exitFailed, []string{"gm did not shut down cleanly", "[gm is exiting.]\n"}},
		{"never connected", "", sessionResult{reason: endNeverConnected}, exitFailed,
			[]string{"[gm is exiting.]\n", "gm: did not make a successful connection to 192.0.2.1:60007: ", "UDP seems blocked", "hint: ", "60007/udp", "-p"}},
		{"no network", "", sessionResult{reason: endNeverConnected, sendError: "network is unreachable"}, exitFailed,
			[]string{"gm: did not make a successful connection to 192.0.2.1:60007: network is unreachable\n", "hint: "}},
		{"refused", "", sessionResult{reason: endNeverConnected, refused: "connection refused"}, exitFailed,
			[]string{"192.0.2.1:60007: UDP is refused there, or on the way (connection refused)\n", "60007/udp"}},
		{"through a jump host", "the jump host gate", sessionResult{reason: endNeverConnected}, exitFailed,
			[]string{"192.0.2.1:60007: nothing came back, UDP seems blocked; UDP goes to the host itself, past the jump host gate\n", "192.0.2.1 must be reachable by UDP from this machine", "60007/udp"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b strings.Builder
			status, err := printExit(&b, test.end, netip.MustParseAddrPort("192.0.2.1:60007"), test.loginProxy)
			if err != nil {
				report(&b, programGM, err)
			}
			if status != test.status {
				t.Errorf("status %d, want %d", status, test.status)
			}
			for _, text := range test.want {
				if !strings.Contains(b.String(), text) {
					t.Errorf("output %q, want %q in it", b.String(), text)
				}
			}
		})
	}
}
