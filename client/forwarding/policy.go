package forwarding

import (
	"context"
	"errors"
	"net"

	"golang.org/x/crypto/ssh"

	"gm/internal/forward"
)

// key returns the text of a forwarding by which Config.Refused has it.
func key(spec forward.Spec) string { return spec.Kind.String() + " " + spec.String() }

// Probe asks sshd, over the connection that begins a session, which of the forwardings it
// forbids, and sets Refused. sshd listens for remote
// ones for a moment. What cannot be asked counts as permitted: sshd is the judge of
// its own channels alone (SECURITY.md).
func (c *Config) Probe(ctx context.Context, client *ssh.Client) {
	c.Refused = map[string]bool{}
	type verdict struct {
		key     string
		refused bool
	}
	verdicts := make(chan verdict)
	asked := 0
	ask := func(key string, refused func() bool) {
		asked++
		go func() { verdicts <- verdict{key, refused()} }()
	}
	for _, spec := range c.Specs {
		ask(key(spec), func() bool { return refusesSpec(client, spec) })
	}
	if c.Agent != "" {
		ask(agentName, func() bool { return refusesAgent(client) })
	}
	for range asked {
		select {
		case v := <-verdicts:
			if v.refused {
				c.Refused[v.key] = true
			}
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

func refusesSpec(client *ssh.Client, spec forward.Spec) bool {
	switch {
	case spec.Kind == forward.Remote:
		return refusesListen(client, spec.Listen)
	case spec.IsSOCKS():
		return prohibits(client, forward.Address{Host: "127.0.0.1", Port: 1}) // which nothing listens on
	}
	return spec.Connect.Path == "" && RefusesConnect(client, spec.Connect)
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

// refusesListen reports whether sshd does not listen at an address (RFC 4254, 7.1). A port
// that is in use is no refusal: the session reports that itself.
func refusesListen(client *ssh.Client, at forward.Address) bool {
	if at.Path != "" || !loopback(at.Host) {
		return false // would leave a socket behind, or depends on GatewayPorts
	}
	listen := struct {
		Host string
		Port uint32
	}{"localhost", 0}
	ok, reply, err := client.SendRequest("tcpip-forward", true, ssh.Marshal(listen))
	if err != nil || !ok {
		return err == nil
	}
	var got struct{ Port uint32 }
	if ssh.Unmarshal(reply, &got) == nil {
		listen.Port = got.Port
		client.SendRequest("cancel-tcpip-forward", false, ssh.Marshal(listen))
	}
	return false
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || host == "localhost" || ip != nil && ip.IsLoopback()
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
