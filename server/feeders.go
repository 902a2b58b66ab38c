//go:build unix

package server

import (
	"errors"
	"net"
	"os"
	"time"

	"gm/wire/udp"
)

const (
	// datagramBuffers is the number of buffers for datagrams that wait for the loop, or
	// for a socket to be read. There are more than maxSockets.
	datagramBuffers = eventBurst

	// datagramLimit is the longest datagram that is read whole, in bytes. No peer sends
	// more than datagram.MTUv4. One that is cut off fails authentication.
	datagramLimit = 2048

	// socketRetries is how many reads may fail in a row, socketPause apart. Some errors
	// are the result of a datagram sent earlier (ICMP) or of a temporary shortage.
	socketRetries = 100
	socketPause   = 50 * time.Millisecond
)

// Other events of the loop are *inboundPacket and os.Signal.
type (
	programExited int // the exit status

	// socketFailed means that no more datagrams will come from a socket.
	socketFailed struct {
		socket *boundSocket
		error  error
	}
)

// chunk is input to write to the program's terminal. flushes is set if it contains an
// interrupt that discards output.
type chunk struct {
	input   []byte
	flushes bool
}

// inputWritten is the end of a write that began at began: n bytes of a chunk were
// written. interrupt is the number of the last interrupt among them, 0 if there is none.
type inputWritten struct {
	n         int
	began     time.Time
	interrupt uint64
}

// inboundPacket is a received packet and the buffer that holds its data.
type inboundPacket struct {
	packet udp.Packet
	buffer [datagramLimit]byte
}

// packetBuffers are the buffers of a loop. They are allocated as they are needed.
type packetBuffers struct {
	free chan *inboundPacket
	more chan struct{} // has a value for each that may be allocated
}

func newPacketBuffers() packetBuffers {
	b := packetBuffers{make(chan *inboundPacket, datagramBuffers), make(chan struct{}, datagramBuffers)}
	for range datagramBuffers {
		b.more <- struct{}{}
	}
	return b
}

// get waits for a buffer. It returns nil when quit is closed.
func (b *packetBuffers) get(quit <-chan struct{}) *inboundPacket {
	select {
	case d := <-b.free:
		return d
	default:
	}
	select {
	case d := <-b.free:
		return d
	case <-b.more:
		return new(inboundPacket)
	case <-quit:
		return nil
	}
}

func (b *packetBuffers) put(d *inboundPacket) { b.free <- d }

// pass passes a datagram to the loop. It reports whether the loop is still running.
func (l *loop) pass(d *inboundPacket) bool {
	select {
	case l.arrived <- d:
		return true
	case <-l.quit:
		return false
	}
}

// post sends the loop an event. It reports whether the loop is still running.
func (l *loop) post(event any) bool {
	select {
	case l.events <- event:
		return true
	case <-l.quit:
		return false
	}
}

func (l *loop) readSocket(s *boundSocket) {
	failed := 0
	for {
		d := l.buffers.get(l.quit)
		if d == nil {
			return
		}
		var err error
		d.packet, err = s.Read(d.buffer[:])
		switch {
		case err == nil:
			failed = 0
			s.complete(&d.packet.Path)
			if !l.pass(d) {
				return
			}
		case errors.Is(err, net.ErrClosed):
			return
		default:
			l.buffers.put(d)
			if failed++; failed == socketRetries {
				l.post(socketFailed{s, err})
				return
			}
			select {
			case <-time.After(socketPause):
			case <-l.quit:
				return
			}
		}
	}
}

func (l *loop) readOutput() {
	defer close(l.output.full)
	for {
		buf := l.output.acquire(l.quit)
		if buf == nil {
			return
		}
		n, err := l.program.Read(buf)
		if n > 0 {
			l.output.push(output{buf[:n], l.interrupts.Load()}, l.quit)
		}
		if err != nil {
			return
		}
	}
}

// writeInput writes the program's input. A program that does not read blocks only this
// goroutine, until the pty is closed or the write is ended by EndWrite. Input for a
// closed terminal counts as written.
func (l *loop) writeInput() {
	for {
		select {
		case c := <-l.input:
			began := time.Now()
			var interrupt uint64
			if c.flushes {
				interrupt = l.interrupts.Add(1)
			}
			n, err := l.program.Write(c.input)
			if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
				n = len(c.input)
			}
			if n < len(c.input) {
				interrupt = 0
			}
			if !l.post(inputWritten{n, began, interrupt}) {
				return
			}
		case <-l.quit:
			return
		}
	}
}

func (l *loop) awaitExit() { l.post(programExited(l.program.Wait())) }

func (l *loop) passSignals() {
	for {
		select {
		case s := <-l.signals:
			if !l.post(s) {
				return
			}
		case <-l.quit:
			return
		}
	}
}
