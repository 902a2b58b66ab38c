package sshboot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/internal/sanitize"
)

// clientVersion is what gm calls itself in the SSH version exchange.
const clientVersion = "SSH-2.0-gm"

// login exchanges keys with the host at the other end of conn, checks that it
// is the right one, and logs in. It closes conn if that fails.
func login(ctx context.Context, conn net.Conn, c *Config, ask prompter) (*connection, error) {
	limit := exchangePatience
	if timeout := c.duration("connecttimeout"); timeout > 0 {
		limit = timeout
	}
	clock := newPatience(conn, limit)
	defer clock.stop()
	defer context.AfterFunc(ctx, func() { conn.Close() })()

	connected, err := handshake(ctx, clock, c, patientPrompter{ask, clock})
	if err == nil {
		return connected, nil
	}
	conn.Close()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, loginError(c, err, clock.dead())
}

func handshake(ctx context.Context, clock *patience, c *Config, ask prompter) (*connection, error) {
	keys, err := newHostKeys(ctx, c, ask)
	if err != nil {
		return nil, err
	}
	auth := newAuthenticator(ctx, c, ask)
	auth.dead = clock.dead
	auth.passwords = func() bool { return !keys.insecure }
	transport := &kexReader{Conn: clock}
	auth.keyring = &keyring{config: c, ask: ask, agent: openAgent(c)}
	auth.exchange = func() kexReply { return transport.reply }
	if auth.keyring.agent != nil {
		defer auth.keyring.agent.Close()
	}
	config := clientConfig(c)
	config.HostKeyAlgorithms = keys.algorithms()
	if err := checkAlgorithms(c, config); err != nil {
		return nil, err
	}
	var checked error // the library hides the type of a callback's error
	config.HostKeyCallback = func(_ string, remote net.Addr, key ssh.PublicKey) error {
		c.debugf(ask, "host key: %s %s", key.Type(), ssh.FingerprintSHA256(key))
		checked = keys.check(ctx, remote, key)
		clock.allow(loginPatience)
		return checked
	}
	config.AuthCallback = func(state *ssh.ClientAuthContext) (ssh.AuthMethod, error) {
		clock.allow(loginPatience)
		return auth.next(state)
	}
	config.BannerCallback = func(text string) error {
		auth.show(func(text string) { c.inform(ask, text) }, text)
		return nil
	}
	conn, channels, requests, err := ssh.NewClientConn(transport, "", config)
	if checked != nil {
		return nil, checked
	}
	if err != nil {
		return nil, err
	}
	if negotiated, ok := conn.(ssh.AlgorithmsConnMetadata); ok {
		a := negotiated.Algorithms()
		c.debugf(ask, "logged in to %s; %s, %s %s", conn.ServerVersion(), a.KeyExchange, a.Write.Cipher, a.Write.MAC)
	}
	rest, learned := hostKeyLearner{conn, keys}.listen(ctx, requests)
	return &connection{Client: ssh.NewClient(conn, channels, rest), learned: learned}, nil
}

// clientConfig takes the algorithms from c. By default the weak ones are off
// and post-quantum key exchange comes first.
func clientConfig(c *Config) *ssh.ClientConfig {
	good, weak := ssh.SupportedAlgorithms(), ssh.InsecureAlgorithms()
	return &ssh.ClientConfig{
		User:          c.user(),
		ClientVersion: clientVersion,
		Config: ssh.Config{
			KeyExchanges: chooseAlgorithms(c.word("kexalgorithms"), good.KeyExchanges, append(good.KeyExchanges, weak.KeyExchanges...)),
			Ciphers:      chooseAlgorithms(c.word("ciphers"), good.Ciphers, append(good.Ciphers, weak.Ciphers...)),
			MACs:         chooseAlgorithms(c.word("macs"), good.MACs, append(good.MACs, weak.MACs...)),
		},
	}
}

// checkAlgorithms refuses lists that leave nothing to choose from: the library
// would take its defaults for them.
func checkAlgorithms(c *Config, config *ssh.ClientConfig) error {
	for keyword, list := range map[string][]string{
		"KexAlgorithms": config.KeyExchanges, "Ciphers": config.Ciphers, "MACs": config.MACs, "HostKeyAlgorithms": config.HostKeyAlgorithms,
	} {
		if len(list) == 0 {
			return &Error{Err: fmt.Errorf("%s %s: gm knows none of them", keyword, c.word(strings.ToLower(keyword)))}
		}
	}
	return nil
}

// loginError says in the user's words why the login failed; dead is why the
// connection ended, if it did.
func loginError(c *Config, err, dead error) error {
	var ours *Error
	if errors.As(err, &ours) {
		return ours
	}
	if errors.Is(err, errInterrupted) {
		return errInterrupted
	}
	host := hostKeyName(c.hostName(), c.number("port"))
	text := foreign(err)
	var algorithms *ssh.AlgorithmNegotiationError
	switch {
	case errors.As(err, &algorithms):
		return negotiationError(host, algorithms)
	case strings.Contains(text, "Too many authentication failures"):
		return &Error{
			Err:  fmt.Errorf("log in to %s: too many keys were tried", host),
			Hint: "name the right one with -i, and set IdentitiesOnly yes",
		}
	case dead != nil:
		return &Error{
			Err:  fmt.Errorf("log in to %s: %w", host, plainNetError(dead)),
			Hint: "does sshd answer there, and does it let you in from here?",
		}
	}
	return &Error{Err: fmt.Errorf("log in to %s: %s", host, text)}
}

// foreign returns the text of an error of the SSH library's as part of a message:
// it can hold bytes of the host's.
func foreign(err error) string {
	text := err.Error()
	for _, prefix := range []string{"ssh: handshake failed: ", "ssh: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return sanitize.Line(text)
}
