package roaming

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"gm/client/route"
	"gm/wire/datagram"
	"gm/wire/udp"
)

// run lets d pass.
func (w *world) run(d time.Duration) {
	w.t.Helper()
	w.runUntil(d, func() bool { return false })
}

// waitFor runs until cond holds. It ends the test if that takes longer than limit.
func (w *world) waitFor(limit time.Duration, what string, cond func() bool) {
	w.t.Helper()
	if !w.runUntil(limit, cond) {
		e, _ := w.roamer.Explain()
		w.t.Fatalf("after %v: %s; %v", limit, what, e)
	}
}

// runUntil runs until cond holds or limit has passed. It reports whether cond holds.
func (w *world) runUntil(limit time.Duration, cond func() bool) bool {
	w.t.Helper()
	for end := time.Now().Add(limit); ; {
		w.turn()
		if cond() {
			return true
		}
		now := time.Now()
		if !now.Before(end) {
			return false
		}
		wait := end.Sub(now)
		if w.host.floods {
			wait = min(wait, floodPause)
			w.print(11_000)
		}
		if at := w.deadline(now); !at.IsZero() {
			wait = min(wait, max(at.Sub(now), time.Millisecond))
		}
		w.wait(wait)
	}
}

// floodPause is the time between two pieces of a program's output without end.
const floodPause = 5 * time.Millisecond

// wait handles the next event, as the client's loop does, or returns after d.
func (w *world) wait(d time.Duration) {
	r, now := w.roamer, time.Now
	select {
	case in := <-r.Incoming():
		w.transport.Receive(now(), in.Data, in.Path, in.Congested)
		if !w.transport.PathState(in.Path).Heard.IsZero() {
			r.NoteHeard(in.Path)
		}
		r.Release(in)
	case f := <-r.Failed():
		if err := r.HandleFailure(now(), f); err != nil {
			w.refusal = err
		}
	case e := <-r.Events():
		e(now())
	case <-r.Changed():
		r.AddressesChanged(now())
	case e := <-w.piped:
		w.handlePiped(e)
	case <-time.After(d):
	}
}

// turn does all the work that is due.
func (w *world) turn() {
	w.t.Helper()
	now := time.Now()
	w.deliver(now)
	result := w.roamer.Decide(now)
	if result.Notice != route.NoNotice {
		w.notices = append(w.notices, result.Notice)
	}
	if result.Ask {
		w.asked++
		if w.away {
			w.roamer.RefuseLogin(now)
		} else {
			w.roamer.LogIn(now, false)
		}
	}
	if err := w.transport.Tick(now, func(path datagram.Path, data []byte) {
		w.roamer.Sent(now, path, w.roamer.Send(now, path, data))
	}); err != nil {
		w.t.Fatal(err)
	}
	for busy := true; busy; busy = w.program(now) {
		w.server.Tick(now)
	}
}

// program does the work of the host's program. It reports whether there was any.
func (w *world) program(now time.Time) (any bool) {
	h := &w.host
	if n := h.wrote; n > 0 {
		h.wrote, any = 0, true
		w.server.Wrote(now, n, now)
	}
	for len(h.output) > 0 {
		step := h.output[:min(len(h.output), 1<<10)]
		w.server.Output(now, step)
		h.output, any = h.output[len(step):], true
	}
	return any
}

// deliver passes on what has arrived.
func (w *world) deliver(now time.Time) {
	for _, r := range w.allRoads() {
		for port, data, ok := r.receive(r.up); ok; port, data, ok = r.receive(r.up) {
			if r.stream != nil {
				w.server.Receive(now, data, r.stream.path, false)
			} else {
				from := netip.AddrPortFrom(w.source(netip.AddrPortFrom(r.host, 1)), port)
				w.server.Receive(now, data, datagram.Path{Local: r.host, Remote: from}, false)
			}
		}
		for port, data, ok := r.receive(r.down); ok; port, data, ok = r.receive(r.down) {
			w.arrive(r, port, data)
		}
	}
}

