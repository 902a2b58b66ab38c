package session

import (
	"bytes"
	"net/netip"
	"slices"
	"testing"
	"time"

	"gm/internal/deadline"
	"gm/vt"
	"gm/wire"
	"gm/wire/datagram"
	"gm/wire/state"
)

// crowd is a session with several clients on a network without delay.
type crowd struct {
	t       *testing.T
	now     time.Time
	session *Session
	host    *crowdHost
	members []*member
}

// member is a client of a crowd.
type member struct {
	attachment *Attachment
	client     *wire.Transport[state.User, state.Screen]
	path       datagram.Path
	cut        bool // its datagrams are lost
	deaf       bool // those of the server to it are lost
	got        int  // datagrams
	key        datagram.Key
	sent       [][]byte // its datagrams
}

// crowdHost delivers the datagrams of each attachment to its client.
type crowdHost struct {
	fakeHost
	crowd *crowd
}

func (h *crowdHost) Send(a *Attachment, data []byte, path datagram.Path) bool {
	for _, m := range h.crowd.members {
		if m.attachment == a && !m.cut && !m.deaf {
			m.got++
			m.client.Receive(h.crowd.now, data, datagram.Path{}, false)
		}
	}
	return true
}

// newCrowd returns a session of n clients that have connected. The program echoes.
func newCrowd(t *testing.T, n int, limits Timeouts) *crowd {
	t.Helper()
	c := &crowd{t: t, now: epoch}
	c.host = &crowdHost{fakeHost: fakeHost{echo: true}, crowd: c}
	c.session = New(Config{Timeouts: limits, Terminal: vt.Options{Passages: true, Pictures: true}}, c.host, c.now)
	for i := range n {
		c.join(i)
	}
	c.run(time.Second)
	return c
}

// join attaches a client that shares the session.
func (c *crowd) join(i int) *member {
	c.t.Helper()
	return c.joinAs(i, ClientConfig{Dialect: vt.Full(), Extensions: state.ExtFlow | state.ExtExit, Role: Share})
}

// joinAs attaches a client.
func (c *crowd) joinAs(i int, cfg ClientConfig) *member {
	c.t.Helper()
	key, err := datagram.NewKey()
	if err != nil {
		c.t.Fatal(err)
	}
	m := &member{path: datagram.Path{Local: serverAddr, Remote: netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(10 + i)}), 5000)}}
	m.client, err = wire.New(wire.Config[state.User, state.Screen]{
		Key: key, Direction: datagram.ToServer, MinDelay: wire.ClientMinDelay, MTU: datagram.MTUv4,
		Remote:      state.Screen{Screen: vt.NewScreen(state.InitialCols, state.InitialRows)},
		Identifiers: cfg.Extensions.Has(state.ExtIdentifiers),
		Streams:     cfg.Extensions.Has(state.ExtStreams),
	}, c.now)
	if err != nil {
		c.t.Fatal(err)
	}
	m.key, cfg.Key = key, &key
	if m.attachment, err = c.session.Attach(cfg, c.now); err != nil {
		c.t.Fatal(err)
	}
	c.members = append(c.members, m)
	return m
}

// next returns the time of the next turn: 5 ms from now, or later if nothing is due.
func (c *crowd) next(end time.Time) time.Time {
	t := deadline.Earliest(end, c.session.Deadline(c.now))
	for _, m := range c.members {
		if !m.cut && !m.client.Closed() {
			t = deadline.Earliest(t, m.client.Deadline(c.now))
		}
	}
	return deadline.Latest(t, c.now.Add(5*time.Millisecond))
}

// run lets d pass.
func (c *crowd) run(d time.Duration) {
	c.t.Helper()
	for end := c.now.Add(d); c.now.Before(end) && !c.session.Finished(); c.now = c.next(end) {
		for _, m := range c.members {
			if m.cut {
				continue
			}
			err := m.client.Tick(c.now, func(_ datagram.Path, data []byte) {
				m.sent = append(m.sent, bytes.Clone(data))
				c.session.Receive(c.now, data, m.path, false)
			})
			if err != nil {
				c.t.Fatal(err)
			}
		}
		for c.host.writing > 0 {
			n := c.host.writing
			c.host.writing = 0
			c.session.Wrote(c.now, n, c.now)
		}
		output := c.host.output
		c.host.output = nil
		c.session.Output(c.now, output)
		if !c.session.Finished() {
			c.session.Tick(c.now)
		}
	}
}

// screens returns the text that each client shows.
func (c *crowd) screens() (texts []string) {
	for _, m := range c.members {
		screen, _ := m.client.Remote()
		texts = append(texts, screen.Screen.Text())
	}
	return texts
}

func (c *crowd) wantScreens(want ...string) {
	c.t.Helper()
	if got := c.screens(); !slices.Equal(got, want) {
		c.t.Errorf("the screens are %q, want %q", got, want)
	}
}

