package forward

import (
	"io"
	"testing"

	"gm/wire/stream"
)

// gate is an output that blocks until it is opened.
type gate struct {
	open chan struct{}
	n    int
}

func (g *gate) Write(b []byte) (int, error) {
	<-g.open
	g.n += len(b)
	return len(b), nil
}

func (*gate) Close() error { return nil }

// TestMemoryOfAllConnectionsIsBounded has 64 outputs that block, each with more bytes than one
// connection may hold. Others use most of the memory.
func TestMemoryOfAllConnectionsIsBounded(t *testing.T) {
	const connections, size, others = 64, 1 << 19, maxMemory - (128 << 10)
	open := make(chan struct{})
	var gates []*gate
	var r *rig
	r = newRig(t, Config{}, Config{Accept: func(s *stream.Stream) bool {
		g := &gate{open: open}
		gates = append(gates, g)
		r.server.mux.Join(s, &Pipes{Out: g}, nil)
		return true
	}})
	r.server.mux.pool.used.Add(others)
	ended := make(chan error, connections)
	r.client.in(func() {
		for range connections {
			in := &Pipes{In: io.NopCloser(io.LimitReader(endless{}, size))}
			r.client.mux.Join(r.client.streams.Open(KindProgram, nil), in, func(err error) { ended <- err })
		}
	})
	r.server.until(t, "full memory", func() bool {
		m := r.server.mux
		if used := m.pool.used.Load(); used > maxMemory+writeBuffer+connections*smallBuffer {
			t.Errorf("%d bytes are used", used)
		}
		return m.pool.full()
	})
	close(open)
	for range connections {
		if err := await(t, "end", ended); err != nil {
			t.Error(err)
		}
	}
	r.server.until(t, "end of all", func() bool { return len(r.server.mux.relays) == 0 })
	for _, g := range gates {
		if g.n != size {
			t.Errorf("%d bytes have arrived, want %d", g.n, size)
		}
	}
	r.server.until(t, "free memory", func() bool { return r.server.mux.pool.used.Load() == others })
}

// TestFullMemoryMovesBytes has a connection that starts when others use all memory.
func TestFullMemoryMovesBytes(t *testing.T) {
	l, to := listen(t)
	go echo(l)
	r := newRig(t, Config{}, Config{})
	for _, s := range []*side{r.client, r.server} {
		s.mux.pool.used.Add(maxMemory)
	}
	conn := r.dial("tcp", r.local(to))
	sent := randomBytes(1<<20, 3)
	go func() {
		conn.Write(sent)
		conn.(Endpoint).CloseWrite()
	}()
	got, err := io.ReadAll(conn)
	if err != nil || string(got) != string(sent) {
		t.Errorf("%d of %d bytes, %v", len(got), len(sent), err)
	}
	r.server.in(func() {
		for _, s := range []*side{r.client, r.server} {
			if used := s.mux.pool.used.Load(); used > maxMemory+8*smallBuffer {
				t.Errorf("%d bytes more are used", used-maxMemory)
			}
		}
	})
}

// TestFullMemoryHasSmallReaders reads from a file when others use all memory, and the output at
// the other end blocks.
func TestFullMemoryHasSmallReaders(t *testing.T) {
	g := &gate{open: make(chan struct{})}
	var r *rig
	r = newRig(t, Config{}, Config{Accept: func(s *stream.Stream) bool {
		r.server.mux.Join(s, &Pipes{Out: g}, nil)
		return true
	}})
	r.client.mux.pool.used.Add(maxMemory)
	var reading *Relay
	r.client.in(func() {
		in := &Pipes{In: io.NopCloser(endless{})}
		reading = r.client.mux.Join(r.client.streams.Open(KindProgram, nil), in, nil)
	})
	r.client.until(t, "full stream", func() bool { return len(reading.unsent) == maxReading && reading.s.Room() <= 0 })
	r.client.in(func() {
		if used := r.client.mux.pool.used.Load() - maxMemory; used > maxReading*smallBuffer {
			t.Errorf("%d bytes are used", used)
		}
	})
	close(g.open)
}

// TestResetFreesMemory resets a connection whose output blocks.
func TestResetFreesMemory(t *testing.T) {
	g := &gate{open: make(chan struct{})}
	var served *Relay
	var r *rig
	r = newRig(t, Config{}, Config{Accept: func(s *stream.Stream) bool {
		served = r.server.mux.Join(s, &Pipes{Out: g}, nil)
		return true
	}})
	r.client.in(func() {
		in := &Pipes{In: io.NopCloser(endless{})}
		r.client.mux.Join(r.client.streams.Open(KindProgram, nil), in, nil)
	})
	r.server.until(t, "blocked output", func() bool { return served != nil && served.writing == maxWriting })
	r.server.in(func() { served.Reset(CodeCancelled, "") })
	close(g.open)
	for _, s := range []*side{r.client, r.server} {
		s.until(t, "free memory", func() bool { return s.mux.pool.used.Load() == 0 })
	}
}
