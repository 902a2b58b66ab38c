package harness

import (
	"net"
	"sync"
	"testing"
	"time"
)

// Path is a slow path to a TCP port of this machine. Each byte is delayed, and each
// direction carries at most rate bytes a second.
type Path struct {
	Port int // on 127.0.0.1, the near end of the path

	dial  func() (net.Conn, error)
	delay time.Duration // in each direction
	rate  int           // bytes a second in each direction; 0 is unlimited

	mu    sync.Mutex
	trips []Trip
}

type Trip struct {
	Lasted      time.Duration // from acceptance to the client's end of the connection
	Sent        int64         // bytes from the client
	MaxInFlight int64         // largest number of the client's bytes in flight
	// RoundTrips is the length of the longest chain of messages in which each was sent
	// after the previous one had arrived, counted in the client's messages. It does not
	// depend on the machine's load.
	RoundTrips int
}

// NewPath returns a path to a port of 127.0.0.1, with a round trip time of rtt.
func NewPath(t testing.TB, port int, rtt time.Duration, rate int) *Path {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	to := net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}
	return newPath(t, l, func() (net.Conn, error) { return net.Dial("tcp", to.String()) }, rtt, rate)
}

func newPath(t testing.TB, l net.Listener, dial func() (net.Conn, error), rtt time.Duration, rate int) *Path {
	p := &Path{Port: l.Addr().(*net.TCPAddr).Port, dial: dial, delay: rtt / 2, rate: rate}
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

func (p *Path) Trips() []Trip {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.trips
}

func (p *Path) serve(client net.Conn) {
	defer client.Close()
	server, err := p.dial()
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

// chain tracks which messages of a connection may answer which others. Each message
// carries the number of client messages in the longest chain that leads to it.
type chain struct {
	mu             sync.Mutex
	client, server int // highest number that has arrived at each end
	longest        int
}

func (c *chain) fromClient() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.longest = max(c.longest, c.client+1)
	return c.client + 1
}

func (c *chain) fromServer() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.server
}

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

// parcel is bytes with their time of arrival.
type parcel struct {
	bytes  []byte
	at     time.Time
	number int // in the chain
}

const (
	parcelBytes = 16 << 10
	maxParcels  = 4096 // in flight at once: more than any window
)

// carry carries bytes from one end to the other until from has no more, and returns
// their number. It calls send when a message departs and arrive when it arrives.
func (p *Path) carry(from, to net.Conn, send func() int, arrive func(number int)) (trip Trip) {
	parcels := make(chan parcel, maxParcels)
	var mu sync.Mutex
	arrived := int64(0)
	go func() {
		for b := range parcels {
			<-time.After(time.Until(b.at))
			arrive(b.number)
			to.Write(b.bytes) // bytes for a closed end are lost
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