func (m *member) typeKeys(now time.Time, keys string) {
	m.client.SetLocal(now, m.client.Local().WithKeys([]byte(keys)))
}

// The keys of each client reach the program, and all clients get its screen.
func TestTwoClients(t *testing.T) {
	c := newCrowd(t, 2, Timeouts{})
	if len(c.host.started) != 1 {
		t.Fatalf("the program was started %d times", len(c.host.started))
	}
	for i, keys := range []string{"one ", "two ", "three"} {
		m := c.members[i%2]
		m.typeKeys(c.now, keys)
		num := m.client.Sent() + 1
		c.run(time.Second)
		if screen, _ := m.client.Remote(); screen.EchoAck < num {
			t.Errorf("the echo of %q is not acknowledged: %d, want %d", keys, screen.EchoAck, num)
		}
	}
	if string(c.host.typed) != "one two three" {
		t.Errorf("the program read %q", c.host.typed)
	}
	c.wantScreens("one two three", "one two three")
	if clients := c.session.Report(c.now).Clients; len(clients) != 2 || clients[0].From != "192.0.2.10" || clients[1].From != "192.0.2.11" {
		t.Errorf("the clients are %+v", clients)
	}
}

// A client that leaves ends neither the session nor the others; the last one does.
func TestOneOfTwoClientsLeaves(t *testing.T) {
	c := newCrowd(t, 2, Timeouts{})
	c.members[0].client.Shutdown(c.now)
	c.run(10 * time.Second)
	if !c.members[0].client.Closed() || c.session.Finished() || c.host.hungUp > 0 {
		t.Fatalf("the client has left: %v; finished: %v, hung up %d times", c.members[0].client.Closed(), c.session.Finished(), c.host.hungUp)
	}
	if n := len(c.session.attachments); n != 1 {
		t.Errorf("%d attachments are left", n)
	}
	c.members[1].typeKeys(c.now, "alone")
	c.run(time.Second)
	c.wantScreens("", "alone")
	c.members[1].client.Shutdown(c.now)
	c.run(10 * time.Second)
	if !c.session.Finished() || c.host.hungUp != 1 {
		t.Errorf("finished: %v, hung up %d times", c.session.Finished(), c.host.hungUp)
	}
}

// A client that joins later gets the current screen.
func TestClientJoins(t *testing.T) {
	c := newCrowd(t, 1, Timeouts{})
	c.members[0].typeKeys(c.now, "before")
	c.run(time.Second)
	c.join(1)
	c.run(time.Second)
	c.wantScreens("before", "before")
}

// The limits on absence apply to the newest of the clients.
func TestAbsenceOfOneOfTwoClients(t *testing.T) {
	c := newCrowd(t, 2, Timeouts{Network: time.Minute, Signal: time.Minute})
	c.members[0].cut = true
	c.run(2 * time.Minute)
	c.session.UserSignal(c.now, 10, "user signal")
	if c.session.ending {
		t.Fatal("the session ends though one client is there")
	}
	if clients := c.session.Report(c.now).Clients; len(clients) != 1 || clients[0].From != "192.0.2.11" {
		t.Errorf("the clients are %+v", clients)
	}
	c.members[1].cut = true
	c.run(time.Minute + time.Second)
	if !c.session.Finished() {
		t.Error("the session goes on without clients")
	}
}

// The end of the program ends the session of each client.
func TestProgramOfTwoClientsEnds(t *testing.T) {
	c := newCrowd(t, 2, Timeouts{})
	c.session.Exited(c.now, 3)
	c.session.OutputEnded(c.now)
	c.run(10 * time.Second)
	for i, m := range c.members {
		if screen, _ := m.client.Remote(); !m.client.Closed() || screen.ExitStatus.Status != 3 {
			t.Errorf("client %d: closed %v, exit status %+v", i, m.client.Closed(), screen.ExitStatus)
		}
	}
	if !c.session.Finished() {
		t.Error("the session goes on")
	}
}

// The detachment of a client without the extension is ignored: its end is that of the
// session.
func TestDetachWithoutExtension(t *testing.T) {
	for _, test := range []struct {
		name       string
		extensions state.Extension
		ends       bool
	}{
		{"with the extension", state.ExtSessions, false},
		{"without", state.ExtExit, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCrowd(t, 0, Timeouts{})
			m := c.joinAs(0, ClientConfig{Dialect: vt.Full(), Extensions: test.extensions})
			c.run(time.Second)
			m.detach(c.now)
			c.run(30 * time.Second)
			if !m.client.Closed() || c.session.Finished() != test.ends {
				t.Errorf("closed: %v, finished: %v", m.client.Closed(), c.session.Finished())
			}
		})
	}
}
