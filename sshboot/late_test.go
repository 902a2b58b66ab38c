package sshboot

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

// lateHost returns a login to a host that handles global requests with requests, and
// announces host keys that it does not have once late is closed. With pipe set the login
// goes on beside a session.
func lateHost(t *testing.T, pipe bool, late <-chan struct{}, requests func(*ssh.Request)) (login *Login, told func() []string) {
	t.Helper()
	s := sshboottest.StartGoServer(t, sshboottest.NoLogin())
	s.Offer = ssh.Marshal(struct{ Key []byte }{sshboottest.NewSigner(t).PublicKey().Marshal()})
	s.Late, s.Requests = late, requests
	s.Run = func(marker string, channel io.ReadWriter) {
		fmt.Fprintf(channel, "%s run /x\nGM PIPE\n%s", marker, connectLine)
		io.Copy(io.Discard, channel)
	}
	u := &prompttest.ScriptedUser{}
	b := bootTo(t, s, u)
	b.request.Pipe = pipe
	b.request.SSHCommand = []string{"ssh", "-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=1", "-o", "UpdateHostKeys=yes"}
	login = openLogin(t, b)
	if err := login.Start(t.Context(), VerbNew, nil); err != nil {
		t.Fatal(err)
	}
	if (login.Pipe() != nil) != pipe {
		t.Fatalf("the pipe is %v", login.Pipe())
	}
	return login, func() []string {
		login.Close() // which waits for the update of the host keys
		return u.Told
	}
}

// Host keys that are announced during the session, and not proven, are no reason to write
// on the session's screen.
func TestHostKeysDuringTheSession(t *testing.T) {
	for name, pipe := range map[string]bool{"before it": false, "during it": true} {
		t.Run(name, func(t *testing.T) {
			late, refused := make(chan struct{}), make(chan struct{})
			login, told := lateHost(t, pipe, late, func(r *ssh.Request) {
				r.Reply(false, nil)
				if r.Type == "hostkeys-prove-00@openssh.com" {
					close(refused)
				}
			})
			close(late)
			<-refused
			login.Client().SendRequest("after", true, nil) // the refusal has arrived when the reply to this has
			if got := strings.Join(told(), "|"); strings.Contains(got, "further host keys are not learned") == pipe || pipe && got != "" {
				t.Errorf("told %q", got)
			}
		})
	}
}

// A host that stops answering during the session ends the pipe, without a word.
func TestHostIsLostDuringTheSession(t *testing.T) {
	login, told := lateHost(t, true, make(chan struct{}), func(*ssh.Request) {})
	if _, err := login.Pipe().Read(make([]byte, 1)); err == nil {
		t.Error("the pipe has not ended")
	}
	if got := told(); len(got) > 0 {
		t.Errorf("told %q", got)
	}
}
