package sshclient

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/internal/shellquote"
	"gm/sshboot/prompt"
	"gm/sshboot/sshconfig"
	"gm/sshboot/sshkey"
)

// hostKeys verifies the key of one host.
type hostKeys struct {
	warned bool // whether a failure of KnownHostsCommand was reported
	config *sshconfig.Config
	ask    prompt.Prompter
	files  knownHosts // all lines of all files
	known  knownHosts // files, and the last output of KnownHostsCommand
	name   string     // the host as in known_hosts
	// address is the host's address as in known_hosts, if CheckHostIP is on and name is
	// not that address already.
	address string
	shown   string // the host in messages
	// insecure is set after a wrong key was accepted: no passwords are sent to such a
	// host (ssh_config, StrictHostKeyChecking).
	insecure bool
	// trusted is set if the host's key is in the user's files under its own name, or if
	// the user confirmed it: then UpdateHostKeys may learn further keys.
	trusted bool
	// place is where the host's key, or the key that has signed it, was found.
	place string
	// inDNS is set if DNS has a fingerprint of the host's key.
	inDNS bool
}

// newHostKeys reads the known_hosts files of c and runs KnownHostsCommand for the order of
// algorithms.
func newHostKeys(ctx context.Context, c *sshconfig.Config, ask prompt.Prompter) (*hostKeys, error) {
	unread := func(err error) { Debugf(c, ask, "%v", err) }
	files, err := ReadKnownHosts(c.Paths("userknownhostsfile"), unread)
	if err != nil {
		return nil, err
	}
	for i := range files {
		files[i].own = true
	}
	global, err := ReadKnownHosts(c.Paths("globalknownhostsfile"), unread)
	if err != nil {
		return nil, err
	}
	h := &hostKeys{config: c, ask: ask, files: append(files, global...), shown: hostKeyName(c.HostName(), c.Number("port"))}
	h.name = h.shown
	if c.IsSet("hostkeyalias") {
		h.name = strings.ToLower(c.Word("hostkeyalias"))
	}
	return h, h.runCommand(ctx, "ORDER", c.HostName(), nil)
}

func (h *hostKeys) algorithms() []string {
	kind, _ := kindOf("host key")
	spec, chosen := h.config.Word("hostkeyalgorithms"), kind.choose(h.config)
	if spec != "" && !strings.ContainsAny(spec[:1], "+-") {
		return chosen // in the user's order
	}
	return orderHostKeyAlgorithms(chosen, h.knownLines())
}

// knownLines returns the lines about the host. If there are none for its port, it returns
// those about the host on port 22, like ssh.
func (h *hostKeys) knownLines() knownHosts {
	if lines := h.known.matching(h.name); len(lines.marked(markerNone))+len(lines.marked(markerCA)) > 0 {
		return lines
	}
	return append(h.known.matching(h.name), h.known.matching(hostKeyName(h.host(), 22))...)
}

func (h *hostKeys) host() string {
	if h.config.IsSet("hostkeyalias") {
		return h.name
	}
	return strings.ToLower(h.config.HostName())
}

// check is an [ssh.HostKeyCallback]. ctx cancels its prompts.
func (h *hostKeys) check(ctx context.Context, remote net.Addr, key ssh.PublicKey) error {
	if h.config.Flag("nohostauthenticationforlocalhost") && isLoopback(remote) {
		return nil
	}
	if err := h.runCommand(ctx, "HOSTNAME", h.name, key); err != nil {
		return err
	}
	if rsaTooShort(h.config, key) {
		return &hint.Error{
			Err:  fmt.Errorf("the RSA host key of %s is shorter than RequiredRSASize, %d bits", h.shown, h.config.Number("requiredrsasize")),
			Hint: "does the host have a key of another type? HostKeyAlgorithms=-*rsa* requests one",
		}
	}
	if err := h.checkRevoked(key); err != nil {
		return err
	}
	if h.checkDNS(ctx, sshkey.Plain(key)) {
		h.place = "DNS"
		return nil
	}
	lines := h.knownLines()
	if cert, ok := key.(*ssh.Certificate); ok {
		if h.certified(lines, cert) {
			return nil
		}
		key = cert.Key
	}
	h.setAddress(remote)
	if entry, ok := lines.find(markerNone, key); ok {
		h.place = entry.position()
		h.trusted = h.isOwn(h.name, key)
		return h.checkAddress(ctx, key)
	}
	if known := h.known.matching(h.name).marked(markerNone); len(known) > 0 {
		return h.handleChanged(key, known)
	}
	if err := h.handleUnknown(ctx, remote, key); err != nil {
		return err
	}
	return h.checkAddress(ctx, key)
}

func (h *hostKeys) isOwn(name string, key ssh.PublicKey) bool {
	return slices.ContainsFunc(h.known.matching(name), func(entry knownHost) bool {
		return entry.own && entry.Marker == markerNone && sshkey.Same(entry.Key, key)
	})
}

func isLoopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// handleChanged handles a host that is known by other keys: it returns an error, or warns
// if StrictHostKeyChecking is off.
func (h *hostKeys) handleChanged(key ssh.PublicKey, known knownHosts) error {
	entry := known[0]
	for _, k := range known {
		if k.Key.Type() == key.Type() {
			entry = k
			break
		}
	}
	if h.strict() == "false" {
		h.insecure = true
		h.ask.Notice(fmt.Sprintf("gm: warning: the host key of %s is not the one in %s; passwords are not sent", h.shown, entry.position()))
		return nil
	}
	return &hint.Error{
		Err: fmt.Errorf("the host key of %s has changed: it is now %s %s, but %s says %s %s",
			h.shown, keyName(key), ssh.FingerprintSHA256(key), entry.position(), keyName(entry.Key), ssh.FingerprintSHA256(entry.Key)),
		Hint: fmt.Sprintf("the connection may be intercepted; if the host was reinstalled, remove the old key: ssh-keygen -f %s -R %s",
			shellquote.Quote(entry.File), shellquote.Quote(h.name)),
	}
}

func (h *hostKeys) strict() string { return h.config.Word("stricthostkeychecking") }

// keyName returns the short name of a key's type, such as ED25519, ECDSA or RSA.
func keyName(key ssh.PublicKey) string {
	name := hostKeyType(key.Type())
	switch {
	case strings.HasPrefix(name, "ecdsa-"):
		return "ECDSA"
	case strings.HasPrefix(name, "sk-ecdsa-"):
		return "ECDSA-SK"
	case strings.HasPrefix(name, "sk-ssh-ed25519"):
		return "ED25519-SK"
	}
	return strings.ToUpper(strings.TrimPrefix(name, "ssh-"))
}
