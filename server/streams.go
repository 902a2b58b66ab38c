//go:build unix

package server

import (
	"slices"
	"time"

	"gm/internal/forward"
	"gm/server/session"
	"gm/wire/stream"
)

// clientStreams are the streams of a client. They end when the client leaves the session.
type clientStreams struct {
	client *session.Attachment
	mux    *forward.Mux
	gone   chan struct{} // closed with mux
}

// openStreams serves the streams of a client that has the extension. One that only sees the
// screen begins none: it gets pictures by those of the server.
func (l *loop) openStreams(a *session.Attachment) {
	if a.Streams() == nil {
		return
	}
	c := &clientStreams{client: a, gone: make(chan struct{})}
	c.mux = forward.NewMux(a.Streams(), forward.Config{
		Serve:       true,
		ReadOnly:    a.ReadOnly(),
		ListenAgent: l.listenAgent,
		ListenX11:   l.listenX11,
		Start:       l.feeders.Go,
		Exec:        l.exec,
		Accept:      func(s *stream.Stream) bool { return l.acceptStream(c.mux, s) },
	})
	l.streams = append(l.streams, c)
	l.feeders.Go(func() { l.passReady(c) })
}

func (c *clientStreams) close() {
	close(c.gone)
	c.mux.Close()
}

// agentPath returns the path of the session's socket for agents; empty without a socket of
// its own.
func agentPath(id identity) string {
	if id.path == "" {
		return ""
	}
	return id.path + ".agent"
}

// streamsReady means that a Mux has something to do.
type streamsReady struct{}

func (l *loop) passReady(c *clientStreams) {
	for {
		select {
		case <-c.mux.Ready():
			if !l.post(streamsReady{}) {
				return
			}
		case <-c.gone:
			return
		case <-l.quit:
			return
		}
	}
}

func (l *loop) acceptStream(mux *forward.Mux, s *stream.Stream) bool {
	p, piped := l.program.(*pipedProgram)
	return piped && p.accept(mux, s)
}

// serveStreams moves the bytes of all streams, and drops those of clients that have left.
func (l *loop) serveStreams(now time.Time) {
	l.streams = slices.DeleteFunc(l.streams, func(c *clientStreams) bool {
		if c.client.Left() || !l.session.Has(c.client) {
			c.close()
			return true
		}
		if c.client.Attached() {
			c.mux.Service(now)
		}
		return false
	})
	if p, piped := l.program.(*pipedProgram); piped {
		p.noteDelivered()
	}
}
