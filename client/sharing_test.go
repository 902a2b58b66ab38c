package client

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gm/client/display"
	"gm/client/predict"
	"gm/internal/deadline"
	serversession "gm/server/session"
	"gm/vt"
	"gm/wire/datagram"
	"gm/wire/simnet"
	"gm/wire/state"
)

// office is a server's session with several clients, each with a network, a terminal and
// a user of its own, in virtual time. The program is that of shellHost.
type office struct {
	t      *testing.T
	now    time.Time
	server *serversession.Session
	host   *officeHost
	desks  []*desk
}

// officeHost is a shellHost that sends datagrams to the client that they are for.
type officeHost struct {
	shellHost
	office *office
}

func (h *officeHost) Send(_ *serversession.Attachment, data []byte, path datagram.Path) bool {
	for _, d := range h.office.desks {
		if path == d.path {
			d.down.Send(h.office.now, data)
		}
	}
	return true
}

// desk is one client of an office.
type desk struct {
	*office
	client     *session
	settings   settings
	path       datagram.Path
	up, down   *simnet.Link
	asleep     bool // the client does nothing
	display    *display.Display
	user       *vt.Terminal
	cols, rows int
}

// officeExtensions are those of a terminal that answers no queries.
const officeExtensions = state.AllExtensions &^ state.ExtTerminal

func newOffice(t *testing.T) *office { return newOfficeWith(t, serversession.Config{}) }

func newOfficeWith(t *testing.T, cfg serversession.Config) *office {
	o := &office{t: t, now: ms(0)}
	o.host = &officeHost{office: o}
	o.server = serversession.New(cfg, o.host, o.now)
	return o
}

// visit is a client that joins an office.
type visit struct {
	network    string
	cols, rows int
	role       serversession.Role
	by         string
	session    string // its name; "work" if empty
}

func (o *office) join(v visit) *desk {
	o.t.Helper()
	link, err := simnet.Parse(v.network)
	if err != nil {
		o.t.Fatal(err)
	}
	key, err := datagram.NewKey()
	if err != nil {
		o.t.Fatal(err)
	}
	n := len(o.desks)
	d := &desk{
		office: o, cols: v.cols, rows: v.rows,
		path:    datagram.Path{Local: netip.MustParseAddr("198.51.100.7"), Remote: netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(n + 1)}), 5000)},
		up:      simnet.NewLink(link, uint64(2*n+1), o.now),
		down:    simnet.NewLink(link, uint64(2*n+2), o.now),
		display: display.New(vt.Full()),
		user:    vt.NewTerminal(v.cols, v.rows, vt.Options{}),
	}
	serverKey := key
	if _, err = o.server.Attach(serversession.ClientConfig{Key: &serverKey, Dialect: vt.Full(), Extensions: officeExtensions, Role: v.role, By: v.by}, o.now); err != nil {
		o.t.Fatal(err)
	}
	s := plainSettings()
	s.predict, s.extensions = predict.Always, officeExtensions
	s.sessionName, s.host, s.readOnly = "work", "host", v.role == serversession.ReadOnly
	if v.session != "" {
		s.sessionName = v.session
	}
	d.settings = s
	if d.client, err = newSession(o.now, netip.MustParseAddrPort("198.51.100.7:60001"), key, v.cols, v.rows, s); err != nil {
		o.t.Fatal(err)
	}
	d.user.Write(d.display.Start(nil, 80, 24))
	o.desks = append(o.desks, d)
	return d
}

func (o *office) run(d time.Duration) {
	o.t.Helper()
	for end := o.now.Add(d); ; o.now = o.next(end) {
		o.turn()
		if !o.now.Before(end) {
			return
		}
	}
}

// next returns the time of the next turn, at least 1 ms from now.
func (o *office) next(end time.Time) time.Time {
	at := end
	if !o.server.Finished() {
		at = deadline.Earliest(at, o.server.Deadline(o.now))
	}
	for _, d := range o.desks {
		at = deadline.Earliest(at, deadline.Earliest(d.up.Deadline(), d.down.Deadline()))
		if d.runs() {
			at = deadline.Earliest(at, d.client.deadline(o.now))
		}
	}
	return deadline.Earliest(end, deadline.Latest(at, o.now.Add(time.Millisecond)))
}

func (d *desk) runs() bool { return !d.asleep && d.client.ended(d.now) == endNone }

func (o *office) turn() {
	for _, d := range o.desks {
		for data := d.up.Receive(o.now); data != nil; data = d.up.Receive(o.now) {
			if !o.server.Finished() {
				o.server.Receive(o.now, data, d.path, false)
			}
		}
	}
	for more := true; more && !o.server.Finished(); more = o.host.run(o.now, o.server) {
		o.server.Tick(o.now)
	}
	for _, d := range o.desks {
		d.turn()
	}
}

func (d *desk) turn() {
	for data := d.down.Receive(d.now); data != nil; data = d.down.Receive(d.now) {
		if d.runs() {
			if err := d.client.receive(d.now, data, d.client.transport.Route()[0], false); err != nil {
				d.t.Fatalf("the client's session ends: %v", err)
			}
		}
	}
	if !d.runs() {
		return
	}
	d.client.flushPartial(d.now)
	if err := d.client.tick(d.now, func(_ datagram.Path, data []byte) { d.up.Send(d.now, data) }); err != nil {
		d.t.Fatalf("the client's session ends: %v", err)
	}
	d.paint()
}

func (d *desk) paint() {
	d.t.Helper()
	d.user.Write(d.display.Frame(nil, d.client.frame(d.now), display.ScrolledOff{}))
	if reply := d.user.TakeReplies(nil); len(reply) > 0 {
		d.t.Fatalf("the user's terminal replies %q", reply)
	}
}

func (d *desk) types(keys string) {
	d.client.handleKeys(d.now, []byte(keys))
	d.paint()
}

func (d *desk) resize(cols, rows int) {
	d.cols, d.rows = cols, rows
	d.user.Resize(cols, rows)
	d.client.resize(d.now, cols, rows)
	d.paint()
}

func (d *desk) shows() string { return d.user.Snapshot().Text() }

func (o *office) waitFor(what string, cond func() bool) {
	o.t.Helper()
	for end := o.now.Add(time.Minute); !cond(); o.run(5 * time.Millisecond) {
		if !o.now.Before(end) {
			for i, d := range o.desks {
				o.t.Logf("desk %d shows:\n%s", i, d.shows())
			}
			o.t.Fatalf("within a minute: %s", what)
		}
	}
}

func (d *desk) waitShown(text string) {
	d.t.Helper()
	d.waitFor(fmt.Sprintf("the user does not see %q", text), func() bool { return strings.Contains(d.shows(), text) })
}

func (d *desk) waitEnd() string {
	d.t.Helper()
	d.waitFor("the client does not end", func() bool { return d.client.ended(d.now) != endNone })
	var b strings.Builder
	status, err := printExit(&b, d.client.outcome(d.client.ended(d.now)), d.client.server, &d.settings)
	if err != nil {
		report(&b, programGM, err)
	}
	return fmt.Sprintf("%s(status %d)", b.String(), status)
}
