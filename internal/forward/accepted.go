package forward

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"gm/wire/stream"
)

// serveAccepted connects a stream that a listener of the server has begun.
func (m *Mux) serveAccepted(s *stream.Stream) {
	f := m.forwardOf(s)
	switch {
	case f == nil:
		s.Reset(CodeFailed, textBadTarget)
		return
	case m.full():
		s.Reset(CodeShortage, textShortage)
		return
	}
	r := m.newRelay(s, nil)
	r.forward = f
	switch {
	case f.open != nil:
		r.name = f.kind
		r.openEndpoint(f.open, f.logFailure)
	case f.Spec.IsSOCKS():
		r.client = newHandshake(r)
	default:
		r.name = f.Spec.Connect.String()
		r.openEndpoint(m.dialAddress(f.Spec.Connect), f.logFailure)
	}
}

// forwardOf returns the forward whose listener has begun a stream; nil if there is none.
func (m *Mux) forwardOf(s *stream.Stream) *Forward {
	id, err := strconv.ParseUint(fields(s)[0], 10, 64)
	for _, f := range m.forwards {
		if err == nil && f.listen != nil && f.listen.ID() == id {
			return f
		}
	}
	return nil
}

// logFailure logs that a connection could not be made.
func (f *Forward) logFailure(err error) {
	if err == nil {
		return
	}
	to := f.Spec.Connect
	switch {
	case f.open != nil:
		f.mux.cfg.Log(fmt.Sprintf("%s: %s", f.kind, reason(err)))
	case to.Path != "":
		f.mux.cfg.Log(fmt.Sprintf("connect_to %s: %s", to.Path, reason(err)))
	default:
		f.mux.cfg.Log(fmt.Sprintf("connect_to %s port %d: %s", to.Host, to.Port, reason(err)))
	}
}

// handshake is the request of a SOCKS client at the other end of a stream.
type handshake struct {
	request socksRequest
	timeout *time.Timer
	waiting bool // for the connection
}

func newHandshake(r *Relay) *handshake {
	return &handshake{timeout: time.AfterFunc(r.mux.cfg.RequestTimeout, func() {
		r.mux.post(func() {
			if !r.over && r.client != nil && !r.client.waiting {
				r.Reset(CodeFailed, "connect failed: Connection timed out")
			}
		})
	})}
}

// serveClient reads the request of a SOCKS client, and connects.
func (r *Relay) serveClient() {
	for !r.client.waiting {
		data, ended, _ := r.s.Next()
		n, answer, done, err := r.client.request.parse(data[:min(len(data), maxSOCKS)])
		r.s.Write(answer) // a few bytes in an empty stream
		r.s.Consume(r.mux.now, n)
		switch {
		case done:
			r.client.timeout.Stop()
			r.client.waiting = true
			r.connectClient()
		case errors.Is(err, errShort) && !ended && len(data) < maxSOCKS:
			return
		case err != nil:
			r.client.timeout.Stop()
			r.Reset(CodeFailed, "connect failed: "+errSOCKS.Error())
			return
		}
	}
}

// connectClient connects to the target of a SOCKS client, as PermitRemoteOpen permits.
func (r *Relay) connectClient() {
	q := &r.client.request
	r.name = q.to.String()
	open := r.mux.dialAddress(q.to)
	if !r.mux.cfg.PermitRemoteOpen.permits(q.to) {
		open = func(context.Context) (Endpoint, error) { return nil, errNotPermitted }
	}
	r.openEndpoint(open, func(err error) {
		r.client = nil
		if err != nil {
			r.refuse(q.result(&stream.ResetError{Code: codeOf(err)}))
			return
		}
		r.s.Write(q.result(nil))
	})
}

var errNotPermitted = errors.New("not permitted by PermitRemoteOpen")

func codeOf(err error) uint64 {
	if errors.Is(err, errNotPermitted) {
		return CodeProhibited
	}
	return CodeFailed
}

// refuse ends the stream after a reply to its SOCKS client.
func (r *Relay) refuse(reply []byte) {
	r.s.Write(reply)
	r.s.CloseWrite()
	data, _, _ := r.s.Next()
	r.s.Consume(r.mux.now, len(data))
	r.finish(errNotPermitted)
}
