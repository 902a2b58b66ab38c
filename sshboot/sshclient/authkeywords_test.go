package sshclient

import (
	"fmt"
	"slices"
	"testing"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/prompt/prompttest"
	"gm/sshboot/sshboottest"
	"gm/sshboot/sshkey"
)

func TestDisabledMethods(t *testing.T) {
	answer := func(_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
		answers, err := ask("", "", []string{"Code: "}, []bool{true})
		if err == nil && answers[0] != "right" {
			err = fmt.Errorf("wrong")
		}
		return nil, err
	}
	key := sshboottest.NewSigner(t)
	s := sshboottest.StartGoServer(t, ssh.ServerConfig{
		PasswordCallback:            checkPassword,
		KeyboardInteractiveCallback: answer,
		PublicKeyCallback: func(_ ssh.ConnMetadata, got ssh.PublicKey) (*ssh.Permissions, error) {
			if sshkey.Same(got, key.PublicKey()) {
				return nil, nil
			}
			return nil, fmt.Errorf("unknown")
		},
	})
	const password, code = "secret: joe@127.0.0.1's password: ", "(joe@127.0.0.1) Code: "
	for _, c := range []struct {
		options []string
		asked   []string
	}{
		{nil, nil},
		{[]string{"PubkeyAuthentication=no"}, []string{code}},
		{[]string{"PubkeyAuthentication=no", "KbdInteractiveAuthentication=no"}, []string{password}},
		{[]string{"PreferredAuthentications=password,publickey"}, []string{password}},
		{[]string{"PreferredAuthentications=keyboard-interactive"}, []string{code}},
		{[]string{"PreferredAuthentications=keyboard-interactive,password", "PasswordAuthentication=no"}, []string{code}},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			u := &prompttest.ScriptedUser{Answers: []string{"right"}}
			b := bootTo(t, s, u)
			b.env.Lookup = testEnvironment("", "SSH_AUTH_SOCK="+serveAgent(t, key)).Lookup
			got, err := withOptions(b, c.options...).run(t.Context())
			wantEndpoint(t, got, err)
			if !slices.Equal(u.Asked, c.asked) {
				t.Errorf("%q: asked %q, want %q", c.options, u.Asked, c.asked)
			}
		})
	}
	b := bootTo(t, s, &prompttest.ScriptedUser{Answers: []string{"right"}})
	_, err := withOptions(b, "PubkeyAuthentication=no", "KbdInteractiveAuthentication=no", "PasswordAuthentication=no").run(t.Context())
	sshboottest.WantError(t, err, "permission denied")
}

func TestNumberOfPasswordPrompts(t *testing.T) {
	s := sshboottest.StartGoServer(t, ssh.ServerConfig{PasswordCallback: checkPassword})
	u := &prompttest.ScriptedUser{Answers: []string{"1", "2", "right"}}
	_, err := withOptions(bootTo(t, s, u), "NumberOfPasswordPrompts=2").run(t.Context())
	sshboottest.WantError(t, err, "permission denied")
	if len(u.Asked) != 2 {
		t.Errorf("asked %q", u.Asked)
	}
}
