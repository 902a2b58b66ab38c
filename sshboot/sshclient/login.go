package sshclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/sshboot/prompt"
	"gm/sshboot/sshconfig"
	"gm/sshboot/trace"
)

// clientVersion is the identification string of the SSH version exchange.
const clientVersion = "SSH-2.0-gm"

// loginAttempt is the state of one login on a host.
type loginAttempt struct {
	config *sshconfig.Config
	ask    prompt.Prompter
	wait   *prompt.WaitNotice
	host   string // for messages

	conn      *deadlineConn
	transport *kexReader
	preamble  *preambleReader
	unlocked  *Unlocked
	auth      *authenticator
}

// login exchanges keys over conn, verifies the host key, and authenticates the user. It
// closes conn on failure.
func login(ctx context.Context, conn net.Conn, c *sshconfig.Config, ask prompt.Prompter, w *prompt.WaitNotice, unlocked *Unlocked) (*Conn, error) {
	limit := kexTimeout
	if timeout := c.Duration("connecttimeout"); timeout > 0 {
		limit = timeout
	}
	timed := newDeadlineConn(conn, limit, w)
	defer timed.stop()
	defer w.Leave()
	defer context.AfterFunc(ctx, func() { conn.Close() })()

	l := loginAttempt{config: c, ask: pausingPrompter{ask, timed}, wait: w, host: hostKeyName(c.HostName(), c.Number("port")), conn: timed, unlocked: unlocked}
	l.preamble = &preambleReader{Conn: timed, onBegin: l.enterKex}
	l.transport = &kexReader{Conn: l.preamble}
	w.Enter(prompt.StageVersion, l.preamble.seen, "%s to send its SSH version", l.host)
	connected, err := l.handshake(ctx)
	if err == nil {
		return connected, nil
	}
	defer conn.Close()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, l.userError(err)
}

func (l *loginAttempt) handshake(ctx context.Context) (*Conn, error) {
	keys, err := newHostKeys(ctx, l.config, l.ask)
	if err != nil {
		return nil, err
	}
	l.auth = newAuthenticator(ctx, l.config, l.ask)
	l.auth.connErr, l.auth.onOffer = l.conn.err, l.enterAuth
	l.auth.onSign = func(what string) { l.wait.Enter(prompt.StageAuth, nil, "%s", what) }
	l.auth.maySendSecrets = func() bool { return !keys.insecure }
	l.auth.keyring = &keyring{config: l.config, ask: l.ask, agent: openAgent(l.config), unlocked: l.unlocked}
	l.auth.kexReply = func() kexReply { return l.transport.reply }
	if l.auth.keyring.agent != nil {
		defer l.auth.keyring.agent.Close()
	}
	config, err := clientConfig(l.config)
	if err != nil {
		return nil, err
	}
	config.HostKeyAlgorithms = keys.algorithms()
	traced := trace.From(ctx)
	traced.Connected()
	var checked error // kept here, as the SSH library hides the type of a callback's error
	config.HostKeyCallback = func(_ string, remote net.Addr, key ssh.PublicKey) error {
		Debugf(l.config, l.ask, "host key: %s %s", key.Type(), ssh.FingerprintSHA256(key))
		l.enterKex()
		checked = keys.check(ctx, remote, key)
		traced.HostKey(trace.HostKey{Key: key, Known: keys.place, Err: checked})
		l.conn.extend(authTimeout)
		return checked
	}
	config.AuthCallback = func(state *ssh.ClientAuthContext) (ssh.AuthMethod, error) {
		if l.auth.session == nil {
			traced.Exchanged(string(state.Metadata.ServerVersion()), state.Algorithms)
		}
		traced.Allowed(state.AllowedMethods)
		return l.nextMethod(state)
	}
	config.BannerCallback = func(text string) error {
		l.auth.showHostText(func(text string) { inform(l.config, l.ask, text) }, text)
		return nil
	}
	conn, channels, requests, err := ssh.NewClientConn(l.transport, "", config)
	if e, ok := errors.AsType[*hint.Error](checked); ok {
		return nil, &hint.Error{Err: opensshError{e.Err, "Host key verification failed.", true}, Hint: e.Hint}
	}
	if checked != nil {
		return nil, checked
	}
	if err != nil {
		return nil, err
	}
	traced.LoggedIn()
	if negotiated, ok := conn.(ssh.AlgorithmsConnMetadata); ok {
		a := negotiated.Algorithms()
		Debugf(l.config, l.ask, "logged in to %s; %s, %s %s", conn.ServerVersion(), a.KeyExchange, a.Write.Cipher, a.Write.MAC)
	}
	rest, learned := hostKeyLearner{conn, keys}.listen(ctx, requests)
	return &Conn{Client: ssh.NewClient(conn, channels, rest), keysLearned: learned, heard: l.conn.heardAt}, nil
}

func (l *loginAttempt) nextMethod(state *ssh.ClientAuthContext) (ssh.AuthMethod, error) {
	l.conn.extend(authTimeout)
	if l.wait.Stage() != prompt.StageAuth {
		l.enterAuth()
	}
	return l.auth.next(state)
}

func (l *loginAttempt) enterKex() {
	l.wait.Enter(prompt.StageKex, nil, "%s to exchange keys", l.host)
}

func (l *loginAttempt) enterAuth() {
	l.wait.Enter(prompt.StageAuth, nil, "%s to check %s", l.host, l.auth.offered)
}

// clientConfig returns the algorithms that c allows. By default, weak ones are disabled and
// post-quantum key exchange comes first. A list without any supported algorithm is an
// error, because the SSH library would replace it by its defaults.
func clientConfig(c *sshconfig.Config) (*ssh.ClientConfig, error) {
	config := &ssh.ClientConfig{User: c.User(), ClientVersion: clientVersion}
	for what, chosen := range map[string]*[]string{
		"key exchange": &config.KeyExchanges, "cipher": &config.Ciphers, "MAC": &config.MACs, "host key": &config.HostKeyAlgorithms,
	} {
		kind, _ := kindOf(what)
		if *chosen = kind.choose(c); len(*chosen) == 0 {
			return nil, &hint.Error{
				Err:  fmt.Errorf("%s %s: gm supports none of them", kind.keyword, c.Word(strings.ToLower(kind.keyword))),
				Hint: "it supports " + strings.Join(kind.all(), ","),
			}
		}
	}
	return config, nil
}
