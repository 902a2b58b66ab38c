package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gm/internal/hint"
	"gm/sshboot"
	"gm/wire/state"
)

func TestServerArgs(t *testing.T) {
	env := map[string]string{"TERM": "xterm-direct", "LANG": "C.UTF-8", "LC_CTYPE": "de_DE.UTF-8"}
	locale := " -l LANG=C.UTF-8 -l LC_CTYPE=de_DE.UTF-8"
	extensions := " -@ gm=" + state.AllExtensions.String()
	tests := []struct {
		name    string
		options options
		want    string
	}{
		{"ssh", options{bindServer: "ssh"}, "-c 256 -s" + locale + extensions + " -@ gm-families=all"},
		{"a family", options{bindServer: "ssh", family: "inet6"}, "-c 256 -s" + locale + extensions},
		{"attach", options{bindServer: "ssh", sessionOptions: sessionOptions{verb: sshboot.VerbAttach}}, "-@ gm-verb=attach -s" + extensions + " -@ gm-families=all"},
		{"X11", options{bindServer: "any", x11: true, screen: 2}, "-c 256" + locale + extensions + " -@ gm-x11=2"},
		{"any", options{bindServer: "any", port: "1:2"}, "-c 256 -p 1:2" + locale + extensions},
		{"an address", options{bindServer: "::1"}, "-c 256 -i ::1" + locale + extensions},
		{"local", options{local: true, destination: "127.0.0.1", bindServer: "ssh"}, "-c 256 -i 127.0.0.1" + locale + extensions},
		{"another client understands no extensions", options{bindServer: "any", client: "mosh-client"}, "-c 256" + locale},
		{"command", options{bindServer: "any", command: []string{"ls", "-l"}}, "-c 256" + locale + extensions + " -- ls -l"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := serverArgs(test.options, lookupIn(env)); !slices.Equal(got, strings.Fields(test.want)) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

const connectLine = "MOSH CONNECT 60001 4NeCCgvZFe2RnPgrcU1PQw"

func TestReadAnnouncement(t *testing.T) {
	var others strings.Builder
	a, err := readAnnouncement(strings.NewReader("noise\r\n\r\nGM EXTENSIONS screen appearance\r\n"+connectLine+"\r\n"), &others, new(sshboot.Reply))
	if err != nil || a.Port != 60001 || !slices.Equal(a.Extensions, []string{"screen", "appearance"}) || others.String() != "noise\n\n" {
		t.Errorf("%+v, %v, besides %q", a, err, others.String())
	}
	many := strings.Repeat("noise\n", maxServerLines)
	for _, text := range []string{"", "noise", many + connectLine, "MOSH CONNECT 60001 short", strings.Repeat("x", 1<<20) + "\n" + connectLine} {
		if a, err := readAnnouncement(strings.NewReader(text), io.Discard, new(sshboot.Reply)); err == nil {
			t.Errorf("%.60q gives %+v", text, a)
		}
	}
	if _, err := readAnnouncement(strings.NewReader(many[6:]+connectLine), io.Discard, new(sshboot.Reply)); err != nil {
		t.Errorf("the last line that counts is not read: %v", err)
	}
}

func TestServerOutputIsBounded(t *testing.T) {
	var c serverOutput
	for range 3 {
		if n, err := c.Write(make([]byte, maxServerOutput-1)); n != maxServerOutput-1 || err != nil {
			t.Fatalf("written %d, %v", n, err)
		}
	}
	if len(c.text) != maxServerOutput {
		t.Errorf("%d bytes are kept", len(c.text))
	}
}

func TestServerWarnings(t *testing.T) {
	var o serverOutput
	fmt.Fprint(&o, "noise\ngm: warning: /x is not used\ngm: else\ngm: warning: cut")
	var b strings.Builder
	if o.warn(&b); b.String() != "gm: warning: /x is not used\ngm: warning: cut\n" {
		t.Errorf("got %q", b.String())
	}
}

func TestServerFailureShowsItsOutput(t *testing.T) {
	_, _, err := runServer(t.Context(), exec.Command("sh", "-c", "echo 'no locale' >&2; exit 3"))
	if err == nil || err.Error() != "exit status 3; it printed:\n  no locale" {
		t.Errorf("error without a hint: %v", err)
	}
	a, _, err := runServer(t.Context(), exec.Command("sh", "-c", "echo "+connectLine+"; echo more; echo noise >&2; exit 1"))
	if err != nil || a.Port != 60001 {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestHangingLocalServer: the error has the command and the output of a server that hangs.
func TestHangingLocalServer(t *testing.T) {
	dir := t.TempDir()
	ready := filepath.Join(dir, "ready")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		for tick := time.NewTicker(time.Millisecond); ; <-tick.C {
			if _, err := os.Stat(ready); err == nil {
				cancel(errNoAnswer)
				return
			}
		}
	}()
	_, _, err := runServer(ctx, exec.Command("sh", "-c", "echo waiting for a lock; echo 'still \033[31mwaiting' >&2; echo >"+ready+"; exec sleep 1000"))
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{`run "/`, "exec sleep 1000", "no answer for 15s", "it printed:\n  ", "waiting for a lock", "still ?[31mwaiting"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
	if hintOf(err) == "" {
		t.Error("no hint")
	}

	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, _, err := runServer(ctx, exec.Command("sleep", "1000")); !errors.Is(err, context.Canceled) {
		t.Errorf("broken off: %v", err)
	}
}

// TestLocalServerThatStays: a server that announces itself and does not detach is left
// running after detachTimeout.
func TestLocalServerThatStays(t *testing.T) {
	cmd := exec.Command("sh", "-c", "echo "+connectLine+"; exec sleep 1000")
	a, _, err := runServer(t.Context(), cmd)
	if err != nil || a.Port != 60001 {
		t.Errorf("%+v, %v", a, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Errorf("it is gone: %v", err)
	}
}

func TestLaunchLocalNeedsAnAddress(t *testing.T) {
	_, err := launch(context.Background(), options{local: true, destination: "no such host"}, lookupIn(nil))
	if _, ok := errors.AsType[*hint.Error](err); !ok {
		t.Errorf("error without a hint: %v", err)
	}
}

func TestLocalServer(t *testing.T) {
	words, err := localServer(`my "mosh server" -x`, "")
	if err != nil || !slices.Equal(words, []string{"my", "mosh server", "-x", "new"}) {
		t.Errorf("%q, %v", words, err)
	}
	if words, err := localServer("", ""); err != nil || !slices.Equal(words[1:], []string{"server", "new"}) {
		t.Errorf("gm's own is %q, %v", words, err)
	}
	for _, bad := range []string{" ", "'"} {
		if words, err := localServer(bad, ""); err == nil {
			t.Errorf("%q gives %q", bad, words)
		}
	}
}

// TestLocalServerWithAChild: a child of the server that holds its output open does not
// block gm, neither after the server has failed nor after the user has interrupted it.
func TestLocalServerWithAChild(t *testing.T) {
	for name, c := range map[string]struct{ script, want string }{
		"failed":      {"sleep 1000 >/dev/null & echo $! >$0.new; mv $0.new $0; exit 3", "exit status 3"},
		"interrupted": {"sleep 1000 & echo $! >$0.new; mv $0.new $0; wait", context.Canceled.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "pid")
			ctx, cancel := context.WithCancel(t.Context())
			child := make(chan *os.Process, 1)
			go func() {
				for tick := time.NewTicker(time.Millisecond); ; <-tick.C {
					if text, err := os.ReadFile(file); err == nil {
						pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
						p, _ := os.FindProcess(pid)
						child <- p
						break
					}
				}
				if name == "interrupted" {
					cancel()
				}
			}()
			defer cancel()
			_, _, err := runServer(ctx, exec.Command("sh", "-c", c.script, file))
			if p := <-child; p.Kill() != nil {
				t.Error("the child has ended before")
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want %s", err, c.want)
			}
		})
	}
}
