package forwarding

import (
	"context"
	"crypto/rand"
	"errors"
	"net/netip"

	"golang.org/x/crypto/ssh"

	"gm/internal/forward"
)

// key returns the text of a forwarding by which Config.Refused has it.
func key(spec forward.Spec) string { return spec.Kind.String() + " " + spec.String() }

// Probe asks sshd, over the connection that begins a session, which of the forwardings it
// forbids, and sets Refused and LoopbackOnly. For remote forwardings sshd listens for a moment.
// addrs are addresses of its host. What cannot be asked counts as permitted: sshd is the judge of
// its own channels alone (SECURITY.md).
func (c *Config) Probe(ctx context.Context, client *ssh.Client, addrs []netip.Addr) {
	c.Refused = map[string]bool{}
	type verdict struct {
		key string
		permission
	}
	verdicts := make(chan verdict)
	asked := 0
	ask := func(key string, permits func() permission) {
		asked++
		go func() { verdicts <- verdict{key, permits()} }()
	}
	for _, spec := range c.Specs {
		ask(key(spec), func() permission { return permits(client, spec, addrs) })
	}
	if c.Agent != "" {
		ask(agentName, func() permission { return permission{refused: refusesAgent(client)} })
	}
	for range asked {
		select {
		case v := <-verdicts:
			if v.refused {
				c.Refused[v.key] = true
			}
			c.LoopbackOnly = c.LoopbackOnly || v.loopback
		case <-ctx.Done():
			go func() {
				for range asked {
					<-verdicts
				}
			}()
			return
		}
	}
}

// permission is an answer of sshd.
type permission struct {
	refused  bool
	loopback bool // GatewayPorts makes the listener one for this host alone
}

func permits(client *ssh.Client, spec forward.Spec, addrs []netip.Addr) permission {
	switch {
	case spec.Kind == forward.Remote && spec.Listen.Path != "":
		listens, _ := probeSocket(client)
		return permission{refused: !listens}
	case spec.Kind == forward.Remote:
		return permitsListen(client, spec, addrs)
	case spec.IsSOCKS():
		return permission{refused: prohibits(client, forward.Address{Host: "127.0.0.1", Port: 1})} // which nothing listens on
	case spec.Connect.Path != "":
		return permission{refused: refusesSocket(client, spec.Connect)}
	}
	return permission{refused: RefusesConnect(client, spec.Connect)}
}

// RefusesSubsystem reports whether sshd does not start a subsystem. It runs for a moment if
// sshd does.
func RefusesSubsystem(client *ssh.Client, name string) bool {
	return refusesRequest(client, "subsystem", ssh.Marshal(struct{ Name string }{name}))
}

// nowhere is an address to which no connection can be made, and which no rule names.
var nowhere = forward.Address{Host: "255.255.255.255", Port: 1}

// RefusesConnect reports whether sshd forbids a connection. It connects to a TCP address only
// if it forbids connections to others. Of a Unix socket, which sshd forbids in the words of one
// that is not there, it reports either.
func RefusesConnect(client *ssh.Client, to forward.Address) bool {
	if to.Path != "" {
		return openError(client, to) != nil
	}
	return prohibits(client, nowhere) && prohibits(client, to)
}

// prohibits reports whether sshd answers that a connection is forbidden.
func prohibits(client *ssh.Client, to forward.Address) bool {
	refusal := openError(client, to)
	return refusal != nil && refusal.Reason == ssh.Prohibited
}

// openError returns why sshd does not connect (RFC 4254, 7.2; OpenSSH, PROTOCOL, 2.4); nil if
// it does.
func openError(client *ssh.Client, to forward.Address) *ssh.OpenChannelError {
	kind, payload := "direct-tcpip", ssh.Marshal(struct {
		Host       string
		Port       uint32
		Originator string
		From       uint32
	}{to.Host, uint32(to.Port), "127.0.0.1", 0})
	if to.Path != "" {
		kind, payload = "direct-streamlocal@openssh.com", ssh.Marshal(struct {
			Path, Reserved string
			Port           uint32
		}{to.Path, "", 0})
	}
	channel, requests, err := client.OpenChannel(kind, payload)
	if err == nil {
		go ssh.DiscardRequests(requests)
		channel.Close()
		return nil
	}
	refusal, _ := errors.AsType[*ssh.OpenChannelError](err)
	return refusal
}

