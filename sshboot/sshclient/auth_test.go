package sshclient

import (
	"errors"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"gm/sshboot/prompt"
	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
)

func checkPassword(meta ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
	if meta.User() == "joe" && string(password) == "right" {
		return nil, nil
	}
	return nil, errors.New("wrong")
}

func TestLoginByPassword(t *testing.T) {
	s := sshboottest.StartGoServer(t, ssh.ServerConfig{PasswordCallback: checkPassword, BannerCallback: func(ssh.ConnMetadata) string { return "Hello\x1b[2J\n" }})
	u := &prompttest.ScriptedUser{Answers: []string{"wrong", "right"}}
	got, err := bootTo(t, s, u).run(t.Context())
	wantEndpoint(t, got, err)
	if want := []string{"secret: joe@127.0.0.1's password: ", "secret: joe@127.0.0.1's password: "}; !slices.Equal(u.Asked, want) {
		t.Errorf("asked %q, want %q", u.Asked, want)
	}
	if want := []string{"Hello?[2J", "Permission denied, please try again."}; !slices.Equal(u.Told, want) {
		t.Errorf("told %q, want %q", u.Told, want)
	}
}

func TestLoginGivesUp(t *testing.T) {
	s := sshboottest.StartGoServer(t, ssh.ServerConfig{PasswordCallback: checkPassword})
	u := &prompttest.ScriptedUser{Answers: []string{"1", "2", "3", "right"}}
	_, err := bootTo(t, s, u).run(t.Context())
	sshboottest.WantError(t, err, "joe@127.0.0.1: permission denied (password)", `3 answers were not right for "joe" there: check the user name, the password and Caps Lock`)
	if len(u.Answers) != 1 {
		t.Errorf("asked %d times, want NumberOfPasswordPrompts", len(u.Asked))
	}

	u = &prompttest.ScriptedUser{}
	_, err = bootTo(t, s, u).run(t.Context())
	sshboottest.WantError(t, err, "no terminal", "SSH_ASKPASS")

	u = &prompttest.ScriptedUser{Answers: []string{"^C", "right"}}
	if _, err = bootTo(t, s, u).run(t.Context()); !errors.Is(err, prompt.ErrInterrupted) || len(u.Asked) != 1 {
		t.Errorf("interrupted: %v, asked %q", err, u.Asked)
	}

	b := bootTo(t, s, &prompttest.ScriptedUser{Answers: []string{"right"}})
	b.request.SSHCommand = []string{"ssh", "-o", "BatchMode=yes"}
	_, err = b.run(t.Context())
	sshboottest.WantError(t, err, "BatchMode")
}

func TestLoginByKeyboardInteractive(t *testing.T) {
	s := sshboottest.StartGoServer(t, ssh.ServerConfig{
		KeyboardInteractiveCallback: func(_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			first, err := ask("Two steps", "Say who you are", []string{"Password: ", "Colour: "}, []bool{false, true})
			if err != nil {
				return nil, err
			}
			second, err := ask("", "", []string{"Code: "}, []bool{false})
			if err != nil {
				return nil, err
			}
			if _, err := ask("", "", nil, nil); err != nil { // like PAM at the end
				return nil, err
			}
			if slices.Equal(append(first, second...), []string{"right", "blue", "123456"}) {
				return nil, nil
			}
			return nil, errors.New("wrong")
		},
	})
	u := &prompttest.ScriptedUser{Answers: []string{"wrong", "blue", "1", "right", "blue", "123456"}}
	got, err := bootTo(t, s, u).run(t.Context())
	wantEndpoint(t, got, err)
	round := []string{"secret: (joe@127.0.0.1) Password: ", "(joe@127.0.0.1) Colour: ", "secret: (joe@127.0.0.1) Code: "}
	if want := append(round, round...); !slices.Equal(u.Asked, want) {
		t.Errorf("asked %q, want %q", u.Asked, want)
	}
	if want := []string{"Two steps", "Say who you are", "Permission denied, please try again.", "Two steps", "Say who you are"}; !slices.Equal(u.Told, want) {
		t.Errorf("told %q, want %q", u.Told, want)
	}
}

// serveAgent starts an agent that signs with signers, and returns its socket.
func serveAgent(t *testing.T, signers ...ssh.Signer) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "agent")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	keyring := signingAgent{Agent: agent.NewKeyring(), signers: signers}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go agent.ServeAgent(keyring, conn)
		}
	}()
	return socket
}

type signingAgent struct {
	agent.Agent
	signers []ssh.Signer
}

func (a signingAgent) List() ([]*agent.Key, error) {
	var keys []*agent.Key
	for _, s := range a.signers {
		keys = append(keys, &agent.Key{Format: s.PublicKey().Type(), Blob: s.PublicKey().Marshal()})
	}
	return keys, nil
}

func (a signingAgent) Sign(key ssh.PublicKey, data []byte) (*ssh.Signature, error) {
	for _, s := range a.signers {
		if slices.Equal(s.PublicKey().Marshal(), key.Marshal()) {
			return s.Sign(nil, data)
		}
	}
	return nil, errors.New("no such key")
}

func TestHostTextIsBounded(t *testing.T) {
	u := &prompttest.ScriptedUser{}
	a := newAuthenticator(t.Context(), configured(t), u)
	for range 100 {
		a.showHostText(u.Notice, strings.Repeat("\x1b", 1000)+"\r\n")
	}
	a.showHostText(u.Notice, "\r\n")
	if len(u.Told) != maxHostText/1000 || u.Told[0] != strings.Repeat("?", 1000) {
		t.Errorf("shown %d times", len(u.Told))
	}
}
