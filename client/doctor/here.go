package doctor

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"runtime"
	"strings"

	"gm/sshboot"
	"gm/sshboot/sshclient"
	"gm/sshboot/sshconfig"
)

// ExamineHere reports on this machine: its terminal, environment, keys and configuration.
func ExamineHere(ctx context.Context, c Config) *Report {
	e := newExaminer(c, "")
	e.report.Good = "nothing here is in the way of gm; gm doctor HOST looks at the way to a host"
	e.add(Step{Part: Here, Name: "gm", Text: strings.TrimPrefix(c.Version, "gm ") + ", " + runtime.GOOS + "/" + runtime.GOARCH})
	e.terminal()
	e.here(ctx)
	return &e.report
}

func (e *examiner) here(ctx context.Context) {
	e.environment()
	e.network()
	e.configuration(ctx)
}

// network reports the families for which this machine has a route.
func (e *examiner) network() {
	s := Step{Part: Here, Name: "network"}
	switch v4, v6 := routes(); {
	case v4 && v6:
		s.Text = "IPv4 and IPv6"
	case v4:
		s.Text = "IPv4; there is no route for IPv6"
	case v6:
		s.Text = "IPv6; there is no route for IPv4"
	default:
		s.State, s.Cause, s.Text = Warning, "no-network", "there is no route to other networks"
		s.Advice = "connect this machine to a network, unless the host is in the same one"
		s.Verdict = "this machine has no route to other networks"
	}
	e.add(s)
}

// routes reports for which families there is a route to the addresses of documentation
// (RFC 5737, RFC 3849). Nothing is sent.
func routes() (v4, v6 bool) { return routed("udp4", "192.0.2.1:9"), routed("udp6", "[2001:db8::1]:9") }

func routed(network, address string) bool {
	conn, err := net.Dial(network, address)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// configuration reports ssh_config, the keys and gm's own configuration.
func (e *examiner) configuration(ctx context.Context) {
	if e.Request.Destination != "" {
		return // for the host, below
	}
	request := e.Request
	request.Destination = "localhost"
	config, err := sshboot.Resolve(ctx, request)
	if err != nil {
		s := e.configFailure(err)
		s.Part, s.Verdict = Here, "ssh_config cannot be used: "+strings.ReplaceAll(err.Error(), "\n", "; ")
		e.add(s)
		config = sshconfig.New("localhost", e.Env)
	} else {
		e.add(Step{Part: Here, Name: "ssh_config", Text: "is read without errors"})
	}
	s := Step{Part: Here, Name: "config", Text: "gm's own configuration is read without errors"}
	if _, _, err := e.Configure(ctx, config); err != nil {
		s = ownConfigFailure(Here, err)
	}
	e.add(s)
	e.keys(ctx, config)
}

// maxTries is the default of MaxAuthTries in sshd_config(5).
const maxTries = 6

// keys reports the keys that a login offers.
func (e *examiner) keys(ctx context.Context, config *sshconfig.Config) {
	keys, agent := sshclient.Keys(ctx, config)
	e.add(agentStep(agent))
	var usable []string
	for _, k := range keys {
		switch {
		case k.Err != nil:
			e.add(Step{Part: Here, Name: "key", State: Warning, Text: k.Err.Error(), Cause: "key",
				Verdict: "a key cannot be used: " + k.Err.Error(), Advice: keyAdvice(k)})
		default:
			usable = append(usable, describeKey(k))
		}
	}
	s := Step{Part: Here, Name: "keys", Text: fmt.Sprintf("%s offered: %s", plural(len(usable), "key is", "keys are"), count(usable))}
	switch {
	case len(usable) == 0:
		s.State, s.Cause, s.Text = Note, "no-keys", "none: logins ask for passwords"
		s.Advice = "ssh-keygen makes one, and ssh-copy-id HOST puts it on a host"
	case len(usable) > maxTries:
		s.State, s.Cause = Warning, "many-keys"
		s.Verdict = fmt.Sprintf("%d keys are offered to each host, and sshd ends a login after %d by default", len(usable), maxTries)
		s.Advice = "name the key of each host in ~/.ssh/config, with IdentityFile and IdentitiesOnly yes"
	}
	e.add(s)
}

func keyAdvice(k sshclient.Key) string {
	if strings.Contains(k.Err.Error(), "others") || strings.Contains(k.Err.Error(), "permission") {
		return "chmod 600 makes it the account's alone"
	}
	return ""
}

func describeKey(k sshclient.Key) string {
	kind := strings.TrimSuffix(strings.TrimPrefix(cmp.Or(k.Type, "key"), "ssh-"), "@openssh.com")
	text := kind + " in the agent"
	if k.Name != "agent" {
		text = k.Name + " (" + kind + ")"
	}
	if k.Encrypted {
		text += ", with a passphrase"
	}
	return text
}

// count joins equal texts to one with their number.
func count(texts []string) string {
	var out []string
	for i := 0; i < len(texts); {
		n := 1
		for i+n < len(texts) && texts[i+n] == texts[i] {
			n++
		}
		text := texts[i]
		if n > 1 {
			text = fmt.Sprintf("%d times %s", n, text)
		}
		out, i = append(out, text), i+n
	}
	return strings.Join(out, "; ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func agentStep(a sshclient.Agent) Step {
	s := Step{Part: Here, Name: "agent", Text: plural(a.Keys, "key", "keys")}
	switch {
	case a.Socket == "":
		s.State, s.Cause, s.Text = Note, "no-agent", "none: SSH_AUTH_SOCK is not set"
	case a.Err != nil:
		s.State, s.Cause = Warning, "agent"
		s.Text = fmt.Sprintf("the agent at %s does not answer: %s", a.Socket, reason(a.Err))
		s.Verdict = "SSH_AUTH_SOCK names an agent that does not answer, so that its keys are not used"
		s.Advice = "log in again, or start an agent: eval $(ssh-agent)"
	case a.Keys == 0:
		s.State, s.Cause, s.Text = Note, "agent-empty", "runs and has no keys; ssh-add adds them"
	}
	return s
}
