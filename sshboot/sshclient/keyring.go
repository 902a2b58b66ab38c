package sshclient

import (
	"cmp"
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"gm/sshboot/prompt"
	"gm/sshboot/sshconfig"
	"gm/sshboot/sshkey"
)

// candidate is a key for the login, or the error of a configured key that cannot be used.
type candidate struct {
	name   string // file name or "agent", for messages
	signer ssh.AlgorithmSigner
	// hidden is set instead of signer if the public key is encrypted too.
	hidden *identity
	// err is the error to show in place of offering the key; may be nil.
	err error
}

// keyring finds the keys for a login: in the agent and in files.
type keyring struct {
	config *sshconfig.Config
	ask    prompt.Prompter
	agent  *agentConn
	// unlocked are the keys that the user has unlocked in this run; may be nil.
	unlocked *Unlocked
}

// candidates returns the keys in ssh's order: the agent's keys that the configuration
// names, the agent's other keys unless IdentitiesOnly is set, then those in files. Each
// key comes after its certificates.
func (r *keyring) candidates(ctx context.Context) []candidate {
	ids := r.identities()
	certificates := r.certificates(ids)
	inAgent := r.agent.signers()
	var named, others []candidate
	for _, s := range inAgent {
		c := candidate{name: "agent", signer: s}
		certified := withCertificates(c, certificates)
		switch {
		case slices.ContainsFunc(ids, func(id *identity) bool { return id.names(s.PublicKey()) }):
			named = append(named, certified...)
		case r.config.Flag("identitiesonly"):
			named = append(named, certified[:len(certified)-1]...) // the certificates alone
		default:
			others = append(others, certified...)
		}
	}
	all := slices.Concat(named, others, r.files(ctx, ids, inAgent, certificates))
	if r.config.Env.Background {
		all = r.withoutTouch(ctx, all)
	}
	return r.accepted(all)
}

// withoutTouch drops the keys that the user would have to touch, and asks for one, which
// the prompter of a login in the background refuses and records.
func (r *keyring) withoutTouch(ctx context.Context, all []candidate) []candidate {
	return slices.DeleteFunc(all, func(c candidate) bool {
		if c.signer == nil || !sshkey.IsSecurityKey(c.signer.PublicKey()) {
			return false
		}
		r.ask.Confirm(ctx, "Touch the security key "+c.name+"?")
		return true
	})
}

func (r *keyring) files(ctx context.Context, ids []*identity, inAgent []ssh.AlgorithmSigner, certificates []*ssh.Certificate) (files []candidate) {
	for _, id := range ids {
		switch {
		case agentHolds(inAgent, id):
		case !id.usable():
			files = append(files, candidate{name: id.path, err: id.err})
		case r.securityKeyError(id) != nil:
			files = append(files, candidate{name: id.path, err: r.securityKeyError(id)})
		case id.public == nil:
			files = append(files, candidate{name: id.path, hidden: id})
		default:
			files = append(files, withCertificates(r.fromFile(ctx, id), certificates)...)
		}
	}
	return files
}

// names reports whether key, or the key in a certificate, is the identity's public key.
func (id *identity) names(key ssh.PublicKey) bool {
	return id.public != nil && sshkey.Same(id.public, sshkey.Plain(key))
}

func (id *identity) certifies(key ssh.PublicKey) bool {
	return slices.ContainsFunc(id.certificates, func(cert *ssh.Certificate) bool { return sshkey.Same(cert.Key, sshkey.Plain(key)) })
}

// agentHolds reports whether an agent with these keys makes the identity's file
// redundant.
func agentHolds(signers []ssh.AlgorithmSigner, id *identity) bool {
	return slices.ContainsFunc(signers, func(s ssh.AlgorithmSigner) bool {
		key := s.PublicKey()
		if id.usable() { // a certificate in the agent does not replace the plain key
			return id.public != nil && sshkey.Same(id.public, key)
		}
		return id.names(key) || id.certifies(key)
	})
}

func (r *keyring) fromFile(ctx context.Context, id *identity) candidate {
	r.attach(ctx, id)
	return candidate{name: id.path, signer: lazySigner{id, func() error { return r.unlock(ctx, id) }}}
}

// unlock decrypts the key of id with the user's passphrase, and adds it to the agent
// according to AddKeysToAgent.
func (r *keyring) unlock(ctx context.Context, id *identity) error {
	file := id.pem
	if err := id.unlock(ctx, r.ask, r.config.Number("numberofpasswordprompts")); err != nil {
		return err
	}
	if id.private != nil { // a security key asks the device anyway
		r.unlocked.add(file, id.private)
	}
	r.attach(ctx, id)
	confirm := func(question string) bool {
		yes, err := r.ask.Confirm(ctx, question)
		return yes && err == nil
	}
	if err := r.agent.add(id, r.config.List("addkeystoagent"), confirm); err != nil {
		r.ask.Notice("gm: warning: add key to agent: " + err.Error())
	}
	return nil
}

