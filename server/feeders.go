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
	// datagramBuffers is how many datagrams wait for the loop.
	datagramBuffers = 16

	// datagramLimit is the longest datagram that is read whole. No peer sends
	// more than datagram.MTUv4; what is cut off here fails authentication.
	datagramLimit = 2048

	// socketRetries is how many errors in a row a socket may give, socketPause
	// apart. Some are the echo of what was sent (ICMP), or a shortage that
	// passes.
	socketRetries = 100
	socketPause   = 50 * time.Millisecond
)

// The events beside *datagram and os.Signal.
type (
	programExited int             // the exit status
	socketFailed  struct{ error } // no more datagrams will come
)

// chunk is input on its way to the program's terminal. flushes reports whether it
// has an interrupt that throws away output.
type chunk struct {
	input   []byte
	flushes bool
}

// inputWritten reports that n bytes of a chunk were written to the program's
// terminal, which began at a time, and whether an interrupt was among them.
type inputWritten struct {
	n         int
	began     time.Time
	interrupt bool
}

// inboundPacket is a received packet and the buffer that holds its data.
type inboundPacket struct {
	packet udp.Packet
	buffer [datagramLimit]byte
}

// post brings the loop an event; false if the loop has ended.
func (l *loop) post(event any) bool {
	select {
	case l.events <- event:
		return true
	case <-l.quit:
		return false
	}
}

// readSocket brings datagrams until the socket is closed.
func (l *loop) readSocket() {
	failed := 0
	for {
		var d *inboundPacket
		select {
		case d = <-l.buffers:
		case <-l.quit:
			return
		}
		var err error
		d.packet, err = l.socket.Read(d.buffer[:])
		switch {
		case err == nil:
			failed = 0
			if !l.post(d) {
				return
			}
		case errors.Is(err, net.ErrClosed):
			return
		default:
			l.buffers <- d
			if failed++; failed == socketRetries {
				l.post(socketFailed{err})
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

// readOutput brings what the program writes until the pty is closed, by the
// program's end or ours.
func (l *loop) readOutput() {
	defer close(l.output.full)
	for {
		buf := l.output.room(l.quit)
		if buf == nil {
			return
		}
		before := l.interrupts.Load()
		n, err := l.program.Read(buf)
		if n > 0 {
			l.output.put(output{buf[:n], l.interruptsAt(before, n)}, l.quit)
		}
		if err != nil {
			return
		}
	}
}

// writeInput writes the program's input. A program that does not read holds up
// this goroutine only, until the pty is closed or the write is ended. What is
// written to a terminal that is gone counts as written.
func (l *loop) writeInput() {
	for {
		select {
		case c := <-l.input:
			began := time.Now()
			n, err := l.program.Write(c.input)
			if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
				n = len(c.input)
			}
			interrupt := c.flushes && n == len(c.input)
			if interrupt {
				l.interrupts.Add(1)
			}
			if !l.post(inputWritten{n, began, interrupt}) {
				return
			}
		case <-l.quit:
			return
		}
	}
}

// awaitExit brings the program's exit status.
func (l *loop) awaitExit() { l.post(programExited(l.program.Wait())) }

// passSignals brings the signals to the process.
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
