package sshclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/internal/sanitize"
	"gm/sshboot/prompt"
	"gm/sshboot/sshkey"
)

func (h *hostKeys) handleUnknown(ctx context.Context, remote net.Addr, key ssh.PublicKey) error {
	switch h.strict() {
	case "true":
		return &hint.Error{
			Err:  fmt.Errorf("no %s host key is known for %s, and StrictHostKeyChecking is on", keyName(key), h.shown),
			Hint: "add the key to " + filepath.Join("~", ".ssh", "known_hosts"),
		}
	case "ask":
		if err := h.confirmUnknown(ctx, remote, key); err != nil {
			return err
		}
		h.trusted = true
	}
	names := []string{h.name}
	if h.address != "" && len(h.known.matching(h.address)) == 0 {
		names = append(names, h.address)
	}
	if h.addKnown(names, key) {
		inform(h.config, h.ask, fmt.Sprintf("Warning: Permanently added '%s' (%s) to the list of known hosts.", strings.Join(names, ","), keyName(key)))
	}
	return nil
}

// confirmUnknown asks the user about the key, like ssh: the answers are yes, no, or the
// fingerprint.
func (h *hostKeys) confirmUnknown(ctx context.Context, remote net.Addr, key ssh.PublicKey) error {
	fingerprint := ssh.FingerprintSHA256(key)
	where := h.shown
	if remote != nil && remote.String() != "" {
		where = fmt.Sprintf("%s (%s)", h.shown, remote)
	}
	text := fmt.Sprintf("The authenticity of host '%s' can't be established.\n%s key fingerprint is %s.\n", where, keyName(key), fingerprint)
	if h.config.Flag("visualhostkey") {
		text += randomArt(key) + "\n"
	}
	prompt := text + h.dnsText() + h.otherNames(key) + "Are you sure you want to continue connecting (yes/no/[fingerprint])? "
	for {
		answer, err := h.ask.Ask(ctx, prompt)
		if err != nil {
			return h.unansweredError(key, err)
		}
		switch answer = strings.TrimSpace(answer); {
		case strings.EqualFold(answer, "yes") || answer == fingerprint:
			return nil
		case strings.EqualFold(answer, "no"):
			return &hint.Error{Err: fmt.Errorf("the host key of %s was not accepted", h.shown)}
		}
		prompt = "Please type 'yes', 'no' or the fingerprint: "
	}
}

func (h *hostKeys) unansweredError(key ssh.PublicKey, err error) error {
	if errors.Is(err, prompt.ErrInterrupted) {
		return err
	}
	return &hint.Error{
		Err:  fmt.Errorf("the host %s is not known, and cannot be asked about: %w", h.shown, err),
		Hint: fmt.Sprintf("its %s key is %s; add it to ~/.ssh/known_hosts, or set StrictHostKeyChecking accept-new", keyName(key), ssh.FingerprintSHA256(key)),
	}
}

func (h *hostKeys) otherNames(key ssh.PublicKey) string {
	var names []string
	for _, entry := range h.known {
		if entry.Marker == markerNone && sshkey.Same(entry.Key, key) {
			name := strings.Join(entry.Hosts, ",")
			if strings.HasPrefix(name, "|") {
				name = "[hashed name]"
			}
			names = append(names, fmt.Sprintf("    %s: %s\n", entry.position(), sanitize.Line(name)))
		}
	}
	if len(names) == 0 {
		return "This key is not known by any other names.\n"
	}
	const maxShown = 8
	return "This host key is known by the following other names/addresses:\n" + strings.Join(names[:min(len(names), maxShown)], "")
}

// addKnown adds the key of hosts to the known hosts, in memory and in the user's first
// file, and reports whether it is in the file. A failure is only a warning.
func (h *hostKeys) addKnown(hosts []string, key ssh.PublicKey) bool {
	h.known = append(h.known, knownHost{Hosts: hosts, Key: key, own: true})
	files := h.config.Paths("userknownhostsfile")
	if len(files) == 0 {
		return false
	}
	hashed := h.config.Flag("hashknownhosts")
	if !hashed && slices.ContainsFunc(hosts, isPattern) {
		h.ask.Notice(fmt.Sprintf("gm: warning: the key is not added to the known hosts, as %q would match other hosts there", strings.Join(hosts, ",")))
		return false
	}
	if err := appendKnownHosts(files[0], knownHostsLines(hosts, key, hashed)); err != nil {
		h.ask.Notice("gm: warning: " + err.Error())
		return false
	}
	return true
}
