package sshclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/internal/sanitize"
	"gm/sshboot/prompt"
	"gm/sshboot/sshconfig"
	"gm/sshboot/sshkey"
	"gm/sshboot/trace"
)

// defaultMethods lists the supported authentication methods in ssh's order of preference.
// GSSAPI and host-based authentication are not supported.
const defaultMethods = "publickey,keyboard-interactive,password"

// authenticator chooses the next authentication method whenever the server asks for one.
type authenticator struct {
	ctx     context.Context // cancels prompts
	config  *sshconfig.Config
	ask     prompt.Prompter
	account string // user@host, for prompts
	keyring *keyring
	connErr func() error // the error that ended the connection; nil while it is open
	onOffer func()       // called when offered changes; may be nil
	// onSign is called with a description of the signature that begins; may be nil.
	onSign func(what string)
	// kexReply returns the host's reply in the key exchange.
	kexReply func() kexReply
	// maySendSecrets reports whether passwords may be sent to this host.
	maySendSecrets func() bool

	session     []byte         // session identifier (RFC 4253, section 7.2)
	keys        []candidate    // not offered yet
	collected   bool           // whether keys was filled
	triesLeft   map[string]int // by method
	offered     string         // the credential sent last, for messages
	shownBytes  int            // bytes of the host's text shown to the user
	fatalErr    error          // ends the login
	lastMethod  string         // method of the last prompt
	offeredKeys []string       // names of the keys offered
	answers     int            // passwords and rounds of prompts that the user answered
	lastErr     error          // last error of a prompt, for the final message
}

func newAuthenticator(ctx context.Context, c *sshconfig.Config, ask prompt.Prompter) *authenticator {
	tries := c.Number("numberofpasswordprompts")
	return &authenticator{
		ctx: ctx, config: c, ask: ask, account: c.User() + "@" + c.HostName(),
		offered: "the user name", triesLeft: map[string]int{"password": tries, "keyboard-interactive": tries},
	}
}

// next is an [ssh.ClientAuthCallback]. Each call offers one key or one prompted method.
func (a *authenticator) next(state *ssh.ClientAuthContext) (ssh.AuthMethod, error) {
	if a.fatalErr != nil {
		return nil, a.fatalErr
	}
	if err := a.connErr(); err != nil {
		return nil, err
	}
	if a.session == nil {
		a.session = state.Metadata.SessionID()
	}
	for _, name := range a.methods() {
		if !slices.Contains(state.AllowedMethods, name) {
			continue
		}
		if method := a.method(name); method != nil {
			return method, nil
		}
		if a.fatalErr != nil {
			return nil, a.fatalErr
		}
	}
	return nil, a.deniedError(state)
}

// methods returns the names in PreferredAuthentications that are not disabled.
func (a *authenticator) methods() []string {
	names := defaultMethods
	if a.config.IsSet("preferredauthentications") {
		names = a.config.Word("preferredauthentications")
	}
	off := map[string]bool{
		"publickey":            a.config.Word("pubkeyauthentication") == "false",
		"password":             !a.config.Flag("passwordauthentication") || !a.maySendSecrets(),
		"keyboard-interactive": !a.config.Flag("kbdinteractiveauthentication") || !a.maySendSecrets(),
	}
	return slices.DeleteFunc(strings.Split(names, ","), func(name string) bool { return off[name] })
}

// method returns the next attempt by the named method, or nil if none is left.
func (a *authenticator) method(name string) ssh.AuthMethod {
	if name == "publickey" {
		return a.publicKey()
	}
	if a.triesLeft[name] == 0 {
		return nil
	}
	a.triesLeft[name]--
	Debugf(a.config, a.ask, "trying %s", name)
	trace.From(a.ctx).Offered(name, name, nil)
	switch name {
	case "password":
		return ssh.PasswordCallback(a.password)
	case "keyboard-interactive":
		return a.keyboardInteractive()
	}
	return nil
}

func (a *authenticator) offer(credential string) {
	a.offered = credential
	a.offerSent()
}

func (a *authenticator) offerSent() {
	if a.onOffer != nil {
		a.onOffer()
	}
}

// signing reports that the user may have to touch a key, or to answer the agent.
func (a *authenticator) signing(key candidate) {
	switch {
	case a.onSign == nil:
	case sshkey.IsSecurityKey(key.signer.PublicKey()):
		a.onSign("a touch of the security key " + key.name)
	default:
		a.onSign("a signature with the key " + key.name)
	}
}

func (a *authenticator) publicKey() ssh.AuthMethod {
	if !a.collected {
		a.collected = true
		a.keyring.agent.bind(a.kexReply(), a.session)
		a.keys = a.keyring.candidates(a.ctx)
	}
	for len(a.keys) > 0 {
		key := a.keys[0]
		a.keys = a.keys[1:]
		switch {
		case key.err != nil:
			a.ask.Notice("gm: warning: " + key.err.Error())
			continue
		case key.hidden != nil:
			a.keys = append(a.unlockHidden(key.hidden), a.keys...)
			continue
		}
		Debugf(a.config, a.ask, "offering %s %s (%s)", key.signer.PublicKey().Type(), ssh.FingerprintSHA256(sshkey.Plain(key.signer.PublicKey())), key.name)
		a.offeredKeys = append(a.offeredKeys, key.name)
		trace.From(a.ctx).Offered("publickey", key.name, key.signer.PublicKey())
		a.offer("the key " + key.name)
		return ssh.PublicKeys(reportingSigner{key.signer.(ssh.MultiAlgorithmSigner), a.recordErr, func() { a.signing(key) }, a.offerSent})
	}
	return nil
}