// permitsListen asks sshd to listen at an address (RFC 4254, 7.1). A port that is in use is no
// refusal, if sshd listens on another: the session reports that itself.
func permitsListen(client *ssh.Client, spec forward.Spec, addrs []netip.Addr) permission {
	bind := spec.RemoteBind()
	port, ok := requestListen(client, bind, spec.Listen.Port)
	if !ok {
		other, ok := requestListen(client, "localhost", 0)
		if ok {
			cancelListen(client, "localhost", other)
		}
		return permission{refused: !ok}
	}
	defer cancelListen(client, bind, port)
	return permission{loopback: !isLoopback(bind) && listensOnLoopback(client, bind, port, addrs)}
}

// listensOnLoopback reports whether sshd has bound a port to a loopback address in place of
// another. It connects to its own listener.
func listensOnLoopback(client *ssh.Client, bind string, port int, addrs []netip.Addr) bool {
	if ip, err := netip.ParseAddr(bind); err == nil && !ip.IsUnspecified() {
		return openError(client, forward.Address{Host: "127.0.0.1", Port: port}) == nil
	}
	for _, addr := range addrs {
		if !addr.IsLoopback() && openError(client, forward.Address{Host: addr.String(), Port: port}) == nil {
			return false
		}
	}
	return true
}

func requestListen(client *ssh.Client, bind string, port int) (bound int, ok bool) {
	ok, reply, err := client.SendRequest("tcpip-forward", true, listenRequest(bind, port))
	if err != nil {
		return port, true // cannot be asked
	}
	var got struct{ Port uint32 }
	if port == 0 && ssh.Unmarshal(reply, &got) == nil {
		port = int(got.Port)
	}
	return port, ok
}

// cancelListen waits for the end of a listener, whose port the session's server is to have.
func cancelListen(client *ssh.Client, bind string, port int) {
	client.SendRequest("cancel-tcpip-forward", true, listenRequest(bind, port))
}

func listenRequest(bind string, port int) []byte {
	return ssh.Marshal(struct {
		Host string
		Port uint32
	}{bind, uint32(port)})
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// refusesSocket reports whether sshd forbids connections to Unix sockets. It answers in the same
// words for one that is not there.
func refusesSocket(client *ssh.Client, to forward.Address) bool {
	if openError(client, to) == nil {
		return false
	}
	_, connects := probeSocket(client)
	return !connects
}

// probeSocket reports whether sshd listens on a Unix socket and connects to it (OpenSSH, PROTOCOL,
// 2.4). sshd leaves the socket behind, which is removed.
func probeSocket(client *ssh.Client) (listens, connects bool) {
	path := "/tmp/.gm-" + rand.Text()
	name := ssh.Marshal(struct{ Path string }{path})
	ok, _, err := client.SendRequest("streamlocal-forward@openssh.com", true, name)
	if err != nil || !ok {
		return err != nil, err != nil
	}
	connects = openError(client, forward.Address{Path: path}) == nil
	client.SendRequest("cancel-streamlocal-forward@openssh.com", true, name)
	if session, err := client.NewSession(); err == nil {
		session.Run("rm -f " + path) // in the worst case an empty file stays
		session.Close()
	}
	return true, connects
}

// refusesAgent reports whether sshd does not forward agents.
func refusesAgent(client *ssh.Client) bool {
	return refusesRequest(client, "auth-agent-req@openssh.com", nil)
}

// refusesRequest reports whether sshd fails a request on a channel of its own.
func refusesRequest(client *ssh.Client, kind string, payload []byte) bool {
	channel, requests, err := client.OpenChannel("session", nil)
	if err != nil {
		return false // MaxSessions
	}
	defer channel.Close()
	go ssh.DiscardRequests(requests)
	ok, err := channel.SendRequest(kind, true, payload)
	return err == nil && !ok
}
