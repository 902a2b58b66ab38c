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
			status, err := printExit(&b, test.end, netip.MustParseAddrPort("192.0.2.1:60007"), &settings{loginProxy: test.loginProxy})
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

func TestPrintExitOfASessionThatGoesOn(t *testing.T) {
	work := settings{sessionName: "work", host: "host"}
	away := func(reason state.DetachReason, by, from string) sessionResult {
		return sessionResult{reason: endClean, sentAway: state.Detachment{Reason: reason, By: by, From: from}}
	}
	for _, c := range []struct {
		name string
		s    settings
		end  sessionResult
		want string
	}{
		{"detached", work, sessionResult{reason: endClean, detached: true}, "[gm: detached from work on host. Back: gm attach host work]\n"},
		{"without an answer", work, sessionResult{reason: endUnclean, detached: true},
			"[gm: detached from work on host; the server did not answer, and the session goes on there. Back: gm attach host work]\n"},
		{"taken over", work, away(state.DetachedTakenOver, "alice@laptop", "192.0.2.1"),
			"[gm: work on host was taken over by alice@laptop from 192.0.2.1. Back: gm attach host work]\n"},
		{"taken over by a stock client", work, away(state.DetachedTakenOver, "", "192.0.2.1"), "[gm: work on host was taken over from 192.0.2.1. Back: gm attach host work]\n"},
		{"by command", work, away(state.DetachedByCommand, "alice@laptop", "192.0.2.1"),
			"[gm: detached from work on host by alice@laptop from 192.0.2.1. Back: gm attach host work]\n"},
		{"by a command there", work, away(state.DetachedByCommand, "", ""), "[gm: detached from work on host. Back: gm attach host work]\n"},
		{"with a status", work, sessionResult{reason: endClean, detached: true, exit: state.ExitStatus{Status: 3}}, "[gm: detached from work on host. Back: gm attach host work]\n"},
		{"a number", settings{sessionName: "3", host: "host"}, sessionResult{reason: endClean, detached: true},
			"[gm: detached from session 3 on host. Back: gm attach host 3]\n"},
		{"on this machine", settings{sessionName: "work"}, sessionResult{reason: endClean, detached: true}, "[gm: detached from work. Back: gm attach --local work]\n"},
		{"read-only", settings{sessionName: "work", host: "host", readOnly: true}, sessionResult{reason: endClean, detached: true},
			"[gm: detached from work on host. Back: gm attach --read-only host work]\n"},
		{"quoted", settings{sessionName: "größe", host: "a b"}, sessionResult{reason: endClean, detached: true},
			"[gm: detached from größe on a b. Back: gm attach 'a b' 'größe']\n"},
		{"cleaned", settings{sessionName: "work", host: "h\x1b[2J"}, away(state.DetachedTakenOver, "a\x1b[31m", "b\r\n"),
			"[gm: work on h?[2J was taken over by a?[31m from b. Back: gm attach 'h?[2J' work]\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			status, err := printExit(&b, c.end, netip.MustParseAddrPort("192.0.2.1:60007"), &c.s)
			if status != exitOK || err != nil || b.String() != c.want {
				t.Errorf("status %d, %v, %q\nwant %q", status, err, b.String(), c.want)
			}
			if c.end.ended() {
				t.Error("the session counts as ended")
			}
		})
	}
}

func TestSessionIsKnownToHaveEnded(t *testing.T) {
	for _, c := range []struct {
		name string
		end  sessionResult
		want bool
	}{
		{"clean", sessionResult{reason: endClean}, true},
		{"unclean", sessionResult{reason: endUnclean}, false},
		{"never connected", sessionResult{reason: endNeverConnected}, false},
		{"detached", sessionResult{reason: endClean, detached: true}, false},
		{"sent away", sessionResult{reason: endClean, sentAway: state.Detachment{Reason: state.DetachedByCommand}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.end.ended(); got != c.want {
				t.Errorf("ended: %v", got)
			}
		})
	}
}

func TestDetachFromAServerThatNeverAnswered(t *testing.T) {
	var b strings.Builder
	end := sessionResult{reason: endNeverConnected, detached: true}
	status, err := printExit(&b, end, netip.MustParseAddrPort("192.0.2.1:60007"), &settings{sessionName: "work", host: "host"})
	if status != exitFailed || err == nil || b.String() != "[gm is exiting.]\n" {
		t.Errorf("status %d, %v, %q", status, err, b.String())
	}
}
