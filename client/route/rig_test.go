package route

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"gm/internal/deadline"
	"gm/wire/datagram"
)

var epoch = time.Unix(1_000_000_000, 0)

var (
	v4               = udpPath("192.0.2.1:60001")
	v6               = udpPath("[2001:db8::1]:60001")
	also             = udpPath("198.51.100.1:60001")
	pipe, secondPipe = datagram.Path{LocalPort: 1}, datagram.Path{LocalPort: 2} // pipes by SetPipe alone
)

func udpPath(addr string) datagram.Path { return datagram.Path{Remote: netip.MustParseAddrPort(addr)} }

// road is the network of one path.
type road struct {
	delay   time.Duration // each way
	loss    float64       // each way
	down    bool
	longest int // the longest datagram that passes; 0 is any
	noRoute bool
}

// rig is a Chooser with a model of a client's transport and of a server, on several
// paths in virtual time. What is sent on a path is answered on it, and heartbeats come on
// the paths on which the server heard the client last.
type rig struct {
	*Chooser
	t      *testing.T
	now    time.Time
	random *rand.Rand
	roads  map[datagram.Path]*road
	states map[datagram.Path]*State
	open   map[datagram.Path]bool
	events []event

	beat     time.Duration // of both ends
	beatAt   time.Time     // the next heartbeat
	serverOn []datagram.Path

	route    Decision // the preferred path and copies in use
	log      []string // decisions, with their times
	switches int
	probes   int
	calls    int // of Decide
	arrived  int // fragments that have arrived at the server
	onLogin  func()
	sshDown  bool
}

type event struct {
	at time.Time
	do func()
}

func newRig(t *testing.T, mode Mode, candidates ...datagram.Path) *rig {
	r := &rig{
		Chooser: New(epoch, Config{Mode: mode, Candidates: candidates}),
		t:       t, now: epoch, random: rand.New(rand.NewPCG(1, 1)),
		roads: map[datagram.Path]*road{}, states: map[datagram.Path]*State{}, open: map[datagram.Path]bool{},
		beat: 3 * time.Second, beatAt: epoch.Add(3 * time.Second),
	}
	for _, p := range append(candidates, pipe, secondPipe) {
		r.roads[p] = &road{delay: 20 * time.Millisecond}
	}
	return r
}

// withPipe adds the pipe of the first login.
func (r *rig) withPipe() *rig {
	r.SetPipe(r.now, pipe)
	return r
}

func (r *rig) state(p datagram.Path) State {
	s := cmp.Or(r.states[p], &State{})
	if !s.Measured {
		s.SRTT, s.Variation = time.Second, 500*time.Millisecond
	}
	s.RTO = min(max(s.SRTT+4*s.Variation, 50*time.Millisecond), time.Second)
	return *s
}

func (r *rig) logf(format string, args ...any) {
	r.log = append(r.log, fmt.Sprintf("%v %s", r.now.Sub(epoch), fmt.Sprintf(format, args...)))
}

// has reports whether a decision with that text was made.
func (r *rig) has(text string) bool { return r.count(text) > 0 }

func (r *rig) count(text string) (n int) {
	for _, line := range r.log {
		if strings.Contains(line, text) {
			n++
		}
	}
	return n
}

// decide carries out the decisions that are due.
func (r *rig) decide() {
	r.calls++
	d := r.Decide(r.now, r.state)
	for _, p := range d.Open {
		if r.open[p] {
			r.t.Errorf("%v is opened twice", p)
		}
		r.open[p] = true
		r.logf("open %v", p)
	}
	for _, p := range d.Close {
		if !r.open[p] {
			r.t.Errorf("%v is closed twice", p)
		}
		r.open[p] = false
		r.logf("close %v", p)
	}
	if d.Rerouted {
		r.reroute(d)
	}
	for _, p := range d.Probes {
		r.probe(p)
	}
	r.note(d)
}

func (r *rig) reroute(d Decision) {
	if d.Preferred != r.route.Preferred {
		r.switches++
		r.logf("prefer %v", name(d.Preferred))
	}
	r.route = Decision{Preferred: d.Preferred, Copies: slices.Clone(d.Copies)}
	r.logf("copies %v", len(d.Copies))
	r.fragment()
}

func (r *rig) note(d Decision) {
	if d.CloseSSH {
		r.logf("close ssh")
	}
	if d.Login != NoLogin {
		r.logf("login %d", d.Login)
		if r.onLogin != nil {
			r.onLogin()
		}
	}
	if d.Resolve {
		r.logf("resolve")
	}
	if d.Notice != NoNotice {
		r.logf("notice %d", d.Notice)
	}
}

func name(p datagram.Path) string {
	switch p {
	case pipe:
		return "ssh"
	case v4:
		return "v4"
	case v6:
		return "v6"
	}
	return p.String()
}

func (r *rig) at(at time.Time, do func()) { r.events = append(r.events, event{at, do}) }

