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
)

// defaultMethods are the ways to log in, in ssh's order of preference. GSSAPI
// and host-based login are not among what gm can do.
const defaultMethods = "publickey,keyboard-interactive,password"

// authenticator chooses how to log in, step by step, as the server allows.
type authenticator struct {
	ctx     context.Context // ends the questions
	config  *sshconfig.Config
	ask     prompt.Prompter
	who     string // user@host, for prompts
	keyring *keyring
	dead    func() error // why the connection is gone, nil if it is not
	onOffer func()       // is called when offered has changed, if it is not nil
	// exchange returns the host's part of the key exchange.
	exchange func() kexReply
	// passwords says whether something secret may be typed to this host.
	passwords func() bool

	session  []byte      // identifies the connection, RFC 4253, section 7.2
	keys     []candidate // not yet offered
	gathered bool        // keys has been filled
	left     map[string]int
	offered  string   // what the host was last sent to log in with, for messages
	shown    int      // bytes of the host's own text that the user has been shown
	fatal    error    // ends the login
	answered string   // the method by which the user was last asked
	tried    []string // names of keys that were offered
	answers  int      // passwords and rounds of questions that the user answered
	trouble  error    // the last trouble with a question, for the final message
}

func newAuthenticator(ctx context.Context, c *sshconfig.Config, ask prompt.Prompter) *authenticator {
	tries := c.Number("numberofpasswordprompts")
	return &authenticator{
		ctx: ctx, config: c, ask: ask, who: c.User() + "@" + c.HostName(),
		offered: "the user name", left: map[string]int{"password": tries, "keyboard-interactive": tries},
	}
}

// next is an [ssh.ClientAuthCallback]. It offers one key, or asks one question,
// at a time.
func (a *authenticator) next(state *ssh.ClientAuthContext) (ssh.AuthMethod, error) {
	if a.fatal != nil {
		return nil, a.fatal
	}
	if err := a.dead(); err != nil {
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
		if a.fatal != nil {
			return nil, a.fatal
		}
	}
	return nil, a.denied(state)
}

// methods gives the names of PreferredAuthentications that are not switched off.
func (a *authenticator) methods() []string {
	names := defaultMethods
	if a.config.IsSet("preferredauthentications") {
		names = a.config.Word("preferredauthentications")
	}
	off := map[string]bool{
		"publickey":            a.config.Word("pubkeyauthentication") == "false",
		"password":             !a.config.Flag("passwordauthentication") || !a.passwords(),
		"keyboard-interactive": !a.config.Flag("kbdinteractiveauthentication") || !a.passwords(),
	}
	return slices.DeleteFunc(strings.Split(names, ","), func(name string) bool { return off[name] })
}

// method gives the next try by the method, nil if none is left.
func (a *authenticator) method(name string) ssh.AuthMethod {
	if name == "publickey" {
		return a.publicKey()
	}
	if a.left[name] == 0 {
		return nil
	}
	a.left[name]--
	Debugf(a.config, a.ask, "trying %s", name)
	switch name {
	case "password":
		return ssh.PasswordCallback(a.password)
	case "keyboard-interactive":
		return a.keyboardInteractive()
	}
	return nil
}

// offer sets what the host is sent next to log in with.
func (a *authenticator) offer(what string) {
	a.offered = what
	if a.onOffer != nil {
		a.onOffer()
	}
}

func (a *authenticator) publicKey() ssh.AuthMethod {
	if !a.gathered {
		a.gathered = true
		a.keyring.agent.bind(a.exchange(), a.session)
		a.keys = a.keyring.candidates(a.ctx)
	}
	for len(a.keys) > 0 {
		key := a.keys[0]
		a.keys = a.keys[1:]
		switch {
		case key.trouble != nil:
			a.ask.Notice("gm: warning: " + key.trouble.Error())
			continue
		case key.locked != nil:
			a.keys = append(a.reveal(key.locked), a.keys...)
			continue
		}
		Debugf(a.config, a.ask, "offering %s %s (%s)", key.signer.PublicKey().Type(), ssh.FingerprintSHA256(sshkey.Plain(key.signer.PublicKey())), key.name)
		a.tried = append(a.tried, key.name)
		a.offer("the key " + key.name)
		return ssh.PublicKeys(noting{key.signer.(ssh.MultiAlgorithmSigner), a.note})
	}
	return nil
}

// reveal unlocks a key whose public half is hidden too.
func (a *authenticator) reveal(id *identity) []candidate {
	if err := a.keyring.unlock(a.ctx, id); err != nil {
		a.note(err)
		return nil
	}
	certificates := a.keyring.certificates(a.keyring.identities())
	return a.keyring.accepted(withCertificates(a.keyring.fromFile(a.ctx, id), certificates))
}

