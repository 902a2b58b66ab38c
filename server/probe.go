//go:build unix

package server

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"runtime"
	"time"

	"gm/internal/firewall"
	"gm/internal/ipcount"
	"gm/wire/control"
	"gm/wire/datagram"
	"gm/wire/pipe"
	"gm/wire/probe"
	"gm/wire/state"
	"gm/wire/udp"
)

const (
	// probeLimit bounds the time of "gm server probe", which ends with its standard input.
	probeLimit = probe.MaxDelay + 2*time.Minute

	// probeSilence bounds the time without a sign of the client, unless a reply is to be sent
	// after a longer one.
	probeSilence = 30 * time.Second

	// lookTimeout bounds the programs that list rules of firewalls.
	lookTimeout = 5 * time.Second

	// loopTimeout is how long the host's datagrams to itself are waited for.
	loopTimeout = 500 * time.Millisecond
)

// prober is the host's side of "gm doctor" (package wire/probe). One goroutine owns it.
type prober struct {
	*probe.Responder
	socket  socket
	out     io.Writer
	err     error // of writing to out
	frame   []byte
	refused uint64 // replies that the system did not send
	loops   loopTest

	messages chan probe.Message
	ended    chan struct{} // closed at the end of the input
	packets  chan probePacket
	walls    chan firewall.Firewall
	quit     chan struct{} // closed at the end of run
}

type probePacket struct {
	data []byte
	path datagram.Path
}

// serveProbe runs the test over the standard streams. A client that does not read for a long
// time, so that writing to it blocks, does not keep the process.
func (v *verb) serveProbe(ctx context.Context) {
	time.AfterFunc(probeLimit+probeSilence, func() { os.Exit(1) })
	_, err := disableDumps()
	if err == nil {
		err = v.probe(ctx, os.Stdin)
	}
	if err != nil {
		v.fail(err)
	}
}

// probe opens the socket of a session and answers the client's datagrams, until in ends.
func (v *verb) probe(ctx context.Context, in io.Reader) error {
	v.extensions = state.ExtIdentifiers
	conn, err := listen(v.registry, &v.options, v.stderr)
	if err != nil {
		return err
	}
	sharer := sharer{v.registry, v.replaced, func(string, ...any) {}}
	socket, _ := sharer.join(conn, v.ports)
	defer socket.Close()
	key, err := datagram.NewKey()
	if err != nil {
		return err
	}
	defer key.Wipe()
	responder, err := probe.NewResponder(key, sshClient(), time.Now())
	if err != nil {
		return err
	}
	p := &prober{
		Responder: responder, socket: socket, out: v.stdout,
		messages: make(chan probe.Message), ended: make(chan struct{}), packets: make(chan probePacket), walls: make(chan firewall.Firewall, 1), quit: make(chan struct{}),
	}
	defer close(p.quit)
	if r, ok := socket.(routed); ok {
		r.SetRoutes(control.Routes{Identifiers: responder.Identifiers()})
	}
	fmt.Fprintln(p.out, probe.Greeting)
	hello := v.hello(key, socket.Local())
	p.tell(probe.Message{Hello: &hello})
	go p.look(ctx, firewall.Ports{Low: v.ports.Low, High: v.ports.High}, hello.Port)
	go p.readMessages(in)
	go p.readPackets()
	if socket == conn { // a port that is shared gets datagrams of the session alone
		p.loops.begin(hello.Addresses, hello.Port)
	}
	p.run()
	return nil
}

func (v *verb) hello(key datagram.Key, local netip.AddrPort) probe.Hello {
	bind := local.Addr()
	if bind == netip.IPv6Unspecified() { // which is that of both families
		bind = netip.Addr{}
	}
	return probe.Hello{
		Version: probe.Version, Key: key, Port: local.Port(), Ports: v.ports.String(), Bind: bind, Addresses: v.addresses(),
		Client: sshClient(), System: runtime.GOOS, Provider: firewall.Provider(),
	}
}

// look finds the firewall in a goroutine of its own.
func (p *prober) look(ctx context.Context, ports firewall.Ports, bound uint16) {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	if ports == (firewall.Ports{}) {
		ports = firewall.Ports{Low: bound, High: bound}
	}
	p.walls <- firewall.Look(ctx, ports)
}

func (p *prober) readMessages(in io.Reader) {
	defer close(p.ended)
	reader := pipe.NewReader(in)
	for {
		frame, err := reader.Next()
		if err != nil {
			return
		}
		m, err := probe.ParseClients(frame)
		if err != nil {
			return
		}
		select {
		case p.messages <- m:
		case <-p.quit:
			return
		}
	}
}

func (p *prober) readPackets() {
	buf := make([]byte, udp.ReadSize)
	for failures := 0; failures < socketRetries; {
		packet, err := p.socket.Read(buf)
		if err != nil {
			if failures++; isClosed(p.quit) {
				return
			}
			time.Sleep(socketPause)
			continue
		}
		select {
		case p.packets <- probePacket{append([]byte(nil), packet.Data...), packet.Path}:
		case <-p.quit:
			return
		}
	}
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// run handles what comes until the input ends, the client is silent, or the output fails.
func (p *prober) run() {
	began := time.Now()
	heard := began
	timer := time.NewTimer(0)
	defer timer.Stop()
	for now := began; p.err == nil && now.Sub(began) < probeLimit; now = time.Now() {
		p.Tick(now, p.send)
		for _, l := range p.loops.take(now) {
			p.tell(probe.Message{Loop: &l})
		}
		next := heard.Add(probeSilence)
		if at := p.Deadline(); !at.IsZero() {
			heard = now // a reply is due
			next = at
		} else if !next.After(now) {
			return
		}
		if at := p.loops.deadline(); !at.IsZero() && at.Before(next) {
			next = at
		}
		timer.Reset(time.Until(next))
		select {
		case m := <-p.messages:
			heard = time.Now()
			p.handle(heard, m)
		case packet := <-p.packets:
			p.receive(packet)
		case wall := <-p.walls:
			p.tell(probe.Message{Firewall: &probe.Firewall{Name: wall.Name, Read: wall.Read, Drops: wall.Drops, Command: wall.Command, Temporary: wall.Temporary}})
		case <-p.ended:
			return
		case <-timer.C:
		}
	}
}

func (p *prober) handle(now time.Time, m probe.Message) {
	switch {
	case m.Send != nil:
		p.Unasked(now, *m.Send)
	case m.Count:
		c, known := ipcount.Read()
		p.tell(probe.Message{Counters: &probe.Counters{Known: known, Received: c.Received, Dropped: c.Dropped, Refused: p.refused}})
	}
}

func (p *prober) receive(packet probePacket) {
	if p.loops.arrived(packet.data) {
		return
	}
	if arrival, ok := p.Receive(time.Now(), packet.data, packet.path); ok {
		p.tell(probe.Message{Arrival: &arrival})
	}
}

func (p *prober) send(path datagram.Path, data []byte) {
	if err := p.socket.Write(data, path); err != nil {
		p.refused++
	}
}

func (p *prober) tell(m probe.Message) {
	if p.err == nil {
		p.frame, p.err = pipe.AppendFrame(p.frame[:0], m.Append(nil))
	}
	if p.err == nil {
		_, p.err = p.out.Write(p.frame)
	}
}
