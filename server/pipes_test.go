//go:build unix

package server

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"gm/wire/datagram"
	"gm/wire/pipe"
)

// fakePipe is a relay in memory. It reads only what there is room for.
type fakePipe struct {
	in       chan []byte
	closed   chan struct{}
	once     sync.Once
	mutex    sync.Mutex
	deadline time.Time
	room     int
	more     chan struct{} // room was added
	written  []byte
	failure  error // of every write
}

func newFakePipe(room int) *fakePipe {
	return &fakePipe{in: make(chan []byte, 100), closed: make(chan struct{}), more: make(chan struct{}, 100), room: room}
}

func (p *fakePipe) Read(b []byte) (int, error) {
	select {
	case d := <-p.in:
		return copy(b, d), nil
	case <-p.closed:
		return 0, net.ErrClosed
	case <-time.After(time.Until(p.deadline)):
		return 0, os.ErrDeadlineExceeded
	}
}

func (p *fakePipe) SetReadDeadline(t time.Time) error { p.deadline = t; return nil }

func (p *fakePipe) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *fakePipe) tryWrite(b []byte) (int, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	n := min(len(b), p.room)
	p.room -= n
	p.written = append(p.written, b[:n]...)
	return n, p.failure
}

func (p *fakePipe) Write(b []byte) (n int, err error) {
	for {
		m, err := p.tryWrite(b[n:])
		if n += m; n == len(b) || err != nil {
			return n, err
		}
		select {
		case <-p.more:
		case <-p.closed:
			return n, net.ErrClosed
		}
	}
}

func (p *fakePipe) addRoom(n int) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.room += n
	p.more <- struct{}{}
}

// frames returns the datagrams that were written.
func (p *fakePipe) frames(t *testing.T) (all [][]byte) {
	t.Helper()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for r := pipe.NewReader(bytes.NewReader(p.written)); ; {
		d, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, bytes.Clone(d))
	}
}

func (p *fakePipe) isClosed() bool {
	select {
	case <-p.closed:
		return true
	default:
		return false
	}
}

// nothing is an event that the loop ignores.
type nothing struct{}

// withPipes runs test with the loop of a session whose client has connected and is silent.
// The test calls the loop's methods through do.
func withPipes(t *testing.T, test func(l *loop, do func(func()))) {
	synctest.Test(t, func(t *testing.T) {
		r := newLoopRig(t, newFakeProgram())
		r.run(time.Second)
		do := func(f func()) {
			synctest.Wait()
			f()                    // the loop is waiting
			r.loop.post(nothing{}) // it reads what f has changed after this
			synctest.Wait()
		}
		test(r.loop, do)
		r.loop.post(os.Signal(syscall.SIGTERM))
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
	})
}

func openFake(l *loop, do func(func()), p *fakePipe) *pipeEnd {
	do(func() { l.openPipe(time.Now(), p, netip.Addr{}) })
	return l.pipes.open[len(l.pipes.open)-1]
}

func TestPipeQueueWaitsForTheRelay(t *testing.T) {
	withPipes(t, func(l *loop, do func(func())) {
		p := newFakePipe(100)
		end := openFake(l, do, p)
		var sent [][]byte
		for i := range 20 {
			d := bytes.Repeat([]byte{byte(i)}, 50+i)
			sent = append(sent, d)
			do(func() { l.sendOnPipe(d, end.path) })
			if i%3 == 0 {
				do(func() { p.addRoom(70) })
			}
		}
		do(func() { p.addRoom(10_000) })
		if got := p.frames(t); !equalAll(got, sent) {
			t.Errorf("%d datagrams of %d", len(got), len(sent))
		}
		if len(end.queue) != 0 || end.stuck {
			t.Errorf("%d bytes wait", len(end.queue))
		}
	})
}

func equalAll(a, b [][]byte) bool {
	return bytes.Equal(bytes.Join(a, []byte("|")), bytes.Join(b, []byte("|")))
}

// A relay that never reads costs maxPipeQueue once waiting and once being written, and the
// loop goes on.
func TestPipeQueueIsBounded(t *testing.T) {
	withPipes(t, func(l *loop, do func(func())) {
		p := newFakePipe(10)
		end := openFake(l, do, p)
		d := make([]byte, datagram.MTUv4)
		do(func() {
			for range 3 * maxPipeQueue / len(d) {
				l.sendOnPipe(d, end.path)
			}
		})
		if n := len(end.queue); n > maxPipeQueue+pipe.MaxFrame || n < maxPipeQueue-pipe.MaxFrame {
			t.Errorf("%d bytes wait", n)
		}
		do(func() { p.addRoom(10 * maxPipeQueue) })
		if got := p.frames(t); len(got) < maxPipeQueue/len(d) || cap(end.queue) > keptQueue {
			t.Errorf("%d datagrams, and %d bytes are kept", len(got), cap(end.queue))
		}
		do(func() { l.sendOnPipe([]byte("again"), end.path) })
		if got := p.frames(t); string(got[len(got)-1]) != "again" {
			t.Error("nothing comes after the flood")
		}
	})
}

func TestPipeClosesAfterAFailedWrite(t *testing.T) {
	for name, room := range map[string]int{"at once": 100, "later": 0} {
		t.Run(name, func(t *testing.T) {
			withPipes(t, func(l *loop, do func(func())) {
				p := newFakePipe(room)
				end := openFake(l, do, p)
				if room > 0 {
					p.failure = syscall.EPIPE
				}
				do(func() { l.sendOnPipe([]byte("x"), end.path) })
				p.failure = syscall.EPIPE
				do(func() { p.addRoom(1) })
				if !p.isClosed() || len(l.pipes.open) != 0 {
					t.Errorf("closed is %v, %d pipes", p.isClosed(), len(l.pipes.open))
				}
				do(func() { l.sendOnPipe([]byte("x"), end.path) }) // without effect
			})
		})
	}
}

