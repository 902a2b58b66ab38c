package datagram

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

var (
	firstWay  = Path{Remote: netip.MustParseAddrPort("192.0.2.1:1000")}
	secondWay = Path{Remote: netip.MustParseAddrPort("[2001:db8::1]:2000")}
)

// severalPair returns two ends that know several paths.
func severalPair(t testing.TB) (client, server *Conn) {
	client, server = pair(t, 0)
	client.AllowPaths()
	server.AllowPaths()
	return client, server
}

// controls returns the probes and replies that a Conn sends, by path.
func controls(t testing.TB, c *Conn, now int) (paths []Path, sent [][]byte) {
	t.Helper()
	err := c.Control(at(now), func(path Path, data []byte) {
		paths, sent = append(paths, path), append(sent, bytes.Clone(data))
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths, sent
}

func TestProbesAndReplies(t *testing.T) {
	client, server := severalPair(t)
	for _, c := range []struct{ size, reply, wantSize, wantReply int }{
		{0, 0, overhead + probeHeader, overhead + replyHeader},
		{MTUv4, MTUv4, MTUv4, MTUv4},
		{MTUv4, 0, MTUv4, overhead + replyHeader},
		{100, 60_000, 100, 100}, // no amplification
	} {
		client.Probe(secondWay, c.size, c.reply)
		paths, sent := controls(t, client, 0)
		if len(sent) != 1 || paths[0] != secondWay || len(sent[0]) != c.wantSize {
			t.Fatalf("probe of %d: %v, %d bytes", c.size, paths, len(sent[0]))
		}
		if got, err := server.Open(at(10), sent[0], firstWay, false); err != nil || got.Moves || got.Payload != nil || !got.Newest {
			t.Fatalf("probe of %d: %+v, %v", c.size, got, err)
		}
		if !server.Pending() {
			t.Fatal("no reply waits")
		}
		paths, sent = controls(t, server, 10)
		if len(sent) != 1 || paths[0] != firstWay || len(sent[0]) != c.wantReply {
			t.Fatalf("reply to %d: %v, %d bytes", c.size, paths, len(sent[0]))
		}
		if _, err := client.Open(at(30), sent[0], secondWay, false); err != nil {
			t.Fatal(err)
		}
	}
	got := client.PathState(secondWay)
	if got.Probes != 4 || got.Replies != 4 || got.Largest != MTUv4 || got.Delivered != MTUv4 || got.Observed != firstWay.Remote || !got.Measured {
		t.Errorf("%+v", got)
	}
}

func TestMalformedProbes(t *testing.T) {
	for name, payload := range map[string][]byte{
		"probe without size": {byte(KindProbe), 1}, "short reply": append([]byte{byte(KindReply)}, make([]byte, replyHeader-2)...), "empty copy": {byte(KindCopy)},
	} {
		t.Run(name, func(t *testing.T) {
			client, server := severalPair(t)
			d, err := client.Seal(at(0), Path{}, payload)
			if err != nil {
				t.Fatal(err)
			}
			got, err := server.Open(at(0), d, firstWay, false)
			if err == nil || got.Payload != nil || got.Moves || server.Pending() {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

// TestReplayedProbeIsNotAnswered sends a probe again from another address.
func TestReplayedProbeIsNotAnswered(t *testing.T) {
	client, server := severalPair(t)
	client.Probe(Path{}, 0, 0)
	_, sent := controls(t, client, 0)
	server.Open(at(0), sent[0], firstWay, false)
	controls(t, server, 0)
	if _, err := server.Open(at(1), sent[0], secondWay, false); !errors.Is(err, errReplayed) || server.Pending() {
		t.Errorf("a replay: %v", err)
	}
	if server.paths.find(secondWay) != nil {
		t.Error("a replay has made a path")
	}
}

func TestWaitingControlsAreBounded(t *testing.T) {
	client, _ := severalPair(t)
	for range 100 {
		client.Probe(Path{}, 0, 0)
	}
	if _, sent := controls(t, client, 0); len(sent) != maxControl {
		t.Errorf("%d wait, want %d", len(sent), maxControl)
	}
}

// TestPathsAreBounded sends from more addresses than are remembered: that of the route
// stays.
func TestPathsAreBounded(t *testing.T) {
	client, server := severalPair(t)
	for i := range 100 {
		path := firstWay
		if i > 0 {
			path.Remote = netip.AddrPortFrom(path.Remote.Addr(), uint16(2000+i))
		}
		mustOpenOn(t, server, i, post(t, client, i), path)
		if i == 0 {
			server.SetRoute(path)
		}
	}
	if n := len(server.paths.list); n != maxPaths || server.paths.find(firstWay) == nil {
		t.Errorf("%d paths are remembered, the route %v", n, server.paths.find(firstWay))
	}
}

func mustOpenOn(t testing.TB, c *Conn, now int, d []byte, path Path) Opened {
	t.Helper()
	got, err := c.Open(at(now), d, path, false)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestCopy(t *testing.T) {
	client, server := severalPair(t)
	d, err := client.SealCopy(at(0), Path{}, []byte("\x00payload"))
	if err != nil {
		t.Fatal(err)
	}
	if got := mustOpenOn(t, server, 0, d, firstWay); !got.Copy || !got.Moves || string(got.Payload) != "\x00payload" {
		t.Errorf("%+v", got)
	}
}

// TestOlderFragmentDoesNotMove delivers a fragment after a probe with a higher number, and
// two fragments in the wrong order.
func TestOlderFragmentDoesNotMove(t *testing.T) {
	client, server := severalPair(t)
	first, second := post(t, client, 0), post(t, client, 0)
	client.Probe(Path{}, 0, 0)
	_, probe := controls(t, client, 0)
	mustOpenOn(t, server, 1, probe[0], secondWay)
	if got := mustOpenOn(t, server, 2, second, firstWay); !got.Moves || got.Newest {
		t.Errorf("a fragment after a probe: %+v", got)
	}
	if got := mustOpenOn(t, server, 3, first, secondWay); got.Moves {
		t.Errorf("an older fragment: %+v", got)
	}
}

// TestLossThroughAPipe loses all datagrams over UDP, while those through a pipe arrive.
func TestLossThroughAPipe(t *testing.T) {
	client, server := severalPair(t)
	mustOpenOn(t, server, 0, post(t, client, 0), firstWay)
	for i := range 200 {
		post(t, client, i)
		mustOpenOn(t, server, i, post(t, client, i), PipePath(1))
	}
	if udp, pipe := server.PathState(firstWay).Loss, server.PathState(PipePath(1)).Loss; udp < 0.5 || pipe != 0 {
		t.Errorf("loss %v over UDP, %v through the pipe", udp, pipe)
	}
}

func TestMaxPayloadOfARoute(t *testing.T) {
	client, _ := severalPair(t)
	for _, c := range []struct {
		copies []Path
		want   int
	}{
		{nil, MTUv4 - overhead},
		{[]Path{PipePath(1)}, MTUv4 - overhead - 1},
		{[]Path{secondWay}, MTUv6 - overhead - 1},
		{[]Path{secondWay, PipePath(1), firstWay}, MTUv6 - overhead - 1},
	} {
		client.SetRoute(firstWay, c.copies...)
		if got := client.MaxPayload(); got != c.want {
			t.Errorf("with %v: %d, want %d", c.copies, got, c.want)
		}
	}
	client.TooLong(firstWay)
	client.SetRoute(firstWay)
	if got := client.MaxPayload(); got != 1168-overhead {
		t.Errorf("after EMSGSIZE: %d", got)
	}
	client.PathChanged(firstWay)
	if got := client.MaxPayload(); got != MTUv4-overhead {
		t.Errorf("after a change of path: %d", got)
	}
}

// TestSizeWhenCopiesEnd has a client search for a size while copies are sent: both ends adopt
// that of its newest probe, of those that ask for a reply of their own size.
func TestSizeWhenCopiesEnd(t *testing.T) {
	for name, c := range map[string]struct {
		probes  [][2]int // sizes of a probe and of the reply that it asks for
		longest int      // datagram that passes
		want    int
	}{
		"none":                   {nil, MTUv4, MTUv4},
		"small ones":             {[][2]int{{0, 0}, {100, 100}}, MTUv4, MTUv4},
		"the full size":          {[][2]int{{MTUv4, MTUv4}}, MTUv4, MTUv4},
		"a narrow tunnel":        {[][2]int{{MTUv4, MTUv4}, {1168, 1168}, {1000, 1000}}, 1132, 1000},
		"for what arrives there": {[][2]int{{MTUv4, MTUv4}, {1000, 0}}, MTUv4, MTUv4},
	} {
		t.Run(name, func(t *testing.T) {
			client, server := severalPair(t)
			clientAt := Path{Remote: netip.MustParseAddrPort("198.51.100.7:3000")}
			client.SetRoute(firstWay, PipePath(1))
			server.SetRoute(clientAt, PipePath(1))
			for _, p := range c.probes {
				client.Probe(firstWay, p[0], p[1])
			}
			exchange(t, client, server, clientAt, c.longest)
			exchange(t, server, client, firstWay, c.longest)
			if got := server.PathState(clientAt).Size; got != MTUv4 {
				t.Errorf("%d bytes while copies are sent", got)
			}
			client.SetRoute(firstWay)
			server.SetRoute(clientAt)
			if ours, theirs := client.PathState(firstWay).Size, server.PathState(clientAt).Size; ours != c.want || theirs != c.want {
				t.Errorf("%d and %d bytes, want %d", ours, theirs, c.want)
			}
		})
	}
}

// exchange passes the probes and replies of an end to the other one, where they arrive on
// a path.
func exchange(t *testing.T, from, to *Conn, path Path, longest int) {
	t.Helper()
	_, sent := controls(t, from, 0)
	for _, d := range sent {
		if len(d) <= longest {
			mustOpenOn(t, to, 0, d, path)
		}
	}
}

// TestReplayFilter compares the filter with a set.
func TestReplayFilter(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var filter replayFilter
	seen, next := map[uint64]bool{}, uint64(0)
	for range 20_000 {
		seq := next + uint64(rng.IntN(5))
		switch rng.IntN(10) {
		case 0:
			seq = next + uint64(rng.IntN(2*replayWindow))
		case 1, 2, 3, 4, 5:
			seq = next - min(next, uint64(rng.IntN(2*replayWindow)))
		}
		want := !seen[seq] && (seq >= next || next-seq <= replayWindow)
		if got := filter.add(seq); got != want {
			t.Fatalf("number %d after %d: first %v, want %v", seq, next, got, want)
		}
		seen[seq], next = true, max(next, seq+1)
	}
}

func TestPeerFollowsCopies(t *testing.T) {
	var p Peer
	pipe := PipePath(1)
	route := func(now int) []Path {
		first, _ := p.Path(at(now))
		return p.Copies([]Path{first})
	}
	for _, step := range []struct {
		now    int
		path   Path
		isCopy bool
		want   []Path
	}{
		{0, firstWay, false, []Path{firstWay}},
		{100, firstWay, true, []Path{firstWay}},
		{110, pipe, true, []Path{firstWay, pipe}},
		{200, firstWay, true, []Path{firstWay, pipe}},
		{210, pipe, true, []Path{firstWay, pipe}},
		{1300, pipe, true, []Path{pipe, firstWay}}, // the first is silent
		{1400, secondWay, true, []Path{pipe, firstWay, secondWay}},
		{5500, pipe, true, []Path{pipe, secondWay}},
		{9000, secondWay, true, []Path{secondWay, pipe}},
		{9100, pipe, false, []Path{pipe}},
	} {
		p.Follow(at(step.now), step.path, step.isCopy)
		if got := route(step.now); !slices.Equal(got, step.want) {
			t.Errorf("at %d: %v, want %v", step.now, got, step.want)
		}
	}
	p.Drop(pipe)
	if _, ok := p.Path(at(9200)); ok || p.Has(pipe) {
		t.Error("a dropped pipe is still used")
	}
}

// TestPeerFollowsRoamingCopies holds that a client's new address is used at once although the
// client, in doubt, sends copies.
func TestPeerFollowsRoamingCopies(t *testing.T) {
	var p Peer
	home, cafe, pipe := Path{Local: ours, Remote: homeAddr}, Path{Local: ours, Remote: cafeAddr}, PipePath(1)
	other := Path{Local: oursToo, Remote: cafeAddr}
	for i, step := range []struct {
		path Path
		want []Path
	}{
		{home, []Path{home}},
		{other, []Path{home, other}}, // the client may send both ways
		{cafe, []Path{cafe, home, other}},
		{pipe, []Path{cafe, home, other}},
		{home, []Path{cafe, home, other}}, // two ways to one address, as by a NAT
	} {
		p.Follow(at(100*i), step.path, true)
		first, _ := p.Path(at(100 * i))
		if got := p.Copies([]Path{first}); !slices.Equal(got, step.want) {
			t.Errorf("step %d: %v, want %v", i, got, step.want)
		}
	}
	unknown := Peer{}
	unknown.Follow(at(0), Path{Remote: homeAddr}, true)
	unknown.Follow(at(100), Path{Remote: cafeAddr}, true)
	if got, _ := unknown.Path(at(100)); got.Remote != homeAddr {
		t.Errorf("a path to %v although our address is not known", got)
	}
}
