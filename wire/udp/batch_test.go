package udp

import (
	"bytes"
	"errors"
	"net/netip"
	"testing"
	"time"

	"gm/wire/datagram"
)

// numbered returns n datagrams of a length, each of which has bytes of its own.
func numbered(n, length int) (all [][]byte) {
	for i := range n {
		all = append(all, bytes.Repeat([]byte{byte(i + 1)}, length))
	}
	return all
}

func queueAll(t *testing.T, c *Conn, path datagram.Path, all ...[]byte) {
	t.Helper()
	for _, data := range all {
		if err := c.Queue(data, path); err != nil {
			t.Fatal(err)
		}
	}
}

func expect(t *testing.T, c *Conn, all ...[]byte) {
	t.Helper()
	for _, data := range all {
		mustRead(t, c, string(data))
	}
}

func TestQueuedDatagramsArriveInOrder(t *testing.T) {
	for name, localhost := range map[string]netip.Addr{"IPv4": localhost4, "IPv6": localhost6} {
		t.Run(name, func(t *testing.T) {
			server, client := mustListen(t, localhost, PortRange{}), mustOpen(t, localhost)
			server.udp.SetReadBuffer(bulkQueue)
			all := append(numbered(70, 1200), []byte("shorter"), []byte("also"), bytes.Repeat([]byte{9}, 1252), []byte("end"))
			queueAll(t, client, pathTo(localhost, server), all...)
			if err := client.Flush(); err != nil {
				t.Fatal(err)
			}
			expect(t, server, all...)
		})
	}
}

// The first datagram of a size is sent at once, so that its error is known.
func TestQueueSendsTheFirstAtOnce(t *testing.T) {
	server, client := mustListen(t, localhost4, PortRange{}), mustOpen(t, localhost4)
	path := pathTo(localhost4, server)
	queueAll(t, client, path, []byte("first"))
	expect(t, server, []byte("first"))
	if err := client.Queue(make([]byte, 70000), path); !errors.Is(err, ErrTooLong) {
		t.Errorf("a datagram of 70000 bytes is queued: %v", err)
	}
	queueAll(t, client, path, []byte("again"))
	expect(t, server, []byte("again"))
}

// After many datagrams the first one waits too, until one has failed.
func TestQueueAfterMany(t *testing.T) {
	server, client := mustListen(t, localhost4, PortRange{}), mustOpen(t, localhost4)
	path := pathTo(localhost4, server)
	all := numbered(manyQueued+1, 100)
	queueAll(t, client, path, all...)
	client.Flush()
	expect(t, server, all...)
	if !client.sender.canSegment() {
		return
	}
	queueAll(t, client, path, all[0])
	if client.batch.n != 1 {
		t.Error("the first datagram after many does not wait")
	}
	client.Close()
	if client.Flush() == nil {
		t.Error("a closed socket sends")
	}
	if err := client.Queue(all[0], path); err == nil {
		t.Error("a datagram waits after an error")
	}
}

func TestQueueForSeveralPaths(t *testing.T) {
	a, b, client := mustListen(t, localhost4, PortRange{}), mustListen(t, localhost4, PortRange{}), mustOpen(t, localhost4)
	for _, data := range numbered(6, 100) {
		queueAll(t, client, pathTo(localhost4, a), data, data)
		queueAll(t, client, pathTo(localhost4, b), data)
	}
	client.Flush()
	for _, data := range numbered(6, 100) {
		expect(t, a, data, data)
		expect(t, b, data)
	}
}

// Datagrams that the system refuses to send at once are sent each alone.
func TestRefusedBatchIsSentSingly(t *testing.T) {
	server, client := mustListen(t, localhost4, PortRange{}), mustOpen(t, localhost4)
	path := pathTo(localhost4, server)
	long := mustListen(t, localhost4, PortRange{})
	long.udp.SetReadBuffer(bulkQueue)
	all := numbered(10, 9000) // longer than one call may send
	client.batch = batch{path: pathTo(localhost4, long), size: len(all[0]), data: bytes.Join(all, nil), n: len(all)}
	if err := client.Flush(); err != nil {
		t.Fatal(err)
	}
	for _, data := range all {
		long.udp.SetReadDeadline(time.Now().Add(patience))
		p, err := long.Read(make([]byte, bulkSize))
		if err != nil || !bytes.Equal(p.Data, data) {
			t.Fatalf("read %d bytes, %v", len(p.Data), err)
		}
	}
	if client.sender.canSegment() {
		t.Error("the socket tries again")
	}
	queueAll(t, client, path, []byte("one"), []byte("two"))
	expect(t, server, []byte("one"), []byte("two"))
}

func TestBulkIsReceivedTogether(t *testing.T) {
	server, client := mustListen(t, localhost4, PortRange{}), mustOpen(t, localhost4)
	path := pathTo(localhost4, server)
	all := numbered(200, 1252)
	for len(all) > 0 {
		n := min(len(all), 20)
		queueAll(t, client, path, all[:n]...)
		client.Flush()
		expect(t, server, all[:n]...)
		all = all[n:]
	}
	queueAll(t, client, path, []byte("short"), []byte{}, []byte("more"))
	client.Flush()
	expect(t, server, []byte("short"), []byte{}, []byte("more"))
}

func TestBulkReaderSplits(t *testing.T) {
	path := datagram.Path{Remote: netip.MustParseAddrPort("192.0.2.1:60001")}
	for name, test := range map[string]struct {
		data string
		size int
		want []string
	}{
		"one":            {"abc", 0, []string{"abc"}},
		"equal":          {"abcdef", 3, []string{"abc", "def"}},
		"a shorter last": {"abcdefg", 3, []string{"abc", "def", "g"}},
		"empty":          {"", 0, []string{""}},
		"too long":       {"abcdefghij", 0, []string{"abcdefgh"}},
		"a false size":   {"abc", -1, []string{"abc"}},
	} {
		t.Run(name, func(t *testing.T) {
			var b bulkReader
			b.put(Packet{Data: []byte(test.data), Path: path, Congested: true}, test.size)
			buf := make([]byte, 8)
			for _, want := range test.want {
				if p, ok := b.next(buf); !ok || string(p.Data) != want || p.Path != path || !p.Congested {
					t.Errorf("got %+v, %v, want %q", p, ok, want)
				}
			}
			if p, ok := b.next(buf); ok {
				t.Errorf("got %+v at the end", p)
			}
		})
	}
}

func TestBulkBeginsAfterLongDatagrams(t *testing.T) {
	var b bulkReader
	for range bulkAfter - 1 {
		if b.noteRead(longDatagram) {
			t.Fatal("it begins too early")
		}
	}
	if b.noteRead(longDatagram - 1) {
		t.Error("it begins with a short one")
	}
	n := 1
	for ; !b.noteRead(longDatagram); n++ {
	}
	if n != bulkAfter {
		t.Errorf("it begins after %d", n)
	}
}

func BenchmarkQueue(b *testing.B) {
	server, client := mustListen(b, localhost4, PortRange{}), mustOpen(b, localhost4)
	path, data, buf := pathTo(localhost4, server), make([]byte, 1252), make([]byte, ReadSize)
	b.SetBytes(int64(len(data)) * 32)
	b.ReportAllocs()
	server.udp.SetReadDeadline(time.Now().Add(patience))
	for b.Loop() {
		for range 32 {
			client.Queue(data, path)
		}
		client.Flush()
		for range 32 {
			if _, err := server.Read(buf); err != nil {
				b.Fatal(err)
			}
		}
	}
}
