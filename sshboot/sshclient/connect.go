// Package sshclient logs in to a host: it dials, through jump hosts or a ProxyCommand,
// checks the host key, and authenticates the user as ssh does.
package sshclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/internal/sanitize"
	"gm/sshboot/prompt"
	"gm/sshboot/sshconfig"
)

// maxJumps bounds a chain of jump hosts, against configurations that name each
// other.
const maxJumps = 16

// Connector reaches hosts, through others where the configuration says so.
type Connector struct {
	Ask        prompt.Prompter
	Family     Family
	WaitNotice *prompt.WaitNotice
	// LoadJump returns the configuration of a jump host. via is the rest of the
	// chain before it, empty for what its own configuration says.
	LoadJump func(ctx context.Context, d sshconfig.Destination, via string) (*sshconfig.Config, error)
}

// Conn is a login on a host.
type Conn struct {
	*ssh.Client
	// Addr is the address that TCP reached; it is not valid for a host behind
	// another one.
	Addr netip.Addr
	// FirstHop is the address that TCP reached of this host or of the first jump host
	// before it. It is not valid behind a ProxyCommand.
	FirstHop netip.Addr
	// Via is Endpoint.Past.
	Via string
	// keysLearned is closed when the host's further keys have been learned.
	keysLearned <-chan struct{}
}

// Close ends the connection. Nothing is learned after it.
func (c *Conn) Close() error {
	err := c.Client.Close()
	<-c.keysLearned
	return err
}

// Connect dials the host of c and logs in.
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
	connected, err := login(ctx, conn, c, n.Prompter(c), n.WaitNotice)
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

// Prompter takes away what c forbids.
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

// transport opens the byte stream to the host of c: through its jump hosts,
// through its ProxyCommand, or by TCP.
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
		n.WaitNotice.Enter(prompt.StageConnect, nil, "the ProxyCommand to connect to %s", c.HostName())
		return dialProxyCommand(ctx, c, command)
	}
	conn, err := dialTCP(ctx, c, n.Family, n.WaitNotice)
	if err != nil {
		return nil, dialError(c, err)
	}
	return conn, nil
}

// jump goes through the last host of the chain, which is reached through those
// before it.
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

// jumpConn is a connection through another host; the login there ends with it.
// Its addresses are not those of this machine's network.
type jumpConn struct {
	net.Conn
	hop  *Conn
	name string // of the hop
}

func (j jumpConn) Close() error { return errors.Join(j.Conn.Close(), j.hop.Close()) }

func (jumpConn) RemoteAddr() net.Addr { return proxyAddr{} }

// proxyAddr is the address of a host behind something else.
type proxyAddr struct{}

func (proxyAddr) Network() string { return "proxy" }
func (proxyAddr) String() string  { return "" }
