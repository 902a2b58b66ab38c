package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/internal/sanitize"
	"gm/sshboot"
	"gm/sshboot/sshclient"
	"gm/sshboot/sshconfig"
	"gm/sshboot/trace"
)

// attempt is an attempt to connect by TCP.
type attempt struct {
	addr netip.AddrPort
	took time.Duration
	err  error
}

// hop is the login on one host: on the one that the user named, or on a jump host before it.
type hop struct {
	alias, address string
	prefix         string // of the texts about a jump host
	clock          watch  // of the step that is under way
	addrs          []netip.Addr
	attempts       []attempt
	connected      bool
	proxy          string // "the ProxyCommand" or "the jump host NAME", once the way leads through it
	key            *trace.HostKey
	exchanged      bool
	allowed        []string
	offered        []offer
}

// offer is a credential that was offered to the host.
type offer struct{ method, name, kind string }

func (o offer) String() string {
	switch {
	case o.kind == "":
		return o.method
	case o.name == "agent":
		return o.kind + " of the agent"
	}
	return o.name
}

// loginWatch makes steps of the reports of a login. Hops are nested: that of a jump host
// begins after the one that it leads to, and ends before.
type loginWatch struct {
	e     *examiner
	mu    sync.Mutex
	hops  []*hop
	first *hop // that connects from this machine
}

func (l *loginWatch) hooks() *trace.Trace {
	return &trace.Trace{
		Host: l.host, Proxy: l.proxy, Resolved: l.resolved, Dialed: l.dialed, Connected: l.connected,
		HostKey: l.hostKey, Exchanged: l.exchanged, Allowed: l.allowed, Offered: l.offered, LoggedIn: l.loggedIn,
	}
}

// top calls do with the hop that is under way.
func (l *loginWatch) top(do func(*hop)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.hops) > 0 {
		do(l.hops[len(l.hops)-1])
	}
}

// step adds a step of a hop that took the time since the one before.
func (l *loginWatch) step(h *hop, s Step) {
	s.Part, s.Text = Login, h.prefix+s.Text
	s.Took = cmp.Or(s.Took, h.clock.elapsed())
	h.clock = l.e.start()
	l.e.add(s)
}

func (l *loginWatch) host(alias, address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := &hop{alias: alias, address: address, clock: l.e.start()}
	if len(l.hops) > 0 {
		h.prefix = "jump host " + alias + ": "
	}
	l.hops = append(l.hops, h)
	l.e.busy("connecting to " + address)
}

func (l *loginWatch) proxy() { l.top(func(h *hop) { h.proxy = "the ProxyCommand" }) }

func (l *loginWatch) resolved(name string, addrs []netip.Addr, took time.Duration, err error) {
	l.top(func(h *hop) {
		h.addrs, h.clock = addrs, l.e.start()
		l.first = h
		if _, parseErr := netip.ParseAddr(name); parseErr == nil || err != nil {
			return // no name, or the error of the login
		}
		l.step(h, Step{Name: "name", Took: took, Text: fmt.Sprintf("%s is %s", name, list(addrs))})
	})
}

func list(addrs []netip.Addr) string {
	texts := make([]string, len(addrs))
	for i, a := range addrs {
		texts[i] = a.String()
	}
	return strings.Join(texts, ", ")
}

func (l *loginWatch) dialed(addr netip.AddrPort, took time.Duration, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.first != nil && !errors.Is(err, context.Canceled) {
		l.first.attempts = append(l.first.attempts, attempt{addr, took, err})
	}
}

func (l *loginWatch) connected() {
	l.top(func(h *hop) {
		h.connected = true
		if h.proxy != "" {
			l.step(h, Step{Name: "connect", Text: "to " + h.address + " through " + h.proxy})
		}
		for _, a := range h.attempts {
			l.step(h, a.step())
		}
		l.e.busy("exchanging keys with " + h.address)
		h.clock = l.e.start()
	})
}

// step returns the step of an attempt. That none has succeeded is the login's failure.
func (a attempt) step() Step {
	s := Step{Name: "tcp", Took: a.took, Text: fmt.Sprintf("%s accepts connections to port %d", a.addr.Addr(), a.addr.Port())}
	if a.err == nil {
		return s
	}
	s.Text = fmt.Sprintf("%s, port %d: %s", a.addr.Addr(), a.addr.Port(), reason(a.err))
	s.State, s.Cause = Note, "tcp"
	return s
}

