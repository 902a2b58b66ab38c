package sshboot

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/prompt"
	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
	"gm/sshboot/sshclient"
)

// byKey returns the configuration of a server that accepts any key, and no other method.
func byKey() ssh.ServerConfig {
	return ssh.ServerConfig{PublicKeyCallback: func(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) { return nil, nil }}
}

// writeEncryptedKey writes a key of testdata with the passphrase "sesame" to the user's home. Its
// passphrase has one round of bcrypt, which takes seconds with the race detector otherwise.
func writeEncryptedKey(t *testing.T, b boot, name string) {
	t.Helper()
	sshboottest.WriteFile(t, filepath.Join(b.env.Home, ".ssh/id_ed25519"), sshboottest.ReadFile(t, "testdata/"+name), 0o600)
}

// bootByKey returns a boot to a host for a user who has unlocked nothing yet.
func bootByKey(t *testing.T, u *prompttest.ScriptedUser) boot {
	t.Helper()
	b := bootTo(t, sshboottest.StartGoServer(t, byKey()), u)
	b.unlocked = new(sshclient.Unlocked)
	writeEncryptedKey(t, b, "locked1")
	return b
}

func TestRedialWithUnlockedKey(t *testing.T) {
	for name, batch := range map[string]bool{"in the background": true, "with questions": false} {
		t.Run(name, func(t *testing.T) {
			u := &prompttest.ScriptedUser{Answers: []string{"wrong", "sesame"}}
			login := openLogin(t, bootByKey(t, u))
			login.Close()
			told := len(u.Told)
			for range 2 {
				again, err := login.Redial(t.Context(), batch)
				if err != nil {
					t.Fatal(err)
				}
				again.Close()
				login = again
			}
			if len(u.Asked) != 2 || len(u.Told) != told {
				t.Errorf("asked %q, told %q", u.Asked, u.Told[told:])
			}
		})
	}
}

// In the background a question fails the login, and nothing is shown.
func TestRedialThatNeedsAnAnswer(t *testing.T) {
	for name, change := range map[string]func(*testing.T, *Login){
		"another key":   func(t *testing.T, l *Login) { writeEncryptedKey(t, l.boot, "locked2") },
		"unknown host":  func(t *testing.T, l *Login) { l.boot.env.Home = t.TempDir() },
		"empty ring":    func(t *testing.T, l *Login) { l.boot.unlocked = new(sshclient.Unlocked) },
		"verbose login": func(t *testing.T, l *Login) { l.boot.unlocked = nil; l.boot.request.SSHCommand = []string{"ssh", "-v"} },
	} {
		t.Run(name, func(t *testing.T) {
			u := &prompttest.ScriptedUser{Answers: []string{"sesame", "sesame", "yes"}}
			login := openLogin(t, bootByKey(t, u))
			told := len(u.Told)
			change(t, login)
			again, err := login.Redial(t.Context(), true)
			if !errors.Is(err, ErrQuestion) || again != nil {
				t.Errorf("error %v", err)
			}
			if len(u.Asked) != 1 || len(u.Told) != told {
				t.Errorf("asked %q, told %q", u.Asked, u.Told[told:])
			}
			login.boot.env.Home = t.TempDir() // a host that is not known is asked for
			if again, err := login.Redial(t.Context(), false); err == nil {
				again.Close()
			}
			if len(u.Asked) < 2 {
				t.Error("not asked with the user there")
			}
		})
	}
}

// A question that was not needed for the login does not mark a later error.
func TestRefusedAfterAQuestion(t *testing.T) {
	u := &prompttest.ScriptedUser{}
	s := sshboottest.StartGoServer(t, byKey())
	s.Run = func(marker string, channel io.ReadWriter) {
		io.WriteString(channel, marker+" run /x\nGM ERROR there is no such session\n")
	}
	status := uint32(1)
	s.Status = &status
	b := bootTo(t, s, u)
	b.request.SSHCommand = []string{"ssh", "-o", "IdentityFile=" + b.env.Home + "/.ssh/id_ed25519", "-o", "IdentityFile=" + b.env.Home + "/.ssh/plain"}
	writeEncryptedKey(t, b, "locked1")
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	sshboottest.WriteFile(t, b.env.Home+"/.ssh/plain", string(pem.EncodeToMemory(block)), 0o600)
	b.request.Batch = true
	_, err = openLogin(t, b).Relay(t.Context(), "17-0a-9")
	if _, refused := errors.AsType[*RefusedError](err); !refused || errors.Is(err, ErrQuestion) {
		t.Errorf("error %v", err)
	}
}

