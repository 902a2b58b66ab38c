package sshboot

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

const connectLine = "MOSH CONNECT 60001 " + sshboottest.TestKey + "\n"

// piping returns a login with Request.Pipe to a host whose server prints lines and then
// returns each byte it reads.
func piping(t *testing.T, lines string) *Login {
	t.Helper()
	s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
	s.Run = func(marker string, channel io.ReadWriter) {
		fmt.Fprintf(channel, "noise\n%s run /x\n%s", marker, lines)
		io.Copy(channel, channel)
	}
	b := bootTo(t, s, &prompttest.ScriptedUser{})
	b.request.Pipe = true
	return openLogin(t, b)
}

// allBytes has each byte, in an order that contains line ends.
var allBytes = func() []byte {
	b := make([]byte, 3*256)
	for i := range b {
		b[i] = byte(i * 7)
	}
	return b
}()

// wantEcho checks that the bytes before, and all others, arrive unchanged.
func wantEcho(t *testing.T, pipe io.ReadWriteCloser, before string) {
	t.Helper()
	if pipe == nil {
		t.Fatal("no pipe")
	}
	if _, err := pipe.Write(allBytes); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(before)+len(allBytes))
	if _, err := io.ReadFull(pipe, got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, append([]byte(before), allBytes...)) {
		t.Errorf("read %q", got)
	}
}

// The first bytes after the last line may be in the same packet, and look like lines.
func TestPipeBeginsAfterTheAnnouncement(t *testing.T) {
	for name, before := range map[string]string{
		"nothing": "", "binary": "\x00\x03\n\r\n", "lines": "GM PIPE\nMOSH CONNECT 1 x\nMARK fail\n", "much": strings.Repeat("0123456789abcde\n", 5000),
	} {
		t.Run(name, func(t *testing.T) {
			login := piping(t, "GM PIPE\n"+connectLine+before)
			if err := login.Start(t.Context(), VerbNew, nil); err != nil {
				t.Fatal(err)
			}
			if !login.Announcement.Pipe || login.Announcement.Port != 60001 {
				t.Errorf("announcement %+v", login.Announcement)
			}
			wantEcho(t, login.Pipe(), before)
		})
	}
}

func TestNoPipe(t *testing.T) {
	for name, c := range map[string]struct {
		lines string
		asked bool
	}{
		"stock server":      {connectLine, true},
		"not asked for":     {"GM PIPE\n" + connectLine, false},
		"after the last":    {connectLine + "GM PIPE\n", true},
		"another line":      {"GM PIPES\n" + connectLine, true},
		"with a word of it": {"GM PIPE now\n" + connectLine, true},
	} {
		t.Run(name, func(t *testing.T) {
			login := piping(t, c.lines)
			login.boot.request.Pipe = c.asked
			if err := login.Start(t.Context(), VerbNew, nil); err != nil || login.Pipe() != nil || login.Announcement.Pipe {
				t.Errorf("error %v, pipe %v", err, login.Pipe())
			}
		})
	}
}

func TestPipeEndsWithItsChannel(t *testing.T) {
	s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
	s.Run = func(marker string, channel io.ReadWriter) {
		fmt.Fprintf(channel, "%s run /x\nGM PIPE\n%sthe end", marker, connectLine)
	}
	b := bootTo(t, s, &prompttest.ScriptedUser{})
	b.request.Pipe = true
	login := openLogin(t, b)
	if err := login.Start(t.Context(), VerbAttach, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(login.Pipe()); err != nil || string(got) != "the end" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestPipeEndsWithTheLogin(t *testing.T) {
	login := piping(t, "GM PIPE\n"+connectLine)
	if err := login.Start(t.Context(), VerbNew, nil); err != nil {
		t.Fatal(err)
	}
	pipe, ended := login.Pipe(), make(chan error)
	go func() {
		_, err := io.ReadFull(pipe, make([]byte, 1))
		ended <- err
	}()
	login.Close()
	if err := <-ended; err == nil {
		t.Error("a byte from a closed login")
	}
	if _, err := pipe.Write([]byte("x")); err == nil {
		t.Error("written to a closed login")
	}
}

func TestRelay(t *testing.T) {
	login := piping(t, "GM ADDRESSES 192.0.2.7\nGM PIPE\nfirst")
	pipe, err := login.Relay(t.Context(), "17-0a-9")
	if err != nil {
		t.Fatal(err)
	}
	wantEcho(t, pipe, "first")
	if a := login.Announcement; login.Pipe() != nil || a.Port != 0 || len(a.Addresses) != 1 || !login.Addr.IsValid() {
		t.Errorf("announcement %+v, address %v", a, login.Addr)
	}
}

func TestRelayFails(t *testing.T) {
	for name, c := range map[string]struct{ lines, want string }{
		"session is gone": {"GM ERROR there is no such session\nGM HINT look\n", "127.0.0.1: there is no such session"},
		"older server":    {"usage\n", "127.0.0.1: the server there cannot pass on datagrams (status 1)"},
		"another session": {connectLine, "127.0.0.1: the server there cannot pass on datagrams"},
	} {
		t.Run(name, func(t *testing.T) {
			pipe, err := answering(t, 1, c.lines).Relay(t.Context(), "17-0a-9")
			sshboottest.WantError(t, err, c.want)
			if pipe != nil {
				t.Error("a pipe")
			}
			if _, refused := errors.AsType[*RefusedError](err); refused != strings.HasPrefix(c.lines, "GM ERROR") {
				t.Errorf("%T", err)
			}
		})
	}
}

// Standard error is read for as long as the pipe is open, and its end alone is kept.
func TestPipeBesideStandardError(t *testing.T) {
	s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
	s.Run = func(marker string, channel io.ReadWriter) {
		fmt.Fprintf(channel, "%s run /x\nGM PIPE\n%s", marker, connectLine)
		stderr := channel.(interface{ Stderr() io.ReadWriter }).Stderr()
		for range 100 { // more than the window of the channel
			stderr.Write(bytes.Repeat([]byte("noise"), 10_000))
		}
		io.Copy(channel, channel)
	}
	b := bootTo(t, s, &prompttest.ScriptedUser{})
	b.request.Pipe = true
	login := openLogin(t, b)
	if err := login.Start(t.Context(), VerbNew, nil); err != nil {
		t.Fatal(err)
	}
	wantEcho(t, login.Pipe(), "")
}

// A new login has the configuration of the first and does not need it.
func TestRedial(t *testing.T) {
	login := piping(t, "GM PIPE\n")
	login.Close()
	again, err := login.Redial(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	pipe, err := again.Relay(t.Context(), "17-0a-9")
	if err != nil {
		t.Fatal(err)
	}
	wantEcho(t, pipe, "")
}
