package forward

import (
	"net"
	"os"
	"strconv"

	"gm/wire/stream"
)

// maxListens bounds the listeners that a client may ask for.
const maxListens = 100

// served is a stream of KindListen at the server.
type served struct {
	mux       *Mux
	s         *stream.Stream
	listeners []net.Listener
	answer    []byte // to be written
	over      bool
}

func (m *Mux) serveListen(s *stream.Stream) {
	f := fields(s)
	switch {
	case !m.cfg.Policy.permitsListen(f[0]):
		s.Reset(CodeProhibited, textProhibited)
		return
	case len(m.served) >= maxListens:
		s.Reset(CodeShortage, textShortage)
		return
	}
	l := &served{mux: m, s: s}
	line, err := l.listen(f)
	if err != nil {
		l.close()
		s.Reset(CodeFailed, err.Error())
		return
	}
	m.served = append(m.served, l)
	l.answer = []byte(line + "\n")
	for _, listener := range l.listeners {
		m.acceptFrom(listener, l.handle)
	}
}

// listen listens for a target, and returns the line that confirms it.
func (l *served) listen(f []string) (line string, err error) {
	m := l.mux
	switch {
	case f[0] == kindTCP && len(f) == 3:
		port, ok := parsePort(f[2], 0)
		if !ok {
			break
		}
		bind := f[1]
		if m.cfg.Policy.LoopbackOnly && bind != "127.0.0.1" && bind != "::1" {
			bind = "localhost"
		}
		var errs []error
		l.listeners, port, errs = m.listenTCP(bind, port)
		if len(l.listeners) == 0 {
			return "", errs[0]
		}
		return strconv.Itoa(port), nil
	case f[0] == kindUnix && len(f) == 4:
		mask, err := strconv.ParseUint(f[2], 8, 9)
		if err != nil || f[1] == "" {
			break
		}
		mode := os.FileMode(mask)
		opts := SocketOptions{Mask: &mode, Unlink: f[3] == unlinkFirst}
		return "0", l.listenBy(func() (net.Listener, error) { return ListenSocket(f[1], opts) })
	case f[0] == kindAgent && len(f) == 1 && m.cfg.ListenAgent != nil:
		return "0", l.listenBy(m.cfg.ListenAgent)
	case f[0] == kindX11 && m.cfg.ListenX11 != nil:
		l.listeners, line, err = m.cfg.ListenX11(f[1:])
		return line, err
	}
	return "", errBadTarget
}

func (l *served) listenBy(listen func() (net.Listener, error)) error {
	listener, err := listen()
	if err != nil {
		return err
	}
	l.listeners = []net.Listener{listener}
	return nil
}

func (l *served) handle(conn net.Conn) {
	if l.over || l.mux.full() {
		abort(endpointOf(conn))
		return
	}
	s := l.mux.streams.Open(KindAccepted, target(strconv.FormatUint(l.s.ID(), 10), originator(conn)))
	s.Urgent = fields(l.s)[0] == kindAgent
	r := l.mux.newRelay(s, nil)
	r.name = fields(l.s)[0]
	r.startFeeders(endpointOf(conn))
}

func (l *served) service() {
	data, ended, err := l.s.Next()
	if err == nil {
		n, _ := l.s.Write(l.answer)
		l.answer = l.answer[n:]
		l.s.Consume(l.mux.now, len(data)) // none is expected
	}
	if err != nil || ended {
		l.s.CloseWrite()
		l.close()
	}
}

func (l *served) close() {
	l.over = true
	for _, listener := range l.listeners {
		listener.Close()
	}
}