// reason returns the system's words for an error of the network.
func reason(err error) string {
	text := err.Error()
	if op, ok := errors.AsType[*net.OpError](err); ok {
		text = op.Err.Error()
	}
	return strings.TrimPrefix(text, "connect: ")
}

func (l *loginWatch) hostKey(k trace.HostKey) {
	l.top(func(h *hop) {
		h.key = &k
		if k.Err != nil {
			return // the error of the login
		}
		s := Step{Name: "host key", Text: fmt.Sprintf("%s, as in %s: %s", keyType(k.Key), k.Known, fingerprint(k.Key))}
		if k.Known == "" {
			s.State, s.Cause = Note, "host-key-new"
			s.Text = fmt.Sprintf("%s, which was not known: %s", keyType(k.Key), fingerprint(k.Key))
		}
		l.step(h, s)
	})
}

func keyType(key ssh.PublicKey) string {
	text, certified := strings.CutSuffix(key.Type(), "-cert-v01@openssh.com")
	text = strings.TrimSuffix(strings.TrimPrefix(text, "ssh-"), "@openssh.com")
	text, _, _ = strings.Cut(text, "-sha2-")
	if certified {
		text += " certificate"
	}
	return text
}

func fingerprint(key ssh.PublicKey) string {
	if cert, ok := key.(*ssh.Certificate); ok {
		key = cert.Key
	}
	return ssh.FingerprintSHA256(key)
}

func (l *loginWatch) exchanged(version string, a ssh.NegotiatedAlgorithms) {
	l.top(func(h *hop) {
		h.exchanged = true
		version = strings.TrimPrefix(sanitize.Line(version), "SSH-2.0-")
		l.step(h, Step{Name: "key exchange", Text: fmt.Sprintf("%s, %s, %s", version, a.KeyExchange, a.Write.Cipher)})
		l.e.busy("logging in to " + h.address)
	})
}

func (l *loginWatch) allowed(methods []string) { l.top(func(h *hop) { h.allowed = methods }) }

func (l *loginWatch) offered(method, name string, key ssh.PublicKey) {
	l.top(func(h *hop) {
		o := offer{method: method, name: name}
		if key != nil {
			o.kind = keyType(key)
		}
		h.offered = append(h.offered, o)
	})
}

// manyOffers is the number of keys after which the sixth attempt is near: sshd's default of
// MaxAuthTries is 6.
const manyOffers = 4

func (l *loginWatch) loggedIn() {
	l.top(func(h *hop) {
		s := Step{Name: "login", Text: "without a credential"}
		if n := len(h.offered); n > 0 {
			s.Text = "by " + h.offered[n-1].String()
			if n > 1 {
				s.Text += fmt.Sprintf(", after %s", tried(h.offered[:n-1]))
			}
			if n > manyOffers {
				s.State, s.Cause = Warning, "many-keys"
				s.Advice = "sshd permits 6 attempts by default: name the key with IdentityFile and IdentitiesOnly yes"
				s.Verdict = fmt.Sprintf("%d keys are offered to %s before the right one, and sshd permits 6 attempts by default", n-1, h.alias)
			}
		}
		l.step(h, s)
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	last := len(l.hops) - 1
	if last > 0 {
		next := l.hops[last-1]
		next.clock, next.proxy = l.e.start(), "the jump host "+l.hops[last].alias
	}
	l.hops = l.hops[:max(last, 0)]
}

// maxNamed bounds the keys that a step names.
const maxNamed = 4

func tried(offers []offer) string {
	names := make([]string, len(offers))
	for i, o := range offers {
		names[i] = o.String()
	}
	if all := slices.Compact(slices.Clone(names)); len(all) == 1 && len(names) > 1 {
		return fmt.Sprintf("%d times %s", len(names), all[0])
	}
	if len(names) > maxNamed {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNamed], ", "), len(names)-maxNamed)
	}
	return strings.Join(names, ", ")
}

// connect logs in and reports the steps. It returns nil if that fails.
func (e *examiner) connect(ctx context.Context, request sshboot.Request) (*sshboot.Login, *loginWatch) {
	l := &loginWatch{e: e}
	request.Wrap = e.wrap
	login, err := sshboot.Connect(trace.With(ctx, l.hooks()), request)
	e.busy("")
	if err != nil {
		l.failed(ctx, request.Config, err)
		return nil, l
	}
	return login, l
}

