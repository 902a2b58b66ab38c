package x11

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/internal/forward"
	"gm/internal/xauth"
)

// Options are those of ssh_config.
type Options struct {
	Trusted bool          // ForwardX11Trusted
	Timeout time.Duration // ForwardX11Timeout; 0 for none
	Xauth   string        // XAuthLocation; empty to search for it
}

// Server is the X server of this host as programs on another one may use it.
type Server struct {
	Display
	cookie  xauth.Cookie
	refused time.Time // when new connections are refused; zero for never
}

// Errors of connections, in ssh's words.
const (
	errRejected = message("X11 connection rejected because of wrong authentication.")
	errExpired  = message("Rejected X11 connection after ForwardX11Timeout expired")
)

// timeoutSlack is how long the X server remembers an untrusted cookie beyond the timeout.
const timeoutSlack = time.Minute

// Open returns the X server that a value of DISPLAY names. warn receives a message in ssh's
// words, as the error is.
func Open(ctx context.Context, display string, o Options, now time.Time, warn func(string)) (*Server, error) {
	d, err := ParseDisplay(display)
	if err != nil {
		return nil, err
	}
	program := xauth.Program(o.Xauth)
	if program == "" {
		program, _ = xauth.Find() // one that is not found has no cookies
	}
	s := &Server{Display: d}
	ok := false
	switch {
	case o.Trusted:
		s.cookie, ok = program.List(ctx, "", d.authName())
	default:
		if s.cookie, err = generate(ctx, program, d.authName(), o.Timeout); err != nil {
			return nil, message("Warning: untrusted X11 forwarding setup failed: xauth key data not generated")
		}
		ok = true
		if o.Timeout > 0 {
			s.refused = now.Round(0).Add(o.Timeout) // by the wall clock, which goes on while the machine sleeps
		}
	}
	if !ok {
		warn("Warning: No xauth data; using fake authentication data for X11 forwarding.")
		s.cookie = xauth.NewCookie()
	}
	return s, nil
}

// generate returns a new cookie for untrusted clients.
func generate(ctx context.Context, program xauth.Program, display string, timeout time.Duration) (xauth.Cookie, error) {
	dir, err := os.MkdirTemp("", "gm-x11-")
	if err != nil {
		return xauth.Cookie{}, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "xauthfile")
	if timeout > 0 {
		timeout += timeoutSlack
	}
	if err := program.Generate(ctx, file, display, timeout); err != nil {
		return xauth.Cookie{}, err
	}
	cookie, ok := program.List(ctx, file, display)
	if !ok {
		return cookie, errors.New("no cookie")
	}
	return cookie, nil
}

// Request returns the payload of x11-req (RFC 4254, 6.3.1) for programs with the cookie fake.
func (s *Server) Request(fake xauth.Cookie) []byte {
	return ssh.Marshal(struct {
		Single         bool
		Protocol, Data string
		Screen         uint32
	}{false, xauth.Protocol, fake.String(), uint32(s.screen)})
}

// setupTimeout bounds the time until the first bytes of a client have arrived.
const setupTimeout = time.Minute

// Accept returns the X server's end of a connection of a client that has to show the cookie
// fake. The X server is connected to after that; log receives why it is not, in ssh's words, in
// another goroutine.
func (s *Server) Accept(now time.Time, fake xauth.Cookie, log func(string)) (forward.Endpoint, error) {
	if !s.refused.IsZero() && !now.Round(0).Before(s.refused) {
		return nil, errExpired
	}
	c := &connection{server: s, fake: fake, log: log, ready: make(chan struct{})}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.limit = time.AfterFunc(setupTimeout, c.cancel)
	return c, nil
}

// connection is an Endpoint. Its methods but Write and CloseWrite, which one goroutine calls,
// may be called at the same time.
type connection struct {
	server *Server
	fake   xauth.Cookie
	log    func(string)
	ctx    context.Context // ends with Close, or without a setup
	cancel context.CancelFunc
	limit  *time.Timer
	setup  []byte        // what has arrived of it
	ready  chan struct{} // closed once inner is there
	inner  net.Conn
}

func (c *connection) Read(b []byte) (int, error) {
	select {
	case <-c.ready:
		return c.inner.Read(b)
	case <-c.ctx.Done():
		return 0, net.ErrClosed
	}
}

func (c *connection) Write(b []byte) (int, error) {
	select {
	case <-c.ready:
		return c.inner.Write(b)
	default:
	}
	c.setup = append(c.setup, b...)
	switch err := substitute(c.setup, c.fake, c.server.cookie); {
	case errors.Is(err, errShort):
		return len(b), nil
	case err != nil:
		return 0, c.fail(errRejected)
	}
	if err := c.connect(); err != nil {
		return 0, err
	}
	setup := c.setup
	c.setup = nil
	if _, err := c.inner.Write(setup); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (c *connection) connect() error {
	c.limit.Stop()
	conn, err := c.server.dial(c.ctx)
	if err != nil {
		return c.fail(err)
	}
	c.inner = conn
	close(c.ready)
	context.AfterFunc(c.ctx, func() { conn.Close() })
	return nil
}

func (c *connection) fail(err error) error {
	if c.ctx.Err() == nil {
		c.log(err.Error())
	}
	c.cancel()
	return err
}

func (c *connection) CloseWrite() error {
	select {
	case <-c.ready:
		if inner, ok := c.inner.(interface{ CloseWrite() error }); ok {
			return inner.CloseWrite()
		}
		return c.inner.Close()
	default:
		c.cancel() // it ends before its setup
		return io.ErrUnexpectedEOF
	}
}

func (c *connection) Close() error {
	c.limit.Stop()
	c.cancel()
	return nil
}
