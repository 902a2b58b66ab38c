package server

import (
	"errors"
	"net"

	"gm/wire/udp"
)

const (
	// datagramBuffers is how many datagrams wait for the loop.
	datagramBuffers = 16

	// datagramLimit is the longest datagram that is read whole. No peer sends
	// more than wire.MTUv4; what is cut off here fails authentication.
	datagramLimit = 2048

	// socketRetries is how many errors in a row a socket may give. Single ones
	// are the echo of what was sent (ICMP).
	socketRetries = 100

	// readSize is how much is asked of the pty at once.
	readSize = 16 << 10
)

// The events beside *datagram and os.Signal.
type (
	inputGiven    uint64          // the program has had the input up to this state
	programExited int             // the exit status
	socketFailed  struct{ error } // no more datagrams will come
)

// datagram is one that came, with the buffer that it is in.
type datagram struct {
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
		var d *datagram
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
		}
	}
}

// readOutput brings what the program writes until the pty is closed, by the
// program's end or ours.
func (l *loop) readOutput() {
	defer close(l.output.full)
	buf := make([]byte, readSize)
	for {
		n, err := l.program.Read(buf)
		l.output.put(buf[:n], l.quit)
		if err != nil {
			return
		}
	}
}

// writeInput gives the program its input. A program that does not read holds
// up this goroutine only, until the pty is closed.
func (l *loop) writeInput() {
	for {
		select {
		case b := <-l.queue:
			if _, err := l.program.Write(b.keys); err != nil {
				return
			}
			if b.num > 0 && !l.post(inputGiven(b.num)) {
				return
			}
		case <-l.quit:
			return
		}
	}
}

// awaitExit brings the program's exit status.
func (l *loop) awaitExit() { l.post(programExited(l.program.wait())) }

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