// failed reports the error of a login.
func (l *loginWatch) failed(ctx context.Context, c *sshconfig.Config, err error) {
	h := &hop{alias: c.Alias, clock: l.e.start()}
	l.top(func(top *hop) { h = top })
	if !h.connected && len(h.attempts) > 1 {
		for _, a := range h.attempts {
			l.step(h, a.step())
		}
	}
	l.step(h, l.failure(ctx, h, err))
}

// failure returns the step of the error, which depends on the stage of the login.
func (l *loginWatch) failure(ctx context.Context, h *hop, err error) Step {
	s := failed(Login, "login", "login", err)
	switch {
	case h.proxy != "" && !h.exchanged && h.key == nil:
		s.Name, s.Cause = "connect", "proxy"
		s.Verdict = fmt.Sprintf("the way to %s through %s fails: %v", h.address, h.proxy, err)
	case !h.connected && len(h.addrs) == 0:
		l.noAddress(ctx, h, &s)
	case !h.connected:
		noConnection(h, &s)
	case h.key == nil:
		s.Name, s.Cause = "key exchange", "key-exchange"
		s.Verdict = h.address + " accepts connections, but the key exchange fails: " + err.Error()
	case h.key.Err != nil:
		wrongKey(h, &s)
	case errors.Is(err, sshclient.ErrTooManyKeys):
		tooManyKeys(h, &s)
	default:
		refused(h, &s)
	}
	return s
}

func (l *loginWatch) noAddress(ctx context.Context, h *hop, s *Step) {
	s.Name, s.Cause = "name", "name"
	s.Verdict = "the name of " + h.alias + " has no address: it is misspelled, or the name servers of this network do not know it"
	if v4, v6 := routes(); !v4 && !v6 {
		s.Cause, s.Verdict = "no-network", "this machine has no network: no name can be looked up"
		s.Advice = "connect it to one"
	}
}

func noConnection(h *hop, s *Step) {
	s.Name, s.Cause = "tcp", "tcp-unreachable"
	text := s.Text
	switch {
	case strings.Contains(text, "refused"):
		s.Cause = "tcp-refused"
		s.Verdict = h.address + " is reached and refuses the connection: no sshd listens on that port"
		s.Advice = "is sshd running there, and on this port? -p of ssh, or gm HOST:PORT, names another"
	case strings.Contains(text, "timed out"), strings.Contains(text, "timeout"), strings.Contains(text, "deadline"):
		s.Cause = "tcp-dropped"
		s.Verdict = "nothing answers at " + h.address + ": the host is off, or a firewall drops connections to that port"
	default:
		s.Verdict = h.address + " is not reached: " + reasonOf(h.attempts, text)
	}
}

// reasonOf returns the last error of the attempts.
func reasonOf(attempts []attempt, text string) string {
	for _, a := range slices.Backward(attempts) {
		if a.err != nil {
			return reason(a.err)
		}
	}
	return text
}

func wrongKey(h *hop, s *Step) {
	s.Name, s.Cause = "host key", "host-key"
	s.Verdict = "the key of " + h.alias + " is not accepted: " + s.Text
	switch {
	case strings.Contains(s.Text, "has changed"):
		s.Cause = "host-key-changed"
		s.Verdict = h.alias + " shows another host key than the one in known_hosts: it was reinstalled, or somebody is in between"
		if _, command, found := strings.Cut(s.Advice, "remove the old key: "); found {
			s.Advice, s.Command = "ask who runs the host; only if its key is a new one, remove the old one:", command
		}
	case strings.Contains(s.Text, "is not known"), strings.Contains(s.Text, "is known for"):
		s.Cause = "host-key-unknown"
		s.Verdict = "the host key of " + h.alias + " is not known here"
	}
}

func tooManyKeys(h *hop, s *Step) {
	s.Cause = "too-many-keys"
	s.Text += ": " + tried(h.offered)
	s.Verdict = fmt.Sprintf("%s ends the login after %d keys (MaxAuthTries of its sshd), before the right one was offered", h.alias, len(h.offered))
	s.Advice = "name the key in ~/.ssh/config, with IdentityFile and IdentitiesOnly yes, or with -i and -o IdentitiesOnly=yes"
}

func refused(h *hop, s *Step) {
	s.Cause = "login-refused"
	if len(h.offered) > 0 {
		s.Text += "; tried: " + tried(h.offered)
	}
	if len(h.allowed) > 0 {
		s.Verdict = fmt.Sprintf("%s is reached, but does not let this account in; it accepts %s", h.alias, strings.Join(h.allowed, ", "))
	}
}
