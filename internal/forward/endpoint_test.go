package forward

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"gm/wire/stream"
)

// TestProgram joins pipes as a program without a terminal has them.
func TestProgram(t *testing.T) {
	stdin, toProgram := pipe(t)
	fromProgram, stdout := pipe(t)
	userIn, user := pipe(t)
	screen, userOut := pipe(t)
	var served *Relay
	ended := make(chan error, 2)
	var r *rig
	r = newRig(t, Config{}, Config{Accept: func(s *stream.Stream) bool {
		served = r.server.mux.Join(s, &Pipes{In: fromProgram, Out: toProgram, KeepReading: true}, func(err error) { ended <- err })
		return true
	}})
	r.client.in(func() {
		s := r.client.streams.Open(KindProgram, nil)
		r.client.mux.Join(s, &Pipes{In: userIn, Out: userOut}, func(err error) { ended <- err })
	})
	user.Write([]byte("input"))
	if b := make([]byte, 5); true {
		if _, err := io.ReadFull(stdin, b); err != nil || string(b) != "input" {
			t.Fatalf("read %q, %v", b, err)
		}
	}
	stdin.Close() // the program reads no more
	user.Write([]byte("lost"))
	r.server.until(t, "failed write", func() bool { return served.drop })
	stdout.Write([]byte("output"))
	stdout.Close()
	if b, err := io.ReadAll(screen); err != nil || string(b) != "output" {
		t.Fatalf("read %q, %v", b, err)
	}
	user.Close()
	for range 2 {
		if err := await(t, "end", ended); err != nil {
			t.Error(err)
		}
	}
	if !served.Ended() || !served.Written() {
		t.Error("the relay has not ended")
	}
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.Close()
		w.Close()
	})
	return r, w
}

func TestClosedOutputResets(t *testing.T) {
	screen, userOut := pipe(t)
	screen.Close()
	ended := make(chan error, 2)
	var r *rig
	r = newRig(t, Config{}, Config{Accept: func(s *stream.Stream) bool {
		r.server.mux.Join(s, &Pipes{In: io.NopCloser(endless{})}, func(err error) { ended <- err })
		return true
	}})
	r.client.in(func() {
		r.client.mux.Join(r.client.streams.Open(KindProgram, nil), &Pipes{Out: userOut}, func(err error) { ended <- err })
	})
	for range 2 {
		var reset *stream.ResetError
		if err := await(t, "end", ended); !errors.As(err, &reset) || reset.Code != CodeReset {
			t.Errorf("ended with %v, want a reset", err)
		}
	}
}

// failure is an output whose writes fail once the gate is open.
type failure struct{ gate }

func (f *failure) Write([]byte) (int, error) {
	<-f.open
	return 0, io.ErrClosedPipe
}

// TestEndBehindAFailedWrite has an end that waits while the write before it fails.
func TestEndBehindAFailedWrite(t *testing.T) {
	f := &failure{gate{open: make(chan struct{})}}
	var served *Relay
	ended := make(chan error, 1)
	var r *rig
	r = newRig(t, Config{}, Config{Accept: func(s *stream.Stream) bool {
		served = r.server.mux.Join(s, &Pipes{Out: f, KeepReading: true}, func(err error) { ended <- err })
		return true
	}})
	s := r.client.open(KindProgram, nil)
	r.client.in(func() { s.Write([]byte("x")) })
	r.server.until(t, "write", func() bool { return served != nil && served.writing == 1 })
	r.client.in(func() { s.CloseWrite() })
	r.server.until(t, "end", func() bool { return served.last })
	close(f.open)
	if err := await(t, "end of the relay", ended); err != nil {
		t.Error(err)
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

// TestConnect joins standard input and output to a connection of the server, as -W does.
func TestConnect(t *testing.T) {
	l, to := listen(t)
	go echo(l)
	in, user := pipe(t)
	screen, out := pipe(t)
	ended := make(chan error, 1)
	r := newRig(t, Config{}, Config{})
	r.client.in(func() {
		r.client.mux.Connect(to, &Pipes{In: in, Out: out}, func(err error) { ended <- err })
	})
	user.Write([]byte("hello"))
	user.Close()
	if b, err := io.ReadAll(screen); string(b) != "hello" || err != nil {
		t.Errorf("read %q, %v", b, err)
	}
	if err := await(t, "end", ended); err != nil {
		t.Error(err)
	}
	r.client.in(func() {
		dead := Address{Host: "127.0.0.1", Port: freePort(t)}
		r.client.mux.Connect(dead, &Pipes{}, func(err error) { ended <- err })
	})
	if err := await(t, "end", ended); err == nil || err.Error() != "connect failed: Connection refused" {
		t.Errorf("ended with %v", err)
	}
}

func TestClose(t *testing.T) {
	r := newRig(t, Config{}, Config{})
	near, far := r.pair()
	f := r.remote(Spec{Kind: Remote})
	address := Address{Host: "127.0.0.1", Port: f.Port}.netAddress()
	near.Write([]byte("x"))
	io.ReadFull(far, make([]byte, 1))
	r.stop()
	r.loops.Wait()
	for _, conn := range []io.Reader{near, far} {
		if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("read: %v, want an end", err)
		}
	}
	if conn, err := net.Dial("tcp", address); err == nil {
		conn.Close()
		t.Error("something still listens")
	}
	r.client.mux.Close() // twice
	r.client.mux.Service(time.Now())
}
