package client

import (
	"slices"
	"strings"
	"testing"

	"gm/client/stdio"
)

// noMessages are texts of at least two words in these files that are hints, about other things, or
// not shown.
var noMessages = []string{
	"it is older", "continue the session", "start the session", "open a UDP socket", "malformed target", "… forwarding failed",
	"rm -f ",
}

// TestForwardMessagesPage: doc/messages.md and the code contain the same messages about
// forwardings and about programs without a terminal, and each row names existing tests.
func TestForwardMessagesPage(t *testing.T) {
	inCode := messagesIn(t, func(text string) bool {
		other := slices.ContainsFunc(noMessages, func(prefix string) bool { return strings.HasPrefix(text, prefix) })
		return !other && strings.Contains(strings.TrimSpace(strings.Trim(text, "…")), " ") && !strings.Contains(text, "\n")
	},
		"commandline.go", "loop.go", "stdio.go", "forwarding/command.go", "forwarding/forwarding.go", "forwarding/policy.go",
		"forwarding/x11.go", "x11/display.go", "x11/server.go", "sshexec/x11.go", "../server/x11/display.go", "../internal/xauth/xauth.go",
		"stdio/stdio.go", "stdio/program.go", "../internal/forward/accepted.go", "../internal/forward/command.go",
		"../internal/forward/dial.go", "../internal/forward/forward.go", "../internal/forward/listen.go",
		"../internal/forward/local.go", "../internal/forward/protocol.go", "../internal/forward/remote.go",
		"../internal/forward/served.go", "../internal/forward/specparse.go")
	checkMessages(t, "Forwardings", inCode, testsIn(t, ".", "forwarding", "stdio", "x11", "sshexec", "../server/x11", "../internal/xauth", "../internal/forward", "../e2e"))
}

// TestServerWithoutStreams refuses programs without a terminal.
func TestServerWithoutStreams(t *testing.T) {
	_, err := new(options).carry(t.Context(), reached{}, stdio.Config{})
	if err == nil || err.Error() != "the server cannot run a program without a terminal" {
		t.Errorf("%v", err)
	}
}
