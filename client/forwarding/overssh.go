package forwarding

import (
	"context"
	"net"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/internal/deadline"
	"gm/internal/forward"
	"gm/wire/stream"
)

// SSH is a login that is kept for forwardings, beside a server that has no streams.
type SSH struct {
	Client *ssh.Client
	// Redial logs in again, asking the user nothing.
	Redial func(ctx context.Context) (*ssh.Client, error)
}

// overSSH is the other end of the streams of a Forwarding whose connections an SSH connection
// carries. sshd plays the server's part, and its policy holds.
type overSSH struct {
	near, far *stream.Conn
	mux       *forward.Mux // of far
	packet    []byte
}

// packetSize is that of packets that never leave the process, in bytes.
const packetSize = 16 << 10

// NewOverSSH returns forwardings whose connections login carries. Connections end with a login
// that is lost; the forwardings stay, and the next connection logs in again. Sockets at the
// host and the agent are refused.
func NewOverSSH(now time.Time, login SSH, cfg Config, start func(func()), log func(text string)) *Forwarding {
	o := &overSSH{
		near: stream.New(now, stream.Config{Client: true, PacketSize: packetSize}),
		far:  stream.New(now, stream.Config{PacketSize: packetSize}),
	}
	link := &link{login: login, redialled: make(chan struct{}, 1)}
	o.mux = forward.NewMux(o.far, forward.Config{
		Start: start, Serve: true, Dial: link.dial, Listen: link.listen,
		Policy: forward.Policy{NoUnixListen: true, NoAgent: true, NoX11: true},
	})
	f := New(o.near, cfg, start, log)
	f.ssh = o
	start(func() { o.passReady(f) })
	return f
}

// passReady has f serve what the other end's connections have done.
func (o *overSSH) passReady(f *Forwarding) {
	for {
		select {
		case <-o.mux.Ready():
			f.Mux.Post(func() {})
		case <-f.ended:
			return
		}
	}
}

// exchange passes packets between the ends until none is due.
func (o *overSSH) exchange(now time.Time, near *forward.Mux) {
	for again := true; again; {
		again = o.pass(now, o.near, o.far)
		o.mux.Service(now)
		again = o.pass(now, o.far, o.near) || again
		near.Service(now)
	}
}

func (o *overSSH) pass(now time.Time, from, to *stream.Conn) (passed bool) {
	for {
		packet, due := from.Append(now, o.packet[:0])
		if !due {
			return passed
		}
		o.packet, passed = packet, true
		to.Receive(now, packet) // both ends keep to the rules
	}
}

// Service moves the bytes of all forwardings.
func (f *Forwarding) Service(now time.Time) {
	f.Mux.Service(now)
	if f.ssh != nil {
		f.ssh.exchange(now, f.Mux)
	}
}

// Deadline returns when Service must be called if no event comes before; zero for never.
func (f *Forwarding) Deadline(now time.Time) time.Time {
	if f.ssh == nil {
		return time.Time{} // the session's transport has the streams
	}
	return deadline.Earliest(f.ssh.near.Deadline(now), f.ssh.far.Deadline(now))
}

// link is the SSH connection, which is made anew when it is lost.
type link struct {
	login     SSH
	redialled chan struct{} // has an element while a goroutine has client
	client    *ssh.Client   // nil before the first use
}

// current returns the connection, after a new login if lost is the one that was lost.
func (l *link) current(ctx context.Context, lost *ssh.Client) (*ssh.Client, error) {
	select {
	case l.redialled <- struct{}{}:
		defer func() { <-l.redialled }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if l.client == nil {
		l.client = l.login.Client
	}
	if l.client != lost {
		return l.client, nil
	}
	client, err := l.login.Redial(ctx)
	if err != nil {
		return nil, err
	}
	l.client = client
	return client, nil
}

func (l *link) dial(ctx context.Context, network, address string) (net.Conn, error) {
	client, err := l.current(ctx, nil)
	if err != nil {
		return nil, err
	}
	conn, err := client.DialContext(ctx, network, address)
	if err == nil || !isLost(client) {
		return conn, err
	}
	if client, err = l.current(ctx, client); err != nil {
		return nil, err
	}
	return client.DialContext(ctx, network, address)
}

// isLost reports whether a connection does not answer.
func isLost(client *ssh.Client) bool {
	_, _, err := client.SendRequest("keepalive@openssh.com", true, nil)
	return err != nil
}

// listenTimeout bounds the time in which the session's loop waits for sshd to listen.
const listenTimeout = 2 * time.Second

func (l *link) listen(network, address string) (net.Listener, error) {
	ctx, cancel := context.WithTimeout(context.Background(), listenTimeout)
	defer cancel()
	client, err := l.current(ctx, nil)
	if err != nil {
		return nil, err
	}
	type result struct {
		net.Listener
		error
	}
	done := make(chan result, 1)
	go func() {
		inner, err := client.Listen(network, address)
		done <- result{inner, err}
	}()
	select {
	case got := <-done:
		if got.error != nil {
			return nil, got.error
		}
		r := &relistener{link: l, client: client, Listener: got.Listener}
		r.ctx, r.cancel = context.WithCancel(context.Background())
		return r, nil
	case <-ctx.Done():
		go func() {
			if late := <-done; late.error == nil {
				late.Close()
			}
		}()
		return nil, ctx.Err()
	}
}

// relistener is a listener at the host that listens again after a new login.
type relistener struct {
	net.Listener // the first one, whose address all have
	link         *link
	client       *ssh.Client
	ctx          context.Context
	cancel       func()

	mutex sync.Mutex
	inner net.Listener // a later one; nil while it is the first
}

// relistenPause is the time between two logins for a listener.
const relistenPause = 10 * time.Second

func (r *relistener) Accept() (net.Conn, error) {
	for {
		conn, err := r.listener().Accept()
		if err == nil {
			return conn, nil
		}
		if r.ctx.Err() != nil {
			return nil, net.ErrClosed
		}
		if err := r.again(); err != nil {
			select {
			case <-time.After(relistenPause):
			case <-r.ctx.Done():
			}
		}
	}
}

func (r *relistener) listener() net.Listener {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.inner != nil {
		return r.inner
	}
	return r.Listener
}

func (r *relistener) again() error {
	client, err := r.link.current(r.ctx, r.client)
	if err != nil {
		return err
	}
	inner, err := client.Listen("tcp", r.Addr().String())
	if err != nil {
		return err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.client, r.inner = client, inner
	if r.ctx.Err() != nil {
		inner.Close()
	}
	return nil
}

func (r *relistener) Close() error {
	r.cancel()
	return r.listener().Close()
}