// identities reads the files of IdentityFile, without missing default files.
func (r *keyring) identities() (ids []*identity) {
	for _, path := range r.config.Paths("identityfile") {
		id := readIdentity(path)
		r.unlocked.unlock(id)
		if r.config.IsSet("identityfile") || id.isSelector() || !errors.Is(id.err, fs.ErrNotExist) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (r *keyring) certificates(ids []*identity) (certificates []*ssh.Certificate) {
	for _, path := range r.config.Paths("certificatefile") {
		if cert := cmp.Or(readCertificate(path), readCertificate(path+".pub")); cert != nil {
			certificates = append(certificates, cert)
		}
	}
	for _, id := range ids {
		certificates = append(certificates, id.certificates...)
	}
	return certificates
}

// withCertificates returns a candidate for each certificate of the key of c, then c.
func withCertificates(c candidate, certificates []*ssh.Certificate) (out []candidate) {
	for _, cert := range certificates {
		if !sshkey.Same(cert.Key, c.signer.PublicKey()) {
			continue
		}
		if signer, err := ssh.NewCertSigner(cert, c.signer); err == nil {
			out = append(out, candidate{name: c.name, signer: signer.(ssh.AlgorithmSigner)})
		}
	}
	return append(out, c)
}

// accepted restricts the signature algorithms to PubkeyAcceptedAlgorithms and drops keys
// without any. Keys shorter than RequiredRSASize become errors.
func (r *keyring) accepted(all []candidate) []candidate {
	allowed := acceptedAlgorithms(r.config)
	var out []candidate
	for _, c := range all {
		if c.hidden != nil || c.err != nil {
			out = append(out, c)
			continue
		}
		if rsaTooShort(r.config, c.signer.PublicKey()) {
			err := fmt.Errorf("key %s is not used: RequiredRSASize is %d", c.name, r.config.Number("requiredrsasize"))
			out = append(out, candidate{name: c.name, err: err})
			continue
		}
		signer, err := narrow(c.signer, allowed)
		if err != nil {
			Debugf(r.config, r.ask, "skipping %s %s: %v", c.signer.PublicKey().Type(), c.name, err)
			continue
		}
		out = append(out, candidate{name: c.name, signer: signer})
	}
	return out
}

// acceptedAlgorithms returns PubkeyAcceptedAlgorithms, by default all secure ones. The
// algorithms for certificates are listed separately.
func acceptedAlgorithms(c *sshconfig.Config) []string {
	defaults := withCertAlgorithms(ssh.SupportedAlgorithms().PublicKeyAuths)
	supported := slices.Concat(defaults, withCertAlgorithms(ssh.InsecureAlgorithms().PublicKeyAuths))
	return chooseAlgorithms(c.Word("pubkeyacceptedalgorithms"), defaults, supported)
}

func withCertAlgorithms(algorithms []string) (all []string) {
	for _, a := range algorithms {
		all = append(all, a, certAlgorithm(a))
	}
	return all
}

func certAlgorithm(algorithm string) string {
	return strings.TrimSuffix(algorithm, "@openssh.com") + "-cert-v01@openssh.com"
}

// narrow returns signer restricted to the allowed algorithms, with SHA-512 before SHA-256
// for RSA keys.
func narrow(signer ssh.AlgorithmSigner, allowed []string) (ssh.MultiAlgorithmSigner, error) {
	key := signer.PublicKey()
	algorithms := []string{sshkey.Plain(key).Type()}
	if algorithms[0] == ssh.KeyAlgoRSA {
		algorithms = []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA}
	}
	_, certified := key.(*ssh.Certificate)
	algorithms = slices.DeleteFunc(algorithms, func(a string) bool {
		if certified {
			a = certAlgorithm(a)
		}
		return !slices.Contains(allowed, a)
	})
	if len(algorithms) == 0 {
		return nil, errors.New("no algorithm of PubkeyAcceptedAlgorithms")
	}
	return ssh.NewSignerWithAlgorithms(signer, algorithms)
}

func rsaTooShort(c *sshconfig.Config, key ssh.PublicKey) bool {
	crypto, ok := sshkey.Plain(key).(ssh.CryptoPublicKey)
	if !ok {
		return false
	}
	rsaKey, ok := crypto.CryptoPublicKey().(*rsa.PublicKey)
	return ok && rsaKey.N.BitLen() < c.Number("requiredrsasize")
}

// Key describes a key that a login offers, or why it does not.
type Key struct {
	Name      string // file name or "agent"
	Type      string // as in authorized_keys; empty if it is encrypted, too
	Encrypted bool
	Err       error
}

// Agent describes the user's agent.
type Agent struct {
	Socket string // empty if none is configured
	Err    error  // of the connection to Socket, or of its list of keys
	Keys   int
}

// Keys returns the keys that a login with the configuration c offers, in their order, and the
// agent. It asks nothing.
func Keys(ctx context.Context, c *sshconfig.Config) (keys []Key, a Agent) {
	ring := keyring{config: c, ask: prompt.Quiet{Prompter: prompt.Silent{}}, agent: openAgent(c)}
	a.Socket = cmp.Or(agentSockets(c)...)
	switch {
	case ring.agent != nil:
		defer ring.agent.Close()
		var list []*agent.Key
		list, a.Err = ring.agent.List()
		a.Keys = len(list)
	case a.Socket != "":
		_, a.Err = dialAgent(a.Socket)
	}
	encrypted := map[string]bool{}
	for _, id := range ring.identities() {
		encrypted[id.path] = id.pem != nil
	}
	for _, found := range ring.candidates(ctx) {
		k := Key{Name: found.name, Err: found.err, Encrypted: encrypted[found.name]}
		if found.signer != nil {
			k.Type = found.signer.PublicKey().Type()
		}
		keys = append(keys, k)
	}
	return keys, a
}
