package paths

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"testing/synctest"

	"gm/wire/datagram"
	"gm/wire/pipe"
)

// openPipe returns the path of a pipe and the host's end of it, which is not buffered: a
// write waits for its reader.
func openPipe(t *testing.T, s *Set) (datagram.Path, net.Conn) {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { theirs.Close() })
	return s.OpenPipe(ours), theirs
}

func mustFrame(t *testing.T, text string) []byte {
	t.Helper()
	frame, err := pipe.AppendFrame(nil, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return frame
}

func next(t *testing.T, frames *pipe.Reader, want string) {
	t.Helper()
	if got, err := frames.Next(); err != nil || string(got) != want {
		t.Errorf("%q and %v came, want %q", got, err, want)
	}
}

func TestPipe(t *testing.T) {
	s := newSet(t)
	path, host := openPipe(t, s)
	frames := pipe.NewReader(host)
	for _, text := range []string{"one", "two", "three"} {
		send(t, s, path, text)
		next(t, frames, text)
	}
	if _, err := host.Write(append(mustFrame(t, "four"), mustFrame(t, "five")...)); err != nil {
		t.Fatal(err)
	}
	receive(t, s, path, "four")
	receive(t, s, path, "five")
	if s.Local(path).IsValid() || !s.Deadline(never).IsZero() {
		t.Errorf("local address %v", s.Local(path))
	}
}

// TestPipesAndSockets: each datagram is named by its path, and a later pipe has another.
func TestPipesAndSockets(t *testing.T) {
	s := newSet(t)
	server, _ := echoServer(t, "127.0.0.1")
	udp := openUDP(t, s, server)
	first, one := openPipe(t, s)
	second, two := openPipe(t, s)
	if first == second || !first.IsPipe() || !second.IsPipe() {
		t.Fatalf("paths %v and %v", first, second)
	}
	send(t, s, udp, "over UDP")
	receive(t, s, udp, "over UDP")
	one.Write(mustFrame(t, "one"))
	receive(t, s, first, "one")
	two.Write(mustFrame(t, "two"))
	receive(t, s, second, "two")
	s.Drop(first)
	if _, err := one.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the host reads %v from a pipe that was dropped", err)
	}
	if err := s.Send(epoch, first, []byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a send on it: %v", err)
	}
	send(t, s, second, "still")
	next(t, pipe.NewReader(two), "still")
}

func TestPipeEnds(t *testing.T) {
	for name, c := range map[string]struct {
		host func(*testing.T, net.Conn)
		want error
	}{
		"at its end": {func(_ *testing.T, host net.Conn) { host.Close() }, io.EOF},
		"within a frame": {func(t *testing.T, host net.Conn) {
			host.Write(mustFrame(t, "hello")[:4])
			host.Close()
		}, io.ErrUnexpectedEOF},
		"with a bad length": {func(_ *testing.T, host net.Conn) { host.Write([]byte{0, 0}) }, pipe.ErrLength},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSet(t)
			path, host := openPipe(t, s)
			c.host(t, host)
			if f := <-s.Failed(); f.Path != path || !errors.Is(f.Err, c.want) {
				t.Errorf("%v: %v", f.Path, f.Err)
			}
			send(t, s, path, "nobody reads this")
		})
	}
}

// TestDroppedPipeDoesNotFail: the end that the client has chosen is no failure.
func TestDroppedPipeDoesNotFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewSet(Network{}, func(f func()) { go f() })
		path, host := openPipe(t, s)
		s.Drop(path)
		s.Drop(path)
		host.Close()
		synctest.Wait()
		select {
		case f := <-s.Failed():
			t.Errorf("failed: %v", f)
		default:
		}
		s.Close()
	})
}

// TestSlowPipe sends more than a pipe that is not read has room for. No Send waits, and
// the first datagrams arrive, in one write where they can.
func TestSlowPipe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewSet(Network{}, func(f func()) { go f() })
		path, host := openPipe(t, s)
		send(t, s, path, "0")
		synctest.Wait() // it is being written
		const sent = 10 * maxQueued
		for i := 1; i < sent; i++ {
			send(t, s, path, fmt.Sprint(i))
		}
		frames := pipe.NewReader(host)
		for i := range 1 + maxQueued {
			next(t, frames, fmt.Sprint(i))
		}
		synctest.Wait()
		send(t, s, path, "after")
		next(t, frames, "after")
		s.Close()
	})
}

// blockedStream blocks in each of its methods until the channel is closed.
type blockedStream struct {
	unblock chan struct{}
	begun   chan string
}

func (b *blockedStream) block(what string) error {
	b.begun <- what
	<-b.unblock
	return io.ErrClosedPipe
}

func (b *blockedStream) Read([]byte) (int, error)  { return 0, b.block("read") }
func (b *blockedStream) Write([]byte) (int, error) { return 0, b.block("write") }
func (b *blockedStream) Close() error              { return b.block("close") }

// TestPipeNeverBlocks has a stream that hangs whatever is done to it.
func TestPipeNeverBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &blockedStream{unblock: make(chan struct{}), begun: make(chan string, 10)}
		s := NewSet(Network{}, func(f func()) { go f() })
		path := s.OpenPipe(b)
		for range 2 * maxQueued {
			send(t, s, path, "x")
		}
		synctest.Wait()
		s.Drop(path)
		s.Close()
		synctest.Wait()
		close(b.unblock)
		if len(b.begun) != 3 {
			t.Errorf("%d calls of the stream", len(b.begun))
		}
	})
}

// TestPipeBatch: what waits is written at once, up to maxBatch and a datagram.
func TestPipeBatch(t *testing.T) {
	p := &pipePath{queue: make(chan []byte, maxQueued), free: make(chan []byte, maxQueued+2)}
	data := make([]byte, datagram.MTUv4)
	for range maxQueued {
		p.queue <- data
	}
	batch := p.batch(nil, data)
	if len(batch) < maxBatch || len(batch) >= maxBatch+pipe.MaxFrame {
		t.Errorf("a batch of %d bytes", len(batch))
	}
	frames, n := pipe.NewReader(bytes.NewReader(batch)), 0
	for ; ; n++ {
		if _, err := frames.Next(); err != nil {
			break
		}
	}
	if n+len(p.queue) != 1+maxQueued {
		t.Errorf("%d written, %d wait", n, len(p.queue))
	}
}

// TestPipeAllocatesNothing counts the allocations of a datagram in the steady state.
func TestPipeAllocatesNothing(t *testing.T) {
	s := newSet(t)
	path, host := openPipe(t, s)
	data, buf := make([]byte, 100), make([]byte, 200)
	if n := testing.AllocsPerRun(1000, func() {
		s.Send(epoch, path, data)
		io.ReadFull(host, buf[:102])
	}); n > 0 {
		t.Errorf("%v allocations for each datagram", n)
	}
}
