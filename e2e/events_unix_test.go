//go:build e2e && unix

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// TestEventsReachTheTerminal: events of a program arrive at the terminal once, in order,
// and its states are undone at the end.
func TestEventsReachTheTerminal(t *testing.T) {
	t.Parallel()
	var output strings.Builder
	for _, c := range toldCommands {
		if strings.HasPrefix(c, "22;") || strings.HasPrefix(c, "9;4;") { // states, which a frame may come between
			continue
		}
		fmt.Fprintf(&output, "\\033]%s\\007", c)
	}
	const left = `\033]9;4;3\007\033]22;wait\007\033]1337;SetUserVar=z=Yg==\007\033]52;c;YQ==\007\033]52;p;Yg==\007\033]52;c;Yw==\007\033]11;#010203\007last`
	o := newOuter(t, "xterm-256color", pty.Winsize{}, racing, "--local", "--", "sh", "-c",
		`printf '`+output.String()+`done\r\n'; read x; printf '`+left+`'; read x`)
	o.sees("\x1b[c")
	o.types("\x1b]11;rgb:aaaa/bbbb/cccc\a" + attributes)
	o.sees("done")
	o.types("\r")
	o.sees("last")
	o.types("\r")
	o.exits()
	o.sees("\x1b[23;0t") // after all that is undone
	for _, event := range []string{
		"9;done", "777;notify;title;text", "99;i=1:d=0;hello", "133;A", "133;B", "133;C;cmdline_url=ls", "133;D;1", "133;A;k=s", "633;A", "633;E;ls -l", "1337;SetMark",
		"1337;SetUserVar=z=Yg==", "9;4;3", "22;wait", "11;rgb:01/02/03", "52;p;Yg==", "52;c;Yw==", "9;4;0", "22;", "1337;SetUserVar=z=", "111", "11;rgb:aa/bb/cc",
	} {
		if n := strings.Count(o.seen, "\x1b]"+event+"\a"); n != 1 {
			t.Errorf("%q is told %d times", event, n)
		}
	}
	if strings.Contains(o.seen, "52;c;YQ==") {
		t.Error("a text for the clipboard is told that another one has replaced")
	}
	last := 0
	for _, event := range []string{"9;done", "777;notify", "133;A\a", "633;A\a", "1337;SetMark", "9;4;3", "9;4;0"} {
		at := strings.Index(o.seen, "\x1b]"+event)
		if at < last {
			t.Errorf("%q is not in its order", event)
		}
		last = at
	}
}