// unlockHidden unlocks a key whose public half is encrypted too.
func (a *authenticator) unlockHidden(id *identity) []candidate {
	if err := a.keyring.unlock(a.ctx, id); err != nil {
		a.recordErr(err)
		return nil
	}
	certificates := a.keyring.certificates(a.keyring.identities())
	return a.keyring.accepted(withCertificates(a.keyring.fromFile(a.ctx, id), certificates))
}

// recordErr records an error of a prompt. If the user interrupted the prompt, the login
// ends; the SSH library would try the next method.
func (a *authenticator) recordErr(err error) {
	if errors.Is(err, prompt.ErrInterrupted) || a.ctx.Err() != nil {
		a.fatalErr = err
	}
	a.lastErr = err
}

func (a *authenticator) password() (string, error) {
	a.noticeWrongAnswer("password")
	answer, err := a.ask.Secret(a.ctx, a.account+"'s password: ")
	if err != nil {
		a.triesLeft["password"] = 0
		a.recordErr(err)
	}
	if err == nil {
		a.answers++
	}
	a.offer("the password")
	return answer, err
}

func (a *authenticator) noticeWrongAnswer(method string) {
	if a.lastMethod == method {
		a.ask.Notice("Permission denied, please try again.")
	}
	a.lastMethod = method
}

// keyboardInteractive returns a method that prompts for the server's questions (RFC 4256)
// in any number of rounds. If the server has no questions, it is not tried again.
func (a *authenticator) keyboardInteractive() ssh.AuthMethod {
	tries := a.triesLeft["keyboard-interactive"]
	a.triesLeft["keyboard-interactive"] = 0
	first := true
	return ssh.KeyboardInteractive(func(name, instruction string, questions []string, echos []bool) ([]string, error) {
		if first && len(questions) > 0 {
			a.noticeWrongAnswer("keyboard-interactive")
			first = false
		}
		for _, text := range []string{name, instruction} {
			if text != "" {
				a.showHostText(a.ask.Notice, text)
			}
		}
		var answers []string
		for i, question := range questions {
			a.triesLeft["keyboard-interactive"] = tries
			answer, err := a.interactiveAnswer(question, echos[i])
			if err != nil {
				a.triesLeft["keyboard-interactive"] = 0
				a.recordErr(err)
				return nil, err
			}
			answers = append(answers, answer)
			a.offer("the answers")
		}
		if len(answers) > 0 {
			a.answers++
		}
		return answers, nil
	})
}

func (a *authenticator) interactiveAnswer(question string, echo bool) (string, error) {
	prompt := fmt.Sprintf("(%s) %s", a.account, sanitize.Text(question))
	if echo {
		return a.ask.Ask(a.ctx, prompt)
	}
	return a.ask.Secret(a.ctx, prompt)
}

// maxHostText bounds the host's text shown during a login, in bytes: banners, and the
// instructions of keyboard-interactive.
const maxHostText = 64 << 10

func (a *authenticator) showHostText(notice func(string), text string) {
	text = sanitize.Text(strings.TrimRight(text, "\r\n"))
	if a.shownBytes += len(text); text != "" && a.shownBytes <= maxHostText {
		notice(text)
	}
}

func (a *authenticator) deniedError(state *ssh.ClientAuthContext) error {
	methods := sanitize.Line(strings.Join(state.AllowedMethods, ","))
	var err error = opensshError{fmt.Errorf("%s: permission denied (%s)", a.account, methods), a.account + ": Permission denied (" + methods + ").", false}
	if a.lastErr != nil {
		err = fmt.Errorf("%w: %w", err, a.lastErr)
	}
	return &hint.Error{Err: err, Hint: a.deniedHint(state)}
}

func (a *authenticator) deniedHint(state *ssh.ClientAuthContext) string {
	keys := slices.Contains(state.AllowedMethods, "publickey")
	switch {
	case errors.Is(a.lastErr, prompt.ErrNoTerminal):
		return "start gm in a terminal, load a key into ssh-agent, or set SSH_ASKPASS"
	case len(state.PartialSuccessMethods) > 0:
		return strings.Join(state.PartialSuccessMethods, " and ") + " succeeded; the server also requires one of those in brackets"
	case a.answers > 0:
		return fmt.Sprintf("%s not right for %q there: check the user name, the password and Caps Lock", plural(a.answers, "answer was", "answers were"), a.config.User())
	case !keys:
		return "gm supports publickey, keyboard-interactive and password: does ssh_config disable the one that the host requires?"
	case len(a.offeredKeys) == 0:
		return "gm found no key to offer: does ssh-add -l list one, or -i name it?"
	}
	return fmt.Sprintf("%s refused (%s): is its public half in ~/.ssh/authorized_keys of %q there? -i names another",
		plural(len(a.offeredKeys), "key was", "keys were"), sanitize.Line(strings.Join(a.offeredKeys[:min(len(a.offeredKeys), maxNamed)], ", ")), a.config.User())
}

// maxNamed bounds the keys named in a hint.
const maxNamed = 3

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// reportingSigner calls report with the errors of a signer, and begin and end around a
// signature.
type reportingSigner struct {
	ssh.MultiAlgorithmSigner
	report     func(error)
	begin, end func()
}

func (s reportingSigner) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	s.begin()
	defer s.end()
	signature, err := s.MultiAlgorithmSigner.SignWithAlgorithm(rand, data, algorithm)
	if err != nil {
		s.report(err)
	}
	return signature, err
}