// pass calls arrive when a datagram arrives that is sent now, if it does.
func (r *rig) pass(p datagram.Path, size int, arrive func()) {
	road := r.roads[p]
	if road.noRoute {
		r.at(r.now, func() { r.Unreachable(r.now, p) })
		return
	}
	lost := r.random.Float64() < road.loss && p.Remote.IsValid()
	if road.down || lost || road.longest > 0 && size > road.longest {
		return
	}
	r.at(r.now.Add(road.delay), arrive)
}

func (r *rig) probe(p Probe) {
	r.probes++
	if p.Path.Remote.IsValid() && !r.open[p.Path] {
		r.t.Errorf("a probe on %v, which is closed", p.Path)
	}
	if r.states[p.Path] == nil {
		r.states[p.Path] = &State{}
	}
	r.states[p.Path].Probes++
	sent := r.now
	r.pass(p.Path, p.Size, func() {
		r.pass(p.Path, p.Size, func() {
			r.states[p.Path].Replies++
			r.answer(p.Path, sent, p.Size)
		})
	})
}

// answer records that a datagram has arrived that answers one sent at the time sent.
func (r *rig) answer(p datagram.Path, sent time.Time, size int) {
	s := r.states[p]
	if s == nil {
		s = &State{}
		r.states[p] = s
	}
	rtt := r.now.Sub(sent)
	if !s.Measured {
		s.SRTT, s.Variation, s.Measured = rtt, rtt/2, true
	}
	s.Variation = (3*s.Variation + (s.SRTT - rtt).Abs()) / 4
	s.SRTT = (7*s.SRTT + rtt) / 8
	s.Heard, s.Answered, s.Largest = r.now, r.now, max(s.Largest, size)
}

// fragment sends a fragment on the route, which the server acknowledges.
func (r *rig) fragment() {
	if r.route.Preferred == (datagram.Path{}) {
		return
	}
	copies := len(r.route.Copies) > 0
	for _, p := range append([]datagram.Path{r.route.Preferred}, r.route.Copies...) {
		sent := r.now
		r.pass(p, 100, func() {
			r.arrived++
			switch {
			case !copies:
				r.serverOn = []datagram.Path{p}
			case !slices.Contains(r.serverOn, p):
				r.serverOn = append(r.serverOn, p)
			}
			for _, back := range r.serverOn {
				r.pass(back, 100, func() {
					if back == p {
						r.answer(back, sent, 0)
					} else if s := r.states[back]; s != nil {
						s.Heard = r.now
					}
				})
			}
		})
	}
}

// lossy sets the loss of a path, as the transport has measured it after 5 s.
func (r *rig) lossy(p datagram.Path, loss float64) {
	r.roads[p].loss, r.states[p].Loss = loss, 1-(1-loss)*(1-loss)
}

func (r *rig) typeKey() {
	r.Typed(r.now)
	r.fragment()
	r.decide()
}

// run lets d pass.
func (r *rig) run(d time.Duration) {
	r.t.Helper()
	end := r.now.Add(d)
	for r.decide(); r.now.Before(end); {
		r.step(end)
	}
}

// runTyping lets d pass with a key each second.
func (r *rig) runTyping(d time.Duration) {
	r.t.Helper()
	for end := r.now.Add(d); r.now.Before(end); {
		r.typeKey()
		r.run(min(time.Second, end.Sub(r.now)))
	}
}

// runUntil lets time pass until cond holds, at most limit.
func (r *rig) runUntil(limit time.Duration, what string, cond func() bool) {
	r.t.Helper()
	end := r.now.Add(limit)
	for r.decide(); !cond(); r.step(end) {
		if !r.now.Before(end) {
			r.t.Fatalf("not within %v: %s\n%s", limit, what, strings.Join(r.log, "\n"))
		}
	}
}

// step goes on to the next time at which something happens, at most to end.
func (r *rig) step(end time.Time) {
	next := deadline.Earliest(end, r.beatAt, r.Deadline())
	for _, e := range r.events {
		next = deadline.Earliest(next, e.at)
	}
	r.now = deadline.Latest(r.now, next)
	if !r.now.Before(r.beatAt) {
		r.beatAt = r.now.Add(r.beat)
		r.fragment()
	}
	for i := 0; i < len(r.events); {
		if e := r.events[i]; !e.at.After(r.now) {
			r.events = slices.Delete(r.events, i, i+1)
			e.do()
			continue
		}
		i++
	}
	r.decide()
	if at := r.Deadline(); !at.IsZero() && !at.After(r.now) {
		r.t.Fatalf("Decide has not met its deadline of %v", at.Sub(epoch))
	}
}

func (r *rig) wantPreferred(want datagram.Path) {
	r.t.Helper()
	if got := r.route.Preferred; got != want {
		r.t.Fatalf("at %v %s is preferred, want %s\n%s", r.now.Sub(epoch), name(got), name(want), strings.Join(r.log, "\n"))
	}
}
