package sshboot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"golang.org/x/crypto/ssh"
)

// candidate is a public key that can be offered to the server.
type candidate struct {
	name   string // file or agent, for messages
	signer ssh.AlgorithmSigner
	// locked is set if even the public key is hidden by the passphrase.
	locked *identity
}

// keyring gathers the keys to log in with.
type keyring struct {
	config *Config
	ask    prompter
	agent  *agentConn
}

// candidates gives the keys in the order in which ssh offers them: those in the
// agent that the configuration names, the other ones of the agent unless
// IdentitiesOnly, then those in files. Each comes after its certificates.
func (r *keyring) candidates(ctx context.Context) []candidate {
	ids := r.identities()
	inAgent := r.agent.signers()
	var named, others, files []candidate
	for _, s := range inAgent {
		c := candidate{name: "agent", signer: s}
		switch {
		case slices.ContainsFunc(ids, func(id *identity) bool {
			return id.public != nil && sameKey(plainKey(id.public), plainKey(s.PublicKey()))
		}):
			named = append(named, r.withCertificates(c)...)
		case !r.config.flag("identitiesonly"):
			others = append(others, r.withCertificates(c)...)
		}
	}
	for _, id := range ids {
		switch {
		case !id.usable() || id.public != nil && heldBy(inAgent, id.public):
		case id.public == nil:
			files = append(files, candidate{name: id.path, locked: id})
		default:
			files = append(files, r.withCertificates(r.fromFile(ctx, id))...)
		}
	}
	return r.accepted(slices.Concat(named, others, files))
}

func heldBy(signers []ssh.AlgorithmSigner, key ssh.PublicKey) bool {
	return slices.ContainsFunc(signers, func(s ssh.AlgorithmSigner) bool { return sameKey(s.PublicKey(), key) })
}

func (r *keyring) fromFile(ctx context.Context, id *identity) candidate {
	return candidate{name: id.path, signer: lazySigner{id, func() error { return r.unlock(ctx, id) }}}
}

// unlock asks for the passphrase of id and gives the key to the agent if that
// is wanted.
func (r *keyring) unlock(ctx context.Context, id *identity) error {
	if err := id.unlock(ctx, r.ask, r.config.number("numberofpasswordprompts")); err != nil {
		return err
	}
	confirm := func(question string) bool {
		yes, err := r.ask.confirm(ctx, question)
		return yes && err == nil
	}
	if err := r.agent.remember(id, r.config.list("addkeystoagent"), confirm); err != nil {
		r.ask.notice("gm: warning: add key to agent: " + err.Error())
	}
	return nil
}

// identities reads the configured files. One that was named and can not be used
// is told about; a default one that is missing is not.
func (r *keyring) identities() []*identity {
	var ids []*identity
	for _, path := range r.config.paths("identityfile") {
		id, err := readIdentity(path)
		if err != nil {
			if r.config.isSet("identityfile") || !errors.Is(err, fs.ErrNotExist) {
				r.ask.notice("gm: warning: " + err.Error())
			}
			continue
		}
		ids = append(ids, id)
	}
	return ids
}

// withCertificates puts before c a candidate for each certificate of its key.
func (r *keyring) withCertificates(c candidate) []candidate {
	var out []candidate
	files := r.config.paths("certificatefile")
	for _, path := range r.config.paths("identityfile") {
		files = append(files, path+"-cert.pub")
	}
	for _, path := range files {
		cert := readCertificate(path)
		if cert == nil || !sameKey(cert.Key, c.signer.PublicKey()) {
			continue
		}
		signer, err := ssh.NewCertSigner(cert, c.signer)
		if err == nil {
			out = append(out, candidate{name: path, signer: signer.(ssh.AlgorithmSigner)})
		}
	}
	return append(out, c)
}

// accepted narrows the signature algorithms to PubkeyAcceptedAlgorithms, and
// drops the keys for which none is left.
func (r *keyring) accepted(all []candidate) []candidate {
	allowed := acceptedAlgorithms(r.config)
	var out []candidate
	for _, c := range all {
		if c.locked != nil {
			out = append(out, c)
			continue
		}
		if r.config.tooShort(c.signer.PublicKey()) {
			r.ask.notice(fmt.Sprintf("gm: warning: key %s is not used: RequiredRSASize is %d", c.name, r.config.number("requiredrsasize")))
			continue
		}
		if signer, err := narrow(c.signer, allowed); err == nil {
			out = append(out, candidate{name: c.name, signer: signer})
		}
	}
	return out
}

// acceptedAlgorithms gives PubkeyAcceptedAlgorithms; by default all but the weak.
func acceptedAlgorithms(c *Config) []string {
	supported := slices.Concat(ssh.SupportedAlgorithms().PublicKeyAuths, ssh.InsecureAlgorithms().PublicKeyAuths)
	spec := c.word("pubkeyacceptedalgorithms")
	return chooseAlgorithms(spec, ssh.SupportedAlgorithms().PublicKeyAuths, supported)
}

// narrow lets signer use the allowed algorithms only, SHA-512 before SHA-256
// for RSA.
func narrow(signer ssh.AlgorithmSigner, allowed []string) (ssh.MultiAlgorithmSigner, error) {
	kind := plainKey(signer.PublicKey()).Type()
	algorithms := []string{kind}
	if kind == ssh.KeyAlgoRSA {
		algorithms = []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA}
	}
	algorithms = slices.DeleteFunc(algorithms, func(a string) bool { return !slices.Contains(allowed, a) })
	if len(algorithms) == 0 {
		return nil, errors.New("no algorithm allowed")
	}
	return ssh.NewSignerWithAlgorithms(signer, algorithms)
}

// plainKey gives the key in a certificate.
func plainKey(key ssh.PublicKey) ssh.PublicKey {
	if cert, ok := key.(*ssh.Certificate); ok {
		return cert.Key
	}
	return key
}
