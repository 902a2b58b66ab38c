package sshboot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/internal/sanitize"
)

// maxJumps bounds a chain of jump hosts, against configurations that name each
// other.
const maxJumps = 16

// connector reaches hosts, through others where the configuration says so.
type connector struct {
	ask    prompter
	family Family
	waits  *waits
	// load returns the configuration of a jump host. via is the rest of the
	// chain before it, empty for what its own configuration says.
	load func(ctx context.Context, d destination, via string) (*Config, error)
}

// connection is a login on a host.
type connection struct {
	*ssh.Client
	// addr is the address that TCP reached; it is not valid for a host behind
	// another one.
	addr netip.Addr
	// first is the address that TCP reached of this host or of the first jump host
	// before it. It is not valid behind a ProxyCommand.
	first netip.Addr
	// past is Endpoint.Past.
	past string
	// learned is closed when the host's further keys have been learned.
	learned <-chan struct{}
}

// Close ends the connection. Nothing is learned after it.
func (c *connection) Close() error {
	err := c.Client.Close()
	<-c.learned
	return err
}

// connect dials the host of c and logs in.
func (n connector) connect(ctx context.Context, c *Config) (*connection, error) {
	if n.waits == nil {
		n.waits = &waits{delay: noticeDelay}
	}
	return n.connectThrough(ctx, c, maxJumps)
}

func (n connector) connectThrough(ctx context.Context, c *Config, jumps int) (*connection, error) {
	if jumps == 0 {
		return nil, &Error{Err: fmt.Errorf("more than %d jump hosts before %s", maxJumps, c.Alias), Hint: "does a ProxyJump lead to itself?"}
	}
	showNotes(c, n.prompter(c))
	n.waits.via(n.prompter(c))
	defer n.waits.leave()
	conn, err := n.transport(ctx, c, jumps)
	if err != nil {
		return nil, err
	}
	addr, direct := tcpAddr(conn)
	if direct {
		debugf(c, n.ask, "connected to %s", conn.RemoteAddr())
	}
	connected, err := login(ctx, conn, c, n.prompter(c), n.waits)
	if err != nil {
		return nil, err
	}
	connected.addr, connected.first = addr, addr
	if j, ok := conn.(jumpConn); ok {
		connected.first = j.hop.first
		connected.past = "the jump host " + j.name
	} else if !direct {
		connected.past = "the ProxyCommand"
	}
	return connected, nil
}

// prompter takes away what c forbids.
func (n connector) prompter(c *Config) prompter {
	ask := n.ask
	if c.flag("batchmode") {
		ask = silent{ask}
	}
	switch c.word("loglevel") {
	case "SILENT", "FATAL":
		ask = quiet{ask}
	}
	return ask
}

// transport opens the byte stream to the host of c: through its jump hosts,
// through its ProxyCommand, or by TCP.
func (n connector) transport(ctx context.Context, c *Config, jumps int) (net.Conn, error) {
	jump, err := c.expandTokens(c.jump())
	switch {
	case err != nil:
		return nil, &Error{Err: fmt.Errorf("ProxyJump %s: %w", c.jump(), err)}
	case jump != "":
		return n.jump(ctx, c, jump, jumps)
	}
	command := c.word("proxycommand")
	if command != "" && !strings.EqualFold(command, "none") {
		n.waits.enter(stageConnect, nil, "the ProxyCommand to connect to %s", c.hostName())
		return dialProxyCommand(ctx, c, command)
	}
	conn, err := dialTCP(ctx, c, n.family, n.waits)
	if err != nil {
		return nil, dialError(c, err)
	}
	return conn, nil
}

// jump goes through the last host of the chain, which is reached through those
// before it.
func (n connector) jump(ctx context.Context, c *Config, chain string, jumps int) (net.Conn, error) {
	last, via := chain, ""
	if i := strings.LastIndexByte(chain, ','); i >= 0 {
		via, last = chain[:i], chain[i+1:]
	}
	d, err := parseDestination(strings.TrimSpace(last))
	if err != nil {
		return nil, &Error{Err: fmt.Errorf("ProxyJump %s: %w", chain, err)}
	}
	config, err := n.load(ctx, d, via)
	if err != nil {
		return nil, err
	}
	hop, err := n.connectThrough(ctx, config, jumps-1)
	if err != nil {
		return nil, err
	}
	n.waits.via(n.prompter(c))
	n.waits.enter(stageConnect, nil, "%s to connect to %s", config.Alias, c.hostName())
	limited, cancel := context.WithTimeoutCause(ctx, dialTimeout(c), errNoAnswer{dialTimeout(c)})
	defer cancel()
	conn, err := hop.DialContext(limited, "tcp", net.JoinHostPort(c.hostName(), strconv.Itoa(c.number("port"))))
	if err == nil {
		return jumpConn{conn, hop, config.Alias}, nil
	}
	hop.Close()
	if ctx.Err() == nil && limited.Err() != nil {
		err = context.Cause(limited)
	}
	return nil, jumpError(c, config, err)
}

func jumpError(c, hop *Config, err error) error {
	var refused *ssh.OpenChannelError
	if !errors.As(err, &refused) {
		return &Error{Err: fmt.Errorf("connect to %s through %s: %s", c.hostName(), hop.Alias, sanitize.SSHError(err))}
	}
	return &Error{
		Err:  fmt.Errorf("connect to %s through %s: %s", c.hostName(), hop.Alias, sanitize.Line(refused.Message)),
		Hint: fmt.Sprintf("can %s reach it, and does its sshd allow TCP forwarding?", hop.Alias),
	}
}

// jumpConn is a connection through another host; the login there ends with it.
// Its addresses are not those of this machine's network.
type jumpConn struct {
	net.Conn
	hop  *connection
	name string // of the hop
}

func (j jumpConn) Close() error { return errors.Join(j.Conn.Close(), j.hop.Close()) }

func (jumpConn) RemoteAddr() net.Addr { return proxyAddr{} }

// proxyAddr is the address of a host behind something else.
type proxyAddr struct{}

func (proxyAddr) Network() string { return "proxy" }
func (proxyAddr) String() string  { return "" }
