package forward

import (
	"errors"
	"io"

	"gm/wire/stream"
)

// Relay joins a stream to an endpoint, and moves bytes both ways until both directions have
// ended or one end resets.
type Relay struct {
	mux     *Mux
	s       *stream.Stream
	conn    Endpoint // nil until it is dialled
	ended   func(error)
	name    string   // of the target
	forward *Forward // whose connection it is; nil of others

	dial    *dial       // until conn is there
	client  *handshake  // of a SOCKS client at the stream
	confirm func(error) // is called once the peer has connected or has not; nil if it need not

	tokens chan struct{} // one for each buffer that may be read
	unsent []chunk       // read, until the stream has room
	read   error         // io.EOF at the end
	sent   bool          // the end was written to the stream

	out     chan chunk // to be written
	writing int        // chunks in out or at the writer
	drop    bool       // conn cannot be written anymore
	last    bool       // the writer has the end
	written bool       // and was written

	received, wrote uint64 // bytes
	stop            chan struct{}
	over            bool
}

// Join joins a stream to an endpoint. ended is called in Service when both directions have
// ended, with nil, or when one end has reset the connection; it may be nil.
func (m *Mux) Join(s *stream.Stream, conn Endpoint, ended func(error)) *Relay {
	r := m.newRelay(s, ended)
	r.startFeeders(conn)
	m.wake()
	return r
}

func (m *Mux) newRelay(s *stream.Stream, ended func(error)) *Relay {
	if ended == nil {
		ended = func(error) {}
	}
	r := &Relay{mux: m, s: s, ended: ended, stop: make(chan struct{})}
	m.relays = append(m.relays, r)
	return r
}

func (r *Relay) startFeeders(conn Endpoint) {
	r.startWriter(conn)
	r.mux.cfg.Start(r.reader)
}

func (r *Relay) startWriter(conn Endpoint) {
	r.conn = conn
	r.tokens, r.out = make(chan struct{}, maxReading), make(chan chunk, maxWriting)
	for range maxReading {
		r.tokens <- struct{}{}
	}
	r.mux.cfg.Start(r.writer)
}

// Written reports whether all bytes of the peer were written, and their end.
func (r *Relay) Written() bool { return r.written }

// Ended reports whether the relay has ended.
func (r *Relay) Ended() bool { return r.over }

// Delivered reports whether the relay has ended and the peer has all that was read.
func (r *Relay) Delivered() bool { return r.over && r.s.Finished() }

// Reset ends the relay at once, with a code and a text for the peer.
func (r *Relay) Reset(code uint64, text string) {
	if !r.over {
		r.s.Reset(code, text)
		r.fail(&stream.ResetError{Code: code, Text: text})
	}
}

// reader reads from the endpoint. It waits while maxReading buffers are unsent.
func (r *Relay) reader() {
	size := smallBuffer
	for {
		select {
		case <-r.tokens:
		case <-r.stop:
			return
		}
		buf := r.mux.pool.get(size)
		n, err := r.conn.Read(*buf)
		if !r.mux.post(func() { r.handleRead(chunk{buf: buf, data: (*buf)[:n]}, err) }) || err != nil {
			return
		}
		if size = smallBuffer; n >= smallBuffer && !r.mux.pool.full() {
			size = readBuffer
		}
	}
}

// writer writes to the endpoint until the end or the first error.
func (r *Relay) writer() {
	for {
		select {
		case c := <-r.out:
			err := c.writeTo(r.conn)
			if !r.mux.post(func() { r.handleWritten(c, err) }) || c.end || err != nil {
				return
			}
		case <-r.stop:
			return
		}
	}
}

func (c *chunk) writeTo(conn Endpoint) error {
	if len(c.data) > 0 {
		if _, err := conn.Write(c.data); err != nil {
			return err
		}
	}
	if c.end {
		conn.CloseWrite() // the other end may have closed already
	}
	return nil
}

