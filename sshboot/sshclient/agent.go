package sshclient

import (
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"gm/sshboot/sshconfig"
)

// agentConn is a connection to the user's ssh-agent.
type agentConn struct {
	agent.ExtendedAgent
	io.Closer
}

// agentSockets gives the sockets of agents to try in turn, from IdentityAgent or
// SSH_AUTH_SOCK; an empty one is none.
func agentSockets(c *sshconfig.Config) []string {
	value := c.Word("identityagent")
	if name, ok := strings.CutPrefix(value, "$"); ok && !strings.HasPrefix(name, "{") {
		value, _ = c.Env.Lookup(name)
		return []string{value}
	}
	switch {
	case strings.EqualFold(value, "none"):
		return nil
	case value == "" || value == "SSH_AUTH_SOCK":
		return defaultAgentSockets(c.Env)
	}
	path, err := c.ExpandPath(value)
	if err != nil {
		return nil // checkPaths has told
	}
	return []string{path}
}

// openAgent connects to the first agent that is there. No agent is no error: it
// gives nil.
func openAgent(c *sshconfig.Config) *agentConn {
	for _, socket := range agentSockets(c) {
		if socket == "" {
			continue
		}
		if conn, err := dialAgent(socket); err == nil {
			return &agentConn{agent.NewClient(conn), conn}
		}
	}
	return nil
}

// signers returns the agent's keys; none if it is locked or gone.
func (a *agentConn) signers() (out []ssh.AlgorithmSigner) {
	if a == nil {
		return nil
	}
	signers, err := a.Signers()
	if err != nil {
		return nil
	}
	for _, s := range signers {
		algorithm, ok := s.(ssh.AlgorithmSigner)
		if !ok {
			continue
		}
		// The library leaves certificates unread.
		if key, err := ssh.ParsePublicKey(s.PublicKey().Marshal()); err == nil {
			out = append(out, agentSigner{algorithm, key})
		}
	}
	return out
}

// agentSigner is a key or a certificate of the agent's.
type agentSigner struct {
	ssh.AlgorithmSigner
	key ssh.PublicKey
}

func (s agentSigner) PublicKey() ssh.PublicKey { return s.key }

// add gives a key that was unlocked to the agent, as AddKeysToAgent says:
// yes, confirm, ask, a time, or confirm and a time.
func (a *agentConn) add(id *identity, mode []string, ask func(string) bool) error {
	if a == nil || mode[0] == "false" || id.private == nil { // the library adds no security keys
		return nil
	}
	key := agent.AddedKey{PrivateKey: id.private, Comment: id.path}
	for _, word := range mode {
		switch word {
		case "true":
		case "ask":
			if !ask(fmt.Sprintf("Add key %s to agent?", id.path)) {
				return nil
			}
		case "confirm":
			key.ConfirmBeforeUse = true
		default:
			key.LifetimeSecs = uint32(sshconfig.Seconds(word) / time.Second)
		}
	}
	return a.Add(key)
}