// Once there is a pipe, the terminal belongs to the session.
func TestLoginIsMutedByItsPipe(t *testing.T) {
	var stderr strings.Builder
	for name, open := range map[string]func(*Login) error{
		"Start": func(l *Login) error { return l.Start(t.Context(), VerbNew, nil) },
		"Relay": func(l *Login) error { _, err := l.Relay(t.Context(), "17-0a-9"); return err },
	} {
		t.Run(name, func(t *testing.T) {
			lines := "GM PIPE\n"
			if name == "Start" {
				lines += connectLine
			}
			login := piping(t, lines)
			u := login.user.(*prompttest.ScriptedUser)
			login.muter.stderr = &stderr
			ask := login.boot.ask
			ask.Notice("before")
			ask.Status(prompt.Status{Text: "before"})
			io.WriteString(login.boot.env.Stderr, "before")
			if err := open(login); err != nil {
				t.Fatal(err)
			}
			ask.Notice("after")
			ask.Status(prompt.Status{Text: "after"})
			if !slices.Equal(u.Statuses, []string{"before"}) {
				t.Errorf("statuses %q", u.Statuses)
			}
			if n, err := io.WriteString(login.boot.env.Stderr, "after"); n != 5 || err != nil {
				t.Errorf("%d bytes, %v", n, err)
			}
			u.Answers = []string{"a", "a", "a"}
			_, err1 := ask.Ask(t.Context(), "?")
			_, err2 := ask.Secret(t.Context(), "?")
			_, err3 := ask.Confirm(t.Context(), "?")
			_, err4 := ask.Relay(t.Context(), io.Discard, func() {})
			if err1 != errMuted || err2 != errMuted || err3 != errMuted || err4 != errMuted || len(u.Asked) != 0 {
				t.Errorf("asked %q: %v, %v, %v, %v", u.Asked, err1, err2, err3, err4)
			}
			if got := strings.Join(u.Told, "|"); got != "before" || stderr.String() != "before" {
				t.Errorf("told %q, stderr %q", got, stderr.String())
			}
			stderr.Reset()
		})
	}
}

// A question that is open when the pipe is there is answered first.
func TestMuteWaitsForTheAnswer(t *testing.T) {
	asked, answer := make(chan struct{}), make(chan struct{})
	m := &muter{Prompter: blockingUser{&prompttest.ScriptedUser{}, asked, answer}}
	answered, muted := make(chan error, 1), make(chan struct{})
	go func() {
		_, err := m.Ask(t.Context(), "?")
		answered <- err
	}()
	<-asked
	go func() {
		m.mute()
		close(muted)
	}()
	select {
	case <-muted:
		t.Fatal("muted with a question open")
	default:
	}
	close(answer)
	<-muted
	if err := <-answered; err == errMuted {
		t.Error("the question failed")
	}
}

// blockingUser answers when it may.
type blockingUser struct {
	*prompttest.ScriptedUser
	asked, answer chan struct{}
}

func (u blockingUser) Ask(ctx context.Context, question string) (string, error) {
	close(u.asked)
	<-u.answer
	return u.ScriptedUser.Ask(ctx, question)
}

// wipes counts the statuses that wipe the line.
type wipes struct {
	*prompttest.ScriptedUser
	n int
}

func (w *wipes) Status(s prompt.Status) {
	if s == (prompt.Status{}) {
		w.n++
	}
}

// Text of a program that the login runs is not written behind a status.
func TestStandardErrorWipesTheStatus(t *testing.T) {
	u, stderr := &wipes{}, &strings.Builder{}
	m := &muter{Prompter: u, stderr: stderr}
	io.WriteString(m, "a warning\n")
	if u.n != 1 || stderr.String() != "a warning\n" {
		t.Errorf("wiped %d times, written %q", u.n, stderr.String())
	}
}
