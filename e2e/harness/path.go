package harness

import (
	"net"
	"sync"
	"testing"
	"time"
)

// Path is a long way to a TCP port of this machine: each byte is delayed, and
// in each direction no more than Rate come through.
type Path struct {
	Port int // on 127.0.0.1, where the way begins

	to    string
	delay time.Duration // each way
	rate  int           // bytes a second each way, 0 for any

	mu    sync.Mutex
	trips []Trip
}

// Trip is one connection over a Path.
type Trip struct {
	Lasted      time.Duration // from its acceptance to the client's end of it
	Sent        int64         // bytes of the client's
	MaxInFlight int64         // most of them that were on the way at once
	// RoundTrips is the length of the longest chain of messages in which each
	// was sent after the one before it had arrived, counted by the client's. It
	// does not depend on how busy the machine is.
	RoundTrips int
}

// NewPath begins a way to a port of 127.0.0.1, with a round trip of rtt.
func NewPath(t testing.TB, port int, rtt time.Duration, rate int) *Path {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	to := net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}
	p := &Path{Port: l.Addr().(*net.TCPAddr).Port, to: to.String(), delay: rtt / 2, rate: rate}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { p.serve(client) })
		}
	})
	t.Cleanup(func() { l.Close(); serving.Wait() })
	return p
}

// Trips are the connections that have ended.
func (p *Path) Trips() []Trip {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.trips
}

func (p *Path) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer server.Close()
	begin := time.Now()
	var c chain
	var back sync.WaitGroup
	back.Go(func() { p.carry(server, client, c.fromServer, c.toClient) })
	trip := p.carry(client, server, c.fromClient, c.toServer)
	trip.Lasted, trip.RoundTrips = time.Since(begin), c.length()
	p.mu.Lock()
	p.trips = append(p.trips, trip)
	p.mu.Unlock()
	server.Close()
	back.Wait()
}

// chain follows which messages of a connection may answer which others. Each
// message carries the number of the client's messages in the longest chain that
// leads to it.
type chain struct {
	mu             sync.Mutex
	client, server int // the highest number that has arrived at each end
	longest        int
}

// fromClient returns the number of a message that the client sends now.
func (c *chain) fromClient() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.longest = max(c.longest, c.client+1)
	return c.client + 1
}

// fromServer returns the number of a message that the server sends now.
func (c *chain) fromServer() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.server
}

// toServer and toClient record that a message of that number arrives.
func (c *chain) toServer(n int) { c.arrive(&c.server, n) }
func (c *chain) toClient(n int) { c.arrive(&c.client, n) }

func (c *chain) arrive(end *int, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*end = max(*end, n)
}

func (c *chain) length() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.longest
}

// parcel is bytes and when they arrive.
type parcel struct {
	bytes  []byte
	at     time.Time
	number int // in the chain
}

const (
	parcelBytes = 16 << 10
	maxParcels  = 4096 // on the way at once: more than any window
)

// carry carries bytes from one end to the other until from has no more, and
// returns their number. It calls send for each message that sets out and arrive
// when it comes to its end.
func (p *Path) carry(from, to net.Conn, send func() int, arrive func(number int)) (trip Trip) {
	parcels := make(chan parcel, maxParcels)
	var mu sync.Mutex
	arrived := int64(0)
	go func() {
		for b := range parcels {
			<-time.After(time.Until(b.at))
			arrive(b.number)
			to.Write(b.bytes) // what is written to an end that is gone is lost
			mu.Lock()
			arrived += int64(len(b.bytes))
			mu.Unlock()
		}
		if half, ok := to.(*net.TCPConn); ok {
			half.CloseWrite()
		}
	}()
	defer close(parcels)
	sent := time.Now() // when the line is free again
	for {
		b := make([]byte, parcelBytes)
		n, err := from.Read(b)
		if err != nil {
			return trip
		}
		if now := time.Now(); sent.Before(now) {
			sent = now
		}
		if p.rate > 0 {
			sent = sent.Add(time.Duration(n) * time.Second / time.Duration(p.rate))
		}
		trip.Sent += int64(n)
		mu.Lock()
		trip.MaxInFlight = max(trip.MaxInFlight, trip.Sent-arrived)
		mu.Unlock()
		parcels <- parcel{b[:n], sent.Add(p.delay), send()}
	}
}
