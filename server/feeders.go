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
	// more than wire.MTUv4; what is cut off here fails authentication.
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

// inputGiven reports that the program has had the input up to state num, 0 for none,
// which writing began at a time, and whether an interrupt was in it.
type inputGiven struct {
	num       uint64
	began     time.Time
	interrupt bool
}

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

// writeInput gives the program its input. A program that does not read holds
// up this goroutine only, until the pty is closed or the user interrupts it.
func (l *loop) writeInput() {
	for b := (batch{}); l.nextInput(&b); {
		began := time.Now()
		n, err := l.program.Write(b.keys)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			b.keys = b.keys[n:]
			continue
		}
		if b.flushes {
			l.interrupts.Add(1)
		}
		if err != nil || (b.num > 0 || b.flushes) && !l.post(inputGiven{b.num, began, b.flushes}) {
			return
		}
		b = batch{}
	}
}

// nextInput waits for input, and adds to what is left of b what has come. It
// says false when the loop has ended.
func (l *loop) nextInput(b *batch) bool {
	l.program.SetWriteDeadline(time.Time{})
	if b.none() {
		select {
		case *b = <-l.queue:
		case <-l.quit:
			return false
		}
	} else {
		select {
		case next := <-l.queue:
			b.add(next.num, next.keys)
		default:
		}
	}
	l.prepare(b)
	return true
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
