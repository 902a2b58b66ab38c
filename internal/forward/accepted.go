package forward

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"gm/wire/stream"
)

func (m *Mux) serveAccepted(s *stream.Stream) {
	f := m.forwardOf(s)
	switch {
	case f == nil:
		s.Reset(CodeCancelled, "") // it was cancelled meanwhile
		return
	case m.full():
		s.Reset(CodeShortage, textShortage)
		return
	}
	r := m.newRelay(s, nil)
	r.forward = f
	s.Urgent = f.purpose == kindAgent
	switch {
	case f.open != nil:
		r.name = f.purpose
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

func (f *Forward) logFailure(err error) {
	if err == nil {
		return
	}
	var dns *net.DNSError
	text := ""
	switch to := f.Spec.Connect; {
	case f.purpose == kindX11:
		text = reason(err)
	case f.open != nil:
		text = f.purpose + ": " + reason(err)
	case to.Path != "":
		text = fmt.Sprintf("connect_to %s: %s", to.Path, reason(err))
	case errors.As(err, &dns):
		text = fmt.Sprintf("connect_to %s: unknown host (%s)", to.Host, reason(err))
	default:
		text = fmt.Sprintf("connect_to %s port %d: failed.", to.Host, to.Port)
	}
	f.mux.cfg.Log(text)
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

func (r *Relay) serveClient() {
	for !r.client.waiting {
		data, ended, _ := r.s.Next()
		n, answer, done, err := r.client.request.parse(data[:min(len(data), maxSOCKS)])
		r.reply(answer)
		r.send()
		r.s.Consume(r.mux.now, n)
		switch {
		case done:
			r.client.timeout.Stop()
			r.client.waiting = true
			r.connectClient()
		case errors.Is(err, errShort) && !ended:
			return
		case err != nil && len(answer) > 0:
			r.client.timeout.Stop()
			r.client = nil
			r.startFeeders(&Pipes{}) // the stream ends after the answer
			return
		case err != nil:
			r.Reset(CodeFailed, "connect failed: "+errSOCKS.Error())
			return
		}
	}
}

func (r *Relay) connectClient() {
	q := &r.client.request
	r.name = q.to.String()
	open := r.mux.dialAddress(q.to)
	if !r.mux.cfg.PermitRemoteOpen.permits(q.to) {
		open = func(context.Context) (Endpoint, error) { return nil, errNotPermitted }
	}
	var failure error
	r.openEndpoint(func(ctx context.Context) (Endpoint, error) {
		conn, err := open(ctx)
		if failure = err; err != nil {
			conn = &Pipes{} // the stream ends after the reply
		}
		return conn, nil
	}, func(error) {
		r.client = nil
		r.reply(q.result(resetOf(failure)))
	})
}

var errNotPermitted = errors.New("not permitted by PermitRemoteOpen")

// resetOf returns the error of a connection as that of a stream; nil if there is none.
func resetOf(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errNotPermitted):
		return &stream.ResetError{Code: CodeProhibited, Text: textProhibited}
	}
	return &stream.ResetError{Code: CodeFailed, Text: "connect failed: " + reason(err)}
}
