package wiretest

import (
	"net/netip"
	"testing"
	"time"

	"gm/wire/datagram"
	"gm/wire/simnet"
)

// onePath is an end of a PathNet that sends on one path and counts what it receives.
type onePath struct {
	pinger
	path     datagram.Path
	received map[datagram.Path]int
}

func (o *onePath) Receive(now time.Time, data []byte, path datagram.Path) {
	o.received[path]++
	o.pinger.Receive(now, data)
}

func (o *onePath) Tick(now time.Time, send func(datagram.Path, []byte)) {
	o.pinger.Tick(now, func(data []byte) { send(o.path, data) })
}

var (
	near = datagram.Path{Remote: netip.MustParseAddrPort("192.0.2.1:60001")}
	far  = datagram.Path{Remote: netip.MustParseAddrPort("192.0.2.2:60001")}
	back = datagram.Path{Remote: netip.MustParseAddrPort("198.51.100.7:40000")}
)

func newPathPing(t *testing.T) (n *PathNet, client, server *onePath, roads [2]*Road) {
	client = &onePath{pinger: pinger{every: time.Second, next: start}, path: near, received: map[datagram.Path]int{}}
	server = &onePath{path: back, received: map[datagram.Path]int{}}
	n = NewPathNet(t, start)
	n.Client, n.Server = client, server
	roads[0] = n.Add(near, back, simnet.Config{Delay: 30 * time.Millisecond}, 1)
	roads[1] = n.Add(far, datagram.Path{}, simnet.Config{Delay: 50 * time.Millisecond}, 2)
	return n, client, server, roads
}

func TestPathNetRoads(t *testing.T) {
	n, client, server, roads := newPathPing(t)
	sent := map[*Road]int{}
	n.Tap = func(_ datagram.Direction, road *Road, _ []byte) { sent[road]++ }
	n.Run(2500 * time.Millisecond)
	if server.received[back] != 3 || client.received[near] != 3 || len(client.received)+len(server.received) != 2 {
		t.Errorf("received %v and %v, want 3 each", client.received, server.received)
	}
	if sent[roads[0]] != 6 || sent[roads[1]] != 0 {
		t.Errorf("sent %v", sent)
	}
	client.path = far
	n.WaitFor(time.Second, "nothing on the other road", func() bool { return server.received[datagram.Path{}] == 1 })
	if want := start.Add(3050 * time.Millisecond); n.Now != want {
		t.Errorf("it arrives at %v, want %v", n.Now, want)
	}
}

func TestPathNetLosesAndDelays(t *testing.T) {
	for name, test := range map[string]struct {
		change, restore func(*PathNet, *Road)
		want            int // datagrams at the server after 3.5 s; the second one is sent during the change
	}{
		"down":    {func(_ *PathNet, r *Road) { r.SetDown(true) }, func(_ *PathNet, r *Road) { r.SetDown(false) }, 3},
		"stalled": {func(_ *PathNet, r *Road) { r.SetStalled(true) }, func(_ *PathNet, r *Road) { r.SetStalled(false) }, 4},
		"removed": {(*PathNet).Remove, func(n *PathNet, _ *Road) {}, 1},
		"MTU":     {func(_ *PathNet, r *Road) { r.MTU = 1 }, func(_ *PathNet, r *Road) { r.MTU = 0 }, 3},
		"other links": {func(n *PathNet, r *Road) { r.SetLinks(n.Now, simnet.Config{Loss: 1}, 1) },
			func(n *PathNet, r *Road) { r.SetLinks(n.Now, simnet.Config{}, 1) }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			n, _, server, roads := newPathPing(t)
			n.Run(500 * time.Millisecond)
			test.change(n, roads[0])
			n.Run(time.Second)
			if server.received[back] != 1 {
				t.Errorf("%d datagrams have arrived", server.received[back])
			}
			test.restore(n, roads[0])
			n.Run(2 * time.Second)
			if server.received[back] != test.want {
				t.Errorf("%d datagrams have arrived, want %d", server.received[back], test.want)
			}
		})
	}
}