// note keeps the trouble that the user had with a question. Breaking off one
// ends the login; the library would go on.
func (a *authenticator) note(err error) {
	if errors.Is(err, prompt.ErrInterrupted) || a.ctx.Err() != nil {
		a.fatal = err
	}
	a.trouble = err
}

func (a *authenticator) password() (string, error) {
	a.again("password")
	answer, err := a.ask.Secret(a.ctx, a.who+"'s password: ")
	if err != nil {
		a.left["password"] = 0
		a.note(err)
	}
	if err == nil {
		a.answers++
	}
	a.offer("the password")
	return answer, err
}

// again tells the user, as ssh does, that the last answer was wrong.
func (a *authenticator) again(method string) {
	if a.answered == method {
		a.ask.Notice("Permission denied, please try again.")
	}
	a.answered = method
}

// keyboardInteractive asks what the server asks (RFC 4256), in as many rounds
// as it likes. A server that asks nothing has no use for another try.
func (a *authenticator) keyboardInteractive() ssh.AuthMethod {
	tries := a.left["keyboard-interactive"]
	a.left["keyboard-interactive"] = 0
	first := true
	return ssh.KeyboardInteractive(func(name, instruction string, questions []string, echos []bool) ([]string, error) {
		if first && len(questions) > 0 {
			a.again("keyboard-interactive")
			first = false
		}
		for _, text := range []string{name, instruction} {
			if text != "" {
				a.show(a.ask.Notice, text)
			}
		}
		var answers []string
		for i, question := range questions {
			a.left["keyboard-interactive"] = tries
			answer, err := a.interactiveAnswer(question, echos[i])
			if err != nil {
				a.left["keyboard-interactive"] = 0
				a.note(err)
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
	prompt := fmt.Sprintf("(%s) %s", a.who, sanitize.Text(question))
	if echo {
		return a.ask.Answer(a.ctx, prompt)
	}
	return a.ask.Secret(a.ctx, prompt)
}

// maxHostText bounds the text of the host that is shown during a login: banners,
// and the instructions of keyboard-interactive. It is in bytes.
const maxHostText = 64 << 10

// show passes text of the host to notice, within maxHostText.
func (a *authenticator) show(notice func(string), text string) {
	text = sanitize.Text(strings.TrimRight(text, "\r\n"))
	if a.shown += len(text); text != "" && a.shown <= maxHostText {
		notice(text)
	}
}

// denied is the end: nothing is left to try.
func (a *authenticator) denied(state *ssh.ClientAuthContext) error {
	err := fmt.Errorf("%s: permission denied (%s)", a.who, sanitize.Line(strings.Join(state.AllowedMethods, ",")))
	if a.trouble != nil {
		err = fmt.Errorf("%w: %w", err, a.trouble)
	}
	return &hint.Error{Err: err, Hint: a.deniedHint(state)}
}

// deniedHint returns what to do about a login that was denied, by what was tried.
func (a *authenticator) deniedHint(state *ssh.ClientAuthContext) string {
	keys := slices.Contains(state.AllowedMethods, "publickey")
	switch {
	case errors.Is(a.trouble, prompt.ErrNoTerminal):
		return "start gm in a terminal, load a key into ssh-agent, or set SSH_ASKPASS"
	case len(state.PartialSuccessMethods) > 0:
		return strings.Join(state.PartialSuccessMethods, " and ") + " succeeded; the server wants one more of those in brackets"
	case a.answers > 0:
		return fmt.Sprintf("%s not right for %q there: check the user name, the password and Caps Lock", times(a.answers, "answer was", "answers were"), a.config.User())
	case !keys:
		return "gm logs in by publickey, keyboard-interactive and password: does ssh_config switch off what the host wants?"
	case len(a.tried) == 0:
		return "gm found no key to offer: does ssh-add -l list one, or -i name it?"
	}
	return fmt.Sprintf("%s refused (%s): is its public half in ~/.ssh/authorized_keys of %q there? -i names another",
		times(len(a.tried), "key was", "keys were"), sanitize.Line(strings.Join(a.tried[:min(len(a.tried), maxNamed)], ", ")), a.config.User())
}

// maxNamed is how many keys a hint names.
const maxNamed = 3

// times returns the number with the words for one or for many.
func times(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// noting is a signer that tells why it could not sign.
type noting struct {
	ssh.MultiAlgorithmSigner
	note func(error)
}

func (n noting) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	signature, err := n.MultiAlgorithmSigner.SignWithAlgorithm(rand, data, algorithm)
	if err != nil {
		n.note(err)
	}
	return signature, err
}
