// Package sshclient logs in to hosts like ssh: it dials, through jump hosts or a
// ProxyCommand, verifies the host key, and authenticates the user.
package sshclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/internal/sanitize"
	"gm/sshboot/prompt"
	"gm/sshboot/sshconfig"
	"gm/sshboot/trace"
)

// maxJumps bounds a chain of jump hosts, as configurations may refer to each other.
const maxJumps = 16

// Connector logs in to hosts. Ask and LoadJump are required.
type Connector struct {
	Ask        prompt.Prompter
	Family     Family
	WaitNotice *prompt.WaitNotice // nil for a new one with the default delay
	// Unlocked are the keys that were unlocked by other logins of this run, to which those
	// of this login are added. It may be nil.
	Unlocked *Unlocked
	// LoadJump returns the configuration of a jump host. via is the chain of jump hosts
	// before it; if empty, the jump host's own configuration decides.
	LoadJump func(ctx context.Context, d sshconfig.Destination, via string) (*sshconfig.Config, error)
}

// Conn is a connection to a host on which the user is logged in.
type Conn struct {
	*ssh.Client
	// Addr is the host's TCP address. It is invalid behind a jump host or a
	// ProxyCommand.
	Addr netip.Addr
	// FirstHop is the TCP address of the first jump host, or of the host itself if there
	// is none. It is invalid behind a ProxyCommand.
	FirstHop netip.Addr
	// Via names the proxy in messages, such as "the ProxyCommand". It is empty for a
	// direct connection.
	Via string
	// heard returns when bytes of the host came last.
	heard func() time.Time
	// keysLearned is closed when UpdateHostKeys is done.
	keysLearned <-chan struct{}
}

// Close closes the connection and waits for UpdateHostKeys to finish.
func (c *Conn) Close() error {
	err := c.Client.Close()
	<-c.keysLearned
	return err
}

// Connect dials the host that c describes and logs in.
func (n Connector) Connect(ctx context.Context, c *sshconfig.Config) (*Conn, error) {
	if n.WaitNotice == nil {
		n.WaitNotice = &prompt.WaitNotice{Delay: prompt.NoticeDelay}
	}
	return n.connectThrough(ctx, c, maxJumps)
}

func (n Connector) connectThrough(ctx context.Context, c *sshconfig.Config, jumps int) (*Conn, error) {
	if jumps == 0 {
		return nil, &hint.Error{Err: fmt.Errorf("more than %d jump hosts before %s", maxJumps, c.Alias), Hint: "does a ProxyJump lead to itself?"}
	}
	showNotes(c, n.Prompter(c))
	trace.From(ctx).Host(c.Alias, hostKeyName(c.HostName(), c.Number("port")))
	n.WaitNotice.SetPrompter(n.Prompter(c))
	defer n.WaitNotice.Leave()
	conn, err := n.transport(ctx, c, jumps)
	if err != nil {
		return nil, err
	}
	addr, direct := tcpAddr(conn)
	if direct {
		Debugf(c, n.Ask, "connected to %s", conn.RemoteAddr())
	}
	connected, err := login(ctx, conn, c, n.Prompter(c), n.WaitNotice, n.Unlocked)
	if err != nil {
		return nil, err
	}
	connected.Addr, connected.FirstHop = addr, addr
	if j, ok := conn.(jumpConn); ok {
		connected.FirstHop = j.hop.FirstHop
		connected.Via = "the jump host " + j.name
	} else if !direct {
		connected.Via = "the ProxyCommand"
	}
	return connected, nil
}

// Prompter returns n.Ask without the prompts that BatchMode forbids and the notices that
// LogLevel suppresses.
func (n Connector) Prompter(c *sshconfig.Config) prompt.Prompter {
	ask := n.Ask
	if c.Flag("batchmode") {
		ask = prompt.Silent{Prompter: ask}
	}
	switch c.Word("loglevel") {
	case "SILENT", "FATAL":
		ask = prompt.Quiet{Prompter: ask}
	}
	return ask
}

