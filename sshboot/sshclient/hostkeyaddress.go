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

// setAddress notes the host's address if CheckHostIP is on. As with ssh, that of a
// loopback interface, of a host behind another one, and one that is the host's
// name anyway do not count.
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

// checkAddress checks, for a host whose name is known by key, that its address is
// not known by another one. One that is not known at all is added.
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

// addressChanged refuses, asks or warns, as StrictHostKeyChecking says.
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
