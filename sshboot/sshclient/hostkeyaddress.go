package sshclient

import (
	"context"
	"fmt"
	"net"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/internal/shellquote"
	"gm/sshboot/prompt"
)

// setAddress sets h.address to remote if CheckHostIP is on. As with ssh, it ignores
// loopback addresses, hosts behind a proxy, and an address that is the host's name.
func (h *hostKeys) setAddress(remote net.Addr) {
	tcp, ok := remote.(*net.TCPAddr)
	if !ok || tcp.IP.IsLoopback() || !h.config.Flag("checkhostip") {
		return
	}
	address := hostKeyName(tcp.AddrPort().Addr().Unmap().String(), h.config.Number("port"))
	if address != h.name {
		h.address = address
	}
}

// checkAddress checks that the address of a host with a known key is not known with
// another key. It adds an unknown address to the known hosts.
func (h *hostKeys) checkAddress(ctx context.Context, key ssh.PublicKey) error {
	if h.address == "" {
		return nil
	}
	if err := h.runCommand(ctx, "ADDRESS", h.address, key); err != nil {
		return err
	}
	known := h.known.matching(h.address).marked(markerNone)
	if len(known) > 0 {
		if _, same := known.find(markerNone, key); same {
			return nil
		}
		return h.addressChanged(ctx, key, known[0])
	}
	if h.isOwn(h.name, key) && h.addKnown([]string{h.address}, key) {
		inform(h.config, h.ask, fmt.Sprintf("Warning: Permanently added the %s host key for IP address '%s' to the list of known hosts.", keyName(key), h.address))
	}
	return nil
}

func (h *hostKeys) addressChanged(ctx context.Context, key ssh.PublicKey, entry knownHost) error {
	text := fmt.Sprintf("the %s host key of %s is not the one in %s for its address %s", keyName(key), h.shown, entry.position(), h.address)
	refused := &hint.Error{
		Err: fmt.Errorf("%s, and CheckHostIP is on", text),
		Hint: fmt.Sprintf("a name that leads to another host can be an attack; if the address was given to another host, remove its old key: ssh-keygen -f %s -R %s",
			shellquote.Quote(entry.File), shellquote.Quote(h.address)),
	}
	switch h.strict() {
	case "true", "accept-new":
		return refused
	case "false":
		h.ask.Notice("gm: warning: " + text)
		return nil
	}
	yes, err := h.ask.Confirm(ctx, "Warning: "+text+".\nAre you sure you want to continue connecting?")
	switch {
	case err != nil && prompt.IsInterrupted(err):
		return err
	case err != nil || !yes:
		return refused
	}
	return nil
}