// transport returns a byte stream to the host of c: through its jump hosts, through its
// ProxyCommand, or over TCP.
func (n Connector) transport(ctx context.Context, c *sshconfig.Config, jumps int) (net.Conn, error) {
	jump, err := c.ExpandTokens(c.Jump())
	switch {
	case err != nil:
		return nil, &hint.Error{Err: fmt.Errorf("ProxyJump %s: %w", c.Jump(), err)}
	case jump != "":
		return n.jump(ctx, c, jump, jumps)
	}
	command := c.Word("proxycommand")
	if command != "" && !strings.EqualFold(command, "none") {
		n.WaitNotice.Share()
		n.WaitNotice.Enter(prompt.StageConnect, nil, "the ProxyCommand to connect to %s", c.HostName())
		trace.From(ctx).Proxy()
		return dialProxyCommand(ctx, c, command)
	}
	conn, err := dialTCP(ctx, c, n.Family, n.WaitNotice)
	if err != nil {
		return nil, dialError(c, err)
	}
	return conn, nil
}

// jump connects through the last host of chain, which is reached through the others.
func (n Connector) jump(ctx context.Context, c *sshconfig.Config, chain string, jumps int) (net.Conn, error) {
	last, via := chain, ""
	if i := strings.LastIndexByte(chain, ','); i >= 0 {
		via, last = chain[:i], chain[i+1:]
	}
	d, err := sshconfig.ParseDestination(strings.TrimSpace(last))
	if err != nil {
		return nil, &hint.Error{Err: fmt.Errorf("ProxyJump %s: %w", chain, err)}
	}
	config, err := n.LoadJump(ctx, d, via)
	if err != nil {
		return nil, err
	}
	hop, err := n.connectThrough(ctx, config, jumps-1)
	if err != nil {
		return nil, err
	}
	n.WaitNotice.SetPrompter(n.Prompter(c))
	n.WaitNotice.Enter(prompt.StageConnect, nil, "%s to connect to %s", config.Alias, c.HostName())
	limited, cancel := context.WithTimeoutCause(ctx, dialTimeout(c), timeoutError{dialTimeout(c)})
	defer cancel()
	conn, err := hop.DialContext(limited, "tcp", net.JoinHostPort(c.HostName(), strconv.Itoa(c.Number("port"))))
	if err == nil {
		return jumpConn{conn, hop, config.Alias}, nil
	}
	hop.Close()
	if ctx.Err() == nil && limited.Err() != nil {
		err = context.Cause(limited)
	}
	return nil, jumpError(c, config, err)
}

func jumpError(c, hop *sshconfig.Config, err error) error {
	var refused *ssh.OpenChannelError
	if !errors.As(err, &refused) {
		return &hint.Error{Err: fmt.Errorf("connect to %s through %s: %s", c.HostName(), hop.Alias, sanitize.SSHError(err))}
	}
	return &hint.Error{
		Err:  fmt.Errorf("connect to %s through %s: %s", c.HostName(), hop.Alias, sanitize.Line(refused.Message)),
		Hint: fmt.Sprintf("can %s reach it, and does its sshd allow TCP forwarding?", hop.Alias),
	}
}

// jumpConn is a connection through a jump host. Closing it ends the login on the jump
// host. Its remote address means nothing on this machine's network, so it is hidden.
type jumpConn struct {
	net.Conn
	hop  *Conn
	name string // of hop
}

func (j jumpConn) Close() error { return errors.Join(j.Conn.Close(), j.hop.Close()) }

func (jumpConn) RemoteAddr() net.Addr { return proxyAddr{} }

// proxyAddr is the unknown address of a host behind a proxy.
type proxyAddr struct{}

func (proxyAddr) Network() string { return "proxy" }
func (proxyAddr) String() string  { return "" }
