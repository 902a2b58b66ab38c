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

// agentSockets returns the sockets of agents to try in order, from IdentityAgent or
// SSH_AUTH_SOCK. Empty strings are to be skipped.
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
		return nil // checkPaths has reported it
	}
	return []string{path}
}

// openAgent connects to the first reachable agent. It returns nil if there is none.
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

// signers returns the agent's keys, or none if the agent is locked or unreachable. a may
// be nil.
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
		// The SSH library does not parse certificates here.
		if key, err := ssh.ParsePublicKey(s.PublicKey().Marshal()); err == nil {
			out = append(out, agentSigner{algorithm, key})
		}
	}
	return out
}

// agentSigner is a key or certificate in the agent.
type agentSigner struct {
	ssh.AlgorithmSigner
	key ssh.PublicKey
}

func (s agentSigner) PublicKey() ssh.PublicKey { return s.key }

// add adds an unlocked key to the agent according to AddKeysToAgent: mode holds yes,
// confirm, ask, a time, or confirm and a time. a may be nil.
func (a *agentConn) add(id *identity, mode []string, ask func(string) bool) error {
	if a == nil || mode[0] == "false" || id.private == nil { // the SSH library cannot add security keys
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
