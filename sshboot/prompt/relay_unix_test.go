//go:build unix

package prompt

import (
	"io"
	"testing"

	"gm/internal/termios"
)

// A relay passes all keys except those that leave it, sanitizes the output of the program,
// and restores the terminal.
func TestRelay(t *testing.T) {
	term, user, tty := openScreen(t)
	before, err := termios.Get(tty)
	if err != nil {
		t.Fatal(err)
	}
	keys, host := io.Pipe()
	left := make(chan struct{})
	r, err := term.Relay(t.Context(), host, func() { close(left) })
	if err != nil {
		t.Fatal(err)
	}
	user.pty.WriteString("a\x03\r\x1e\x1e\x1a")
	got := make([]byte, 5)
	if _, err := io.ReadFull(keys, got); err != nil || string(got) != "a\x03\r\x1e\x1a" {
		t.Errorf("keys %q, %v", got, err)
	}
	r.Show([]byte("one\x1b[2J\r\n"))
	user.await("one?[2J\r\n")
	user.pty.WriteString("\x1e.")
	<-left
	r.Stop()
	r.Stop()
	if after, err := termios.Get(tty); err != nil || *after != *before {
		t.Errorf("terminal is left as %+v, was %+v; %v", after, before, err)
	}
}

// A stopped relay takes no more keys, so that the next question gets them.
func TestRelayLeavesKeysAfterItsEnd(t *testing.T) {
	term, user, _ := openScreen(t)
	r, err := term.Relay(t.Context(), io.Discard, func() {})
	if err != nil {
		t.Fatal(err)
	}
	r.Stop()
	user.pty.WriteString("mine\n")
	if got, err := term.Ask(t.Context(), "? "); got != "mine" || err != nil {
		t.Errorf("answer %q, %v", got, err)
	}
}
