package probe

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"

	"gm/internal/hint"
	"gm/internal/ipcount"
	"gm/internal/sanitize"
	"gm/wire/pipe"
	"gm/wire/probe"
)

// Options are what is measured.
type Options struct {
	// Addresses are the host's, in the order of preference. The first MaxPaths are tested.
	Addresses []netip.Addr
	// Choose, unless it is nil, replaces Addresses, after the host has reported its own.
	Choose func(announced []netip.Addr) []netip.Addr
	// Silence is the longest silence for which bindings of a NAT are tested, and about the
	// time that the run takes; 0 for DefaultSilence. It is at most MaxSilence.
	Silence time.Duration
	// Progress, unless it is nil, is called with what begins, for the user.
	Progress func(text string)
}

// helloTimeout bounds the wait for the first message of the host.
const helloTimeout = 15 * time.Second

// Run measures UDP to the host at the other end of the channel, which runs "gm server
// probe". It closes the channel. The error is one of the channel: all errors of UDP are in
// the report.
func Run(ctx context.Context, channel io.ReadWriteCloser, o Options) (*Report, error) {
	r := &run{channel: channel, messages: make(chan probe.Message, 64), packets: make(chan packet, 64), ended: make(chan error, 1), quit: make(chan struct{})}
	defer r.close()
	go r.readChannel()
	hello, err := r.hello(ctx)
	if err != nil {
		return nil, err
	}
	if o.Choose != nil {
		o.Addresses = o.Choose(hello.Addresses)
	}
	if o.Silence == 0 {
		o.Silence = DefaultSilence
	}
	addrs := o.Addresses[:min(len(o.Addresses), MaxPaths)]
	p, err := newProber(time.Now(), hello, addrs, min(o.Silence, MaxSilence), r, interfaceMTU)
	if err != nil {
		return nil, err
	}
	return r.measure(ctx, p, o.progress)
}

func (o *Options) progress(format string, a ...any) {
	if o.Progress != nil {
		o.Progress(fmt.Sprintf(format, a...))
	}
}

// run is the I/O of a Run. Its methods are called by one goroutine, except where noted.
type run struct {
	channel  io.ReadWriteCloser
	failed   error // of writing to channel
	frame    []byte
	messages chan probe.Message
	ended    chan error // the end of channel
	packets  chan packet
	quit     chan struct{}
	flows    []*net.UDPConn // by number less 1
}

// packet is a datagram, or an ICMP error.
type packet struct {
	flow    int
	data    []byte
	refusal RefusalKind // empty for a datagram
	from    netip.Addr  // of the refusal; zero if it is not known
}

func (r *run) close() {
	close(r.quit)
	r.channel.Close()
	for _, conn := range r.flows {
		conn.Close()
	}
}

// readChannel passes on messages in a goroutine of its own.
func (r *run) readChannel() {
	buffered := bufio.NewReaderSize(r.channel, maxLine)
	if err := awaitGreeting(buffered); err != nil {
		r.ended <- err
		return
	}
	reader := pipe.NewReader(buffered)
	for {
		frame, err := reader.Next()
		var m probe.Message
		if err == nil {
			m, err = probe.ParseHosts(frame)
		}
		if err != nil {
			r.ended <- err
			return
		}
		select {
		case r.messages <- m:
		case <-r.quit:
			return
		}
	}
}

const (
	maxLine     = 4096 // bytes of a line before the greeting
	maxLines    = 200
	errorPrefix = "GM ERROR "
	hintPrefix  = "GM HINT "
)

// awaitGreeting reads the lines up to the host's greeting. The error is the host's if it has
// printed one.
func awaitGreeting(r *bufio.Reader) error {
	var failure *hint.Error
	var said string
	for range maxLines {
		line, err := r.ReadSlice('\n')
		text := strings.TrimRight(string(line), "\r\n")
		switch {
		case text == probe.Greeting && err == nil:
			return nil
		case strings.HasPrefix(text, errorPrefix):
			failure = &hint.Error{Err: errors.New(sanitize.Line(strings.TrimPrefix(text, errorPrefix)))}
		case strings.HasPrefix(text, hintPrefix) && failure != nil:
			failure.Hint = sanitize.Line(strings.TrimPrefix(text, hintPrefix))
		case said == "":
			said = sanitize.Line(text)
		}
		switch {
		case err == nil || errors.Is(err, bufio.ErrBufferFull):
		case failure != nil:
			return failure
		case said != "":
			return &hint.Error{Err: fmt.Errorf("the host's program does not test UDP: %s", said), Hint: olderHint}
		default:
			return &hint.Error{Err: errors.New("the host's program does not test UDP"), Hint: olderHint}
		}
	}
	return &hint.Error{Err: errors.New("the host sends text in place of the test")}
}

const olderHint = "an older gm is installed there"

var (
	errSilent = errors.New("the host's program does not answer")
	errEnded  = errors.New("the host's program has ended")
)

func (r *run) hello(ctx context.Context) (probe.Hello, error) {
	timeout := time.NewTimer(helloTimeout)
	defer timeout.Stop()
	select {
	case m := <-r.messages:
		switch {
		case m.Hello == nil:
			return probe.Hello{}, errors.New("the host's program does not introduce itself")
		case m.Hello.Version != probe.Version:
			return probe.Hello{}, fmt.Errorf("the host's program has version %d of the test, this one version %d", m.Hello.Version, probe.Version)
		}
		return *m.Hello, nil
	case err := <-r.ended:
		return probe.Hello{}, endError(err)
	case <-timeout.C:
		return probe.Hello{}, errSilent
	case <-ctx.Done():
		return probe.Hello{}, ctx.Err()
	}
}

func endError(err error) error {
	if e, ok := errors.AsType[*hint.Error](err); ok {
		return e
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errEnded
	}
	return fmt.Errorf("%w: %w", errEnded, err)
}

// measure runs p to its end.
func (r *run) measure(ctx context.Context, p *prober, progress func(format string, a ...any)) (*Report, error) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	said := finished
	for !p.Done() {
		if p.stage != said {
			said = p.stage
			p.describe(progress)
		}
		select {
		case m := <-r.messages:
			p.Message(time.Now(), m)
		case packet := <-r.packets:
			if packet.refusal != "" {
				p.Refused(packet.flow, packet.from, packet.refusal)
			} else {
				p.Receive(time.Now(), packet.data)
			}
		case <-timer.C:
		case err := <-r.ended:
			return nil, endError(err)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		p.Tick(time.Now())
		if r.failed != nil {
			return nil, endError(r.failed)
		}
		timer.Reset(time.Until(p.Deadline()))
	}
	return p.Report(), nil
}

// Tell sends a message to the host.
func (r *run) Tell(m probe.Message) {
	if r.frame, r.failed = pipe.AppendFrame(r.frame[:0], m.Append(nil)); r.failed == nil {
		_, r.failed = r.channel.Write(r.frame)
	}
}

// Count returns the counters of this machine.
func (r *run) Count() (ipcount.Count, bool) { return ipcount.Read() }