// The pipe that was silent for longest makes room for a new one.
func TestPipesAreLimited(t *testing.T) {
	withPipes(t, func(l *loop, do func(func())) {
		var all []*fakePipe
		for range maxPipes {
			all = append(all, newFakePipe(0))
			openFake(l, do, all[len(all)-1])
			time.Sleep(time.Second)
		}
		frame, _ := pipe.AppendFrame(nil, []byte("forged"))
		all[0].in <- frame
		openFake(l, do, newFakePipe(0))
		for i, p := range all {
			if p.isClosed() != (i == 1) {
				t.Errorf("pipe %d: closed is %v", i, p.isClosed())
			}
		}
		if len(l.pipes.open) != maxPipes || l.pipes.last != maxPipes+1 {
			t.Errorf("%d pipes, the last is %d", len(l.pipes.open), l.pipes.last)
		}
	})
}

func TestSilentPipeEnds(t *testing.T) {
	withPipes(t, func(l *loop, do func(func())) {
		silent, busy := newFakePipe(0), newFakePipe(0)
		openFake(l, do, silent)
		openFake(l, do, busy)
		frame, _ := pipe.AppendFrame(nil, []byte("forged"))
		for range 10 {
			time.Sleep(pipeTimeout / 10)
			busy.in <- frame
		}
		synctest.Wait()
		if !silent.isClosed() || busy.isClosed() || len(l.pipes.open) != 1 {
			t.Errorf("silent is closed: %v, busy: %v", silent.isClosed(), busy.isClosed())
		}
	})
}

// Readers of pipes hold no buffers while they wait: all sockets and pipes are more than
// there are buffers.
func TestPipesHoldNoBuffers(t *testing.T) {
	withPipes(t, func(l *loop, do func(func())) {
		for range maxPipes {
			openFake(l, do, newFakePipe(0))
		}
		do(func() {})
		if n := len(l.buffers.free) + len(l.buffers.more); n != datagramBuffers-1 {
			t.Errorf("%d buffers are free of %d", n, datagramBuffers)
		}
	})
}

func TestKeepPipe(t *testing.T) {
	for from, want := range map[string]string{"192.0.2.7": "192.0.2.7:0", "::ffff:192.0.2.7": "192.0.2.7:0", "": "invalid AddrPort", "x": "invalid AddrPort"} {
		t.Run(from, func(t *testing.T) {
			relay, file, err := relaySockets()
			if err != nil {
				t.Fatal(err)
			}
			defer relay.Close()
			conn, err := asUnixConn(file)
			if err != nil {
				t.Fatal(err)
			}
			l := &loop{events: make(chan any, 1), quit: make(chan struct{})}
			l.keepPipe(from, conn)
			opened := (<-l.events).(pipeOpened)
			defer opened.conn.Close()
			var all pipes
			end, _ := all.add(time.Now(), opened.conn, opened.from)
			if end.path.Pipe != 1 || end.path.Remote.String() != want {
				t.Errorf("path %+v", end.path)
			}
		})
	}
}

// A pipe that comes after the end of the loop is closed.
func TestKeepPipeAfterTheEnd(t *testing.T) {
	relay, file, err := relaySockets()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := asUnixConn(file)
	if err != nil {
		t.Fatal(err)
	}
	l := &loop{events: make(chan any), quit: make(chan struct{})}
	close(l.quit)
	l.keepPipe("", conn)
	if _, err := relay.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("%v", err)
	}
}

// unixPair returns a unixPipe and its other end.
func unixPair(t *testing.T) (*unixPipe, *net.UnixConn) {
	t.Helper()
	relay, file, err := relaySockets()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { relay.Close() })
	conn, err := asUnixConn(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	p, err := newUnixPipe(conn)
	if err != nil {
		t.Fatal(err)
	}
	return p, relay
}

func TestTryWriteDoesNotBlock(t *testing.T) {
	p, relay := unixPair(t)
	chunk, total := make([]byte, 1252), 0
	for i := 0; ; i++ {
		n, err := p.tryWrite(chunk)
		if err != nil || i > 100_000 {
			t.Fatal(i, err)
		}
		if total += n; n < len(chunk) {
			break
		}
	}
	if n, err := p.tryWrite(chunk); n != 0 || err != nil {
		t.Errorf("%d bytes into a full socket, %v", n, err)
	}
	if _, err := io.ReadFull(relay, make([]byte, total)); err != nil {
		t.Error(err)
	}
	if n, err := p.tryWrite(chunk); n != len(chunk) || err != nil {
		t.Errorf("%d bytes into an empty socket, %v", n, err)
	}
	relay.Close()
	if n, err := p.tryWrite(chunk); n != 0 || !errors.Is(err, syscall.EPIPE) {
		t.Errorf("%d bytes without a reader, %v", n, err)
	}
	p.Close()
	if n, err := p.tryWrite(chunk); n != 0 || !errors.Is(err, net.ErrClosed) {
		t.Errorf("%d bytes to a closed socket, %v", n, err)
	}
}

func TestPipeDoesNotAllocate(t *testing.T) {
	p, relay := unixPair(t)
	l := &loop{}
	end, _ := l.pipes.add(time.Now(), p, netip.Addr{})
	d, buf := make([]byte, 1252), make([]byte, 4096)
	allocs := testing.AllocsPerRun(1000, func() {
		l.sendOnPipe(d, end.path)
		relay.Read(buf)
	})
	if allocs > 0 {
		t.Errorf("%v allocations for a datagram", allocs)
	}
}