// reply writes bytes to the stream that do not come from the endpoint, before those that do.
func (r *Relay) reply(data []byte) {
	if len(data) > 0 {
		r.unsent = append(r.unsent, chunk{data: data})
	}
}

func (r *Relay) handleRead(c chunk, err error) {
	if r.over {
		r.mux.pool.put(c.buf)
		return
	}
	r.read = err
	r.unsent = append(r.unsent, c)
}

func (r *Relay) handleWritten(c chunk, err error) {
	r.mux.pool.put(c.buf)
	r.writing--
	switch {
	case r.over:
	case err == nil:
		r.written = r.written || c.end
	case keepsReading(r.conn):
		r.drop, r.written = true, r.last
	default:
		r.reset()
	}
}

func (r *Relay) service() {
	if r.over {
		return
	}
	if _, _, err := r.s.Next(); err != nil {
		r.fail(err)
		return
	}
	switch {
	case r.client != nil:
		r.serveClient()
	case r.conn != nil:
		r.send()
		r.deliver()
	}
	if !r.over && r.sent && r.written {
		r.finish(nil)
		r.conn.Close()
	}
}

func (r *Relay) send() {
	for len(r.unsent) > 0 {
		c := &r.unsent[0]
		n, err := r.s.Write(c.data)
		if c.buf != nil {
			r.received += uint64(n)
		}
		if c.data = c.data[n:]; err != nil || len(c.data) > 0 {
			return
		}
		if c.buf != nil {
			r.mux.pool.put(c.buf)
			r.tokens <- struct{}{}
		}
		r.unsent = r.unsent[1:]
	}
	switch {
	case r.read == nil || r.sent:
	case errors.Is(r.read, io.EOF):
		r.s.CloseWrite()
		r.sent = true
	default:
		r.reset()
	}
}

func (r *Relay) deliver() {
	for !r.over && !r.last && (r.drop || r.writing < maxWriting) {
		data, ended, err := r.s.Next()
		if err != nil || len(data) == 0 && !ended {
			return
		}
		if r.confirm != nil {
			r.confirmed(data)
			continue
		}
		n := min(len(data), writeBuffer)
		if r.mux.pool.full() && !r.drop {
			if n = min(n, smallBuffer); r.writing > 0 {
				return
			}
		}
		last := ended && n == len(data)
		if r.drop {
			r.written = last
		} else {
			r.queue(data[:n], last)
		}
		r.last = last
		r.s.Consume(r.mux.now, n)
	}
}

func (r *Relay) queue(data []byte, last bool) {
	c := chunk{end: last}
	if len(data) > 0 {
		c.buf = r.mux.pool.get(len(data))
		c.data = (*c.buf)[:copy(*c.buf, data)]
	}
	r.wrote += uint64(len(data))
	r.writing++
	r.out <- c
}

func (r *Relay) confirmed(data []byte) {
	if len(data) == 0 || data[0] != connected {
		r.Reset(CodeFailed, "connect failed: malformed confirmation")
		return
	}
	confirm := r.confirm
	r.confirm = nil
	r.s.Consume(r.mux.now, 1)
	confirm(nil)
}

func (r *Relay) reset() { r.Reset(CodeReset, textReset) }

func (r *Relay) fail(err error) {
	confirm := r.confirm
	r.confirm = nil
	r.finish(err)
	switch {
	case confirm != nil:
		confirm(err) // closes it
	case r.conn != nil:
		abort(r.conn)
	}
}

func (r *Relay) finish(err error) {
	r.release()
	r.ended(err)
}

// release stops the feeders and the dial.
func (r *Relay) release() {
	if r.over {
		return
	}
	r.over = true
	close(r.stop)
	if r.dial != nil {
		r.dial.cancel()
	}
	if r.client != nil {
		r.client.timeout.Stop()
	}
	for _, c := range r.unsent {
		r.mux.pool.put(c.buf)
	}
	r.unsent = nil
	for range len(r.out) {
		select {
		case c := <-r.out:
			r.mux.pool.put(c.buf)
		default: // the writer has it
		}
	}
}