// arrive passes a datagram to the client.
func (w *world) arrive(r *road, port uint16, data []byte) {
	if r.stream != nil {
		frame := append([]byte{byte(len(data) >> 8), byte(len(data))}, data...)
		select {
		case r.stream.outgoing <- frame:
		default:
			w.t.Error("a pipe is not read")
		}
		return
	}
	if s := w.sockets[port]; s != nil {
		s.incoming <- udp.Packet{Data: data, Path: datagram.Path{Remote: netip.AddrPortFrom(r.host, serverPort)}}
	}
}

// sendToClient sends a datagram of the host. One to an address that the client does not
// have any more is lost.
func (w *world) sendToClient(data []byte, path datagram.Path) {
	if path.IsPipe() {
		for _, s := range w.pipes {
			if s.path == path {
				s.road.send(s.road.down, 0, data)
			}
		}
		return
	}
	if to := path.Remote.Addr(); to.IsValid() && (to == w.at4 || to == w.at6) {
		r := w.roads[path.Local]
		r.send(r.down, path.Remote.Port(), data)
	}
}

// forget drops a pipe that has ended.
func (w *world) forget(s *stream) {
	w.pipes = slices.DeleteFunc(w.pipes, func(p *stream) bool { return p == s })
	w.server.DropPath(time.Now(), s.path)
}

// typeKeys has the client read keys.
func (w *world) typeKeys(keys string) {
	now := time.Now()
	w.want.WriteString(keys)
	w.transport.SetLocal(now, w.transport.Local().WithKeys([]byte(keys)))
	w.transport.Expedite(now, 0)
	w.transport.Wake(now)
	w.roamer.Typed(now)
}

// typeFor types a key every 300 ms.
func (w *world) typeFor(d time.Duration) {
	w.t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); w.run(300 * time.Millisecond) {
		w.typeKeys(string(rune('a' + w.want.Len()%26)))
	}
}

// shows reports whether the client's screen contains text.
func (w *world) shows(text string) bool {
	remote, _ := w.transport.Remote()
	return strings.Contains(remote.Screen.Text(), text)
}

// echoed reports whether the client shows the effect of all that was typed.
func (w *world) echoed() bool { return w.shows(fmt.Sprintf("%d typed", w.want.Len())) }

// expectAll waits until all keys have arrived, once and in order, and are shown.
func (w *world) expectAll() {
	w.t.Helper()
	w.waitFor(5*time.Second, "the keys are not shown", w.echoed)
	if w.host.typed.String() != w.want.String() {
		w.t.Fatalf("%d bytes were typed, %d have arrived, or in another order", w.want.Len(), w.host.typed.Len())
	}
}

// expectPath waits until the session is on a path of a kind, and its keys are shown.
func (w *world) expectPath(limit time.Duration, kind route.Kind) {
	w.t.Helper()
	w.waitFor(limit, fmt.Sprintf("not on %v", kind), func() bool {
		e, _ := w.roamer.Explain()
		return e.Kind == kind
	})
}

// expectNotices checks the messages for the user so far.
func (w *world) expectNotices(want ...route.Notice) {
	w.t.Helper()
	if !slices.Equal(w.notices, want) {
		w.t.Errorf("notices %v, want %v", w.notices, want)
	}
}

// block drops UDP, or passes it again.
func (w *world) block(down bool) {
	w.roads[host4].setDown(down)
	w.roads[host6].setDown(down)
}

// move changes this machine's addresses, which no connection outlives.
func (w *world) move(at4, at6 netip.Addr) {
	w.at4, w.at6 = at4, at6
	for _, s := range w.pipes {
		s.road.stalled = true
	}
	if !w.unwatch {
		w.changed <- struct{}{}
	}
}

// cutSSH ends all SSH connections.
func (w *world) cutSSH() {
	for _, s := range w.pipes {
		s.conn.Close()
	}
}
