package forward

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
)

// RequestRemote asks the server to listen. Changed is called with the result.
func (m *Mux) RequestRemote(spec Spec) (*Forward, error) {
	bind := spec.RemoteBind()
	if m.cfg.RemoteLoopback && bind != "127.0.0.1" && bind != "::1" {
		bind = "localhost"
	}
	t := target(kindTCP, bind, strconv.Itoa(spec.Listen.Port))
	if path := spec.Listen.Path; path != "" {
		unlink := ""
		if m.cfg.Sockets.Unlink {
			unlink = unlinkFirst
		}
		t = target(kindUnix, path, strconv.FormatUint(uint64(m.cfg.Sockets.mask()), 8), unlink)
	}
	return m.request(&Forward{Spec: spec}, t)
}

// RequestAgent asks the server to listen on the session's socket for the agent. open connects
// to the agent of this host; it runs in a goroutine of its own.
func (m *Mux) RequestAgent(open func(context.Context) (Endpoint, error)) (*Forward, error) {
	return m.request(&Forward{purpose: kindAgent, open: open}, target(kindAgent))
}

// RequestX11 asks the server to listen on a display. The fields are those of the target after
// "x11"; open connects to the display of this host.
func (m *Mux) RequestX11(fields []string, open func(context.Context) (Endpoint, error)) (*Forward, error) {
	return m.request(&Forward{purpose: kindX11, open: open}, target(append([]string{kindX11}, fields...)...))
}

func (m *Mux) request(f *Forward, t []byte) (*Forward, error) {
	if len(m.forwards) >= maxListens {
		return nil, errTooMany
	}
	f.mux, f.listen = m, m.streams.Open(KindListen, t)
	m.forwards = append(m.forwards, f)
	m.wake()
	return f, nil
}

// maxLine bounds the line that answers a stream of KindListen, for X11's display.
const maxLine = 256

func (f *Forward) service() {
	if f.listen == nil || f.over() {
		return
	}
	data, ended, err := f.listen.Next()
	switch {
	case err != nil:
		f.fail(err.Error())
		return
	case f.State == Pending:
		f.line = append(f.line, data[:min(len(data), maxLine+1)]...)
	}
	f.listen.Consume(f.mux.now, len(data))
	at := bytes.IndexByte(f.line, '\n')
	switch {
	case f.State == Pending && at >= 0:
		f.bound(string(f.line[:at]))
	case ended, len(f.line) > maxLine:
		f.listen.Reset(CodeCancelled, "")
		f.fail("the listener has ended")
	}
}

func (f *Forward) bound(line string) {
	f.line, f.State, f.Answer = nil, Listening, line
	f.Port, _ = parsePort(line, 0)
	if f.purpose == "" && f.Spec.Listen.Path == "" && f.Spec.Listen.Port == 0 {
		f.mux.cfg.Log(fmt.Sprintf("Allocated port %d for remote forward to %s", f.Port, f.Spec.targetText()))
	}
	f.mux.cfg.Changed(f)
}

func (f *Forward) fail(reason string) {
	f.State, f.Reason = Failed, reason
	switch {
	case f.purpose != "":
		f.Text = f.purpose + " forwarding failed"
	case f.Spec.Listen.Path != "":
		f.Text = "remote port forwarding failed for listen path " + f.Spec.Listen.Path
	default:
		f.Text = fmt.Sprintf("remote port forwarding failed for listen port %d", f.Spec.Listen.Port)
	}
	f.mux.cfg.Changed(f)
}
