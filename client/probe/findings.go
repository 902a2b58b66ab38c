package probe

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"gm/wire/datagram"
)

// Cause is the reason why UDP works or does not, as a word.
type Cause string

const (
	OK             Cause = "ok"
	Loss           Cause = "loss"            // many datagrams are lost
	LargeLost      Cause = "large-lost"      // long datagrams are lost, short ones arrive
	BindingShort   Cause = "binding-short"   // a NAT or firewall forgets a silent session before it sends again
	HostDrops      Cause = "host-drops"      // the host's firewall drops
	HostRejects    Cause = "host-rejects"    // the host's firewall answers with ICMP errors
	HostRefuses    Cause = "host-refuses"    // the host's system does not send replies
	BetweenDrops   Cause = "between-drops"   // datagrams do not reach the host
	BetweenRejects Cause = "between-rejects" // another device answers with ICMP errors
	Dropped        Cause = "dropped"         // at the host or before it: that cannot be known
	Rejected       Cause = "rejected"        // by the host or before it: that cannot be known
	ReturnDrops    Cause = "return-drops"    // replies of the host do not reach this machine
	ClientDrops    Cause = "client-drops"    // this machine's firewall drops replies
	ClientRefuses  Cause = "client-refuses"  // this machine's firewall sends nothing
	NoRoute        Cause = "no-route"        // this machine has no route
	NoAddress      Cause = "no-address"      // the host has no address of the family that is known here
)

// Finding is one result of the classification.
type Finding struct {
	Cause   Cause
	Family  int        // 4 or 6
	Addr    netip.Addr // of the host; zero with NoAddress
	Text    string     // a sentence for the user, without its period
	Command string     // that opens the ports, to be run on the host; empty if there is none
	Hint    string     // what else to do; may be empty
	Works   bool       // sessions use UDP on this path nevertheless
	// Harmless is set if sessions are not affected at all.
	Harmless bool
}

const (
	// idleInterval is how often an idle session sends a datagram, which keeps its binding.
	idleInterval = 15 * time.Second

	// muchLoss is the share of lost datagrams from which on it is reported. A single one of
	// smallCount is chance.
	muchLoss = 0.08

	// leastSized is the number of datagrams of a size that must have been sent to call it
	// lost.
	leastSized = 3
)

// Findings classifies the measurements: those that keep sessions from using UDP first. There
// is at least one for each address, and for each family.
func (r *Report) Findings() (out []Finding) {
	var families [2]bool
	for i := range r.Paths {
		p := &r.Paths[i]
		families[familyIndex(p.Addr)] = true
		found := r.findings(p)
		if len(found) == 0 {
			text := fmt.Sprintf("UDP to %v works in both directions, round trip %s", p.Addr, milliseconds(p.RTTMedian))
			found = []Finding{{Cause: OK, Text: text, Works: true}}
		}
		for _, f := range found {
			f.Addr, f.Family = p.Addr, familyOf(p.Addr)
			out = append(out, f)
		}
	}
	for i, tested := range families {
		if !tested {
			out = append(out, Finding{Cause: NoAddress, Family: [2]int{4, 6}[i], Text: fmt.Sprintf("no IPv%d address of the host is known here", [2]int{4, 6}[i])})
		}
	}
	return bySeverity(out)
}

// bySeverity returns the findings with the worst first.
func bySeverity(findings []Finding) (out []Finding) {
	for severity := range leastSeverity + 1 {
		for i := range findings {
			if findings[i].severity() == severity {
				out = append(out, findings[i])
			}
		}
	}
	return out
}

// leastSeverity is that of a path that works.
const leastSeverity = 2

// severity returns 0 for a finding that keeps sessions from using UDP, and more for others.
func (f *Finding) severity() int {
	switch {
	case f.Cause == OK:
		return leastSeverity
	case f.Works, f.Cause == NoRoute, f.Cause == NoAddress:
		return 1
	}
	return 0
}

func familyOf(a netip.Addr) int {
	if a.Is4() {
		return 4
	}
	return 6
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}

// findings classifies the measurements of one path. There are none if all is well.
func (r *Report) findings(p *Path) []Finding {
	switch {
	case p.SendError != nil && p.Up.Sent == 0:
		return []Finding{sendFinding(p)}
	case p.Up.Arrived == 0 && p.Down.Arrived == 0:
		return []Finding{r.upFinding(p)}
	case p.Down.Arrived == 0:
		return []Finding{r.downFinding(p)}
	}
	return r.imperfections(p)
}

func sendFinding(p *Path) Finding {
	switch {
	case p.SendError == errOtherFamily:
		return Finding{Cause: NoAddress, Text: fmt.Sprintf("sessions on the host do not listen on %v, nor on any address of IPv%d", p.Addr, familyOf(p.Addr))}
	case isForbidden(p.SendError):
		return Finding{
			Cause: ClientRefuses, Text: fmt.Sprintf("this machine's own firewall does not send UDP to %v", p.Addr),
			Hint: "allow outgoing UDP on this machine",
		}
	}
	return Finding{
		Cause: NoRoute, Text: fmt.Sprintf("this machine cannot send to %v: %v", p.Addr, reason(p.SendError)),
	}
}

// reason returns the system's reason in err.
func reason(err error) error {
	if e, ok := errors.AsType[syscall.Errno](err); ok {
		return e
	}
	return err
}

// upFinding is for a path on which nothing arrives at the host.
func (r *Report) upFinding(p *Path) Finding {
	refusal, refused := p.refusal()
	switch {
	case refused && p.host.drops():
		return r.atHost(HostRejects, p, "answers with ICMP errors")
	case refused && refusal.From.IsValid() && refusal.From != p.Addr:
		return between(BetweenRejects, fmt.Sprintf("%v, on the way to the host, rejects UDP to %v (%s)", refusal.From, p.Addr, refusal.Kind))
	case refused && !r.isHosts(p.Addr):
		return between(BetweenRejects, fmt.Sprintf("%v is the address of a device in front of the host, which rejects UDP (%s)", p.Addr, refusal.Kind))
	case refused && refusal.From == p.Addr:
		return r.atHost(HostRejects, p, "answers with ICMP errors")
	case refused:
		return r.somewhere(Rejected, p, "is answered with ICMP errors ("+string(refusal.Kind)+")")
	case p.host.drops(), r.loopDrops(p.Addr):
		return r.atHost(HostDrops, p, "drops it")
	case p.host.passes():
		return r.inNetwork(p)
	case r.Host.Firewall.Read && r.Host.Firewall.Drops:
		return r.atHost(HostDrops, p, "drops it")
	case r.Host.Firewall.Read:
		return r.inNetwork(p)
	}
	return r.somewhere(Dropped, p, "is dropped")
}

// refusal returns the ICMP error that came most often.
func (p *Path) refusal() (most Refusal, ok bool) {
	for _, r := range p.Refusals {
		if r.Count > most.Count {
			most = r
		}
	}
	return most, most.Count > 0
}

// isHosts reports whether an interface of the host has the address.
func (r *Report) isHosts(a netip.Addr) bool { return slices.Contains(r.Host.Addresses, a) }

// loopDrops reports whether the host's own datagrams to its address do not arrive.
func (r *Report) loopDrops(a netip.Addr) bool {
	for _, l := range r.Host.loops {
		if l.Addr == a && !l.Arrived {
			return true
		}
	}
	return false
}

// atHost is for a path whose datagrams end at the host, whose firewall does something to them.
func (r *Report) atHost(c Cause, p *Path, does string) Finding {
	text := fmt.Sprintf("UDP to %v reaches the host, where a firewall %s", p.Addr, does)
	if name := r.Host.Firewall.Name; name != "" {
		text = fmt.Sprintf("UDP to %v reaches the host, whose firewall (%s) %s", p.Addr, name, does)
	}
	return Finding{Cause: c, Text: text, Command: r.Host.Firewall.Command, Hint: r.openHint()}
}

// openHint returns how the host's firewall is opened.
func (r *Report) openHint() string {
	if r.Host.Firewall.Command != "" {
		return "this opens the ports there" + r.Host.Firewall.lifetime() + ", as root"
	}
	return fmt.Sprintf("allow UDP to %s there", r.Host.ports())
}

func between(c Cause, text string) Finding {
	return Finding{Cause: c, Text: text, Hint: "that device has to allow UDP; sessions go through SSH until then"}
}

func (r *Report) inNetwork(p *Path) Finding {
	f := Finding{Cause: BetweenDrops, Text: fmt.Sprintf("UDP to %v is dropped on the way: it does not reach the host", p.Addr) + p.otherWay()}
	switch {
	case !r.isHosts(p.Addr):
		f.Hint = fmt.Sprintf("%v is the address of a device in front of the host: it has to pass UDP to %s on to the host", p.Addr, r.Host.ports())
	case r.Host.Provider != "":
		f.Hint = fmt.Sprintf("the host is a machine of %s, whose own firewall has to allow UDP to %s", r.Host.Provider, r.Host.ports())
	default:
		f.Hint = fmt.Sprintf("a firewall between here and the host has to allow UDP to %s", r.Host.ports())
	}
	if r.Host.Provider != "" && !r.isHosts(p.Addr) {
		f.Hint = fmt.Sprintf("the host is a machine of %s, whose own firewall has to allow UDP to %s", r.Host.Provider, r.Host.ports())
	}
	return f
}

// otherWay returns the end of a sentence about a path on which nothing arrives at the host.
func (p *Path) otherWay() string {
	if p.Unasked.Arrived == 0 {
		return ""
	}
	return ", though the host's datagrams arrive here"
}

// somewhere is for a path of which it cannot be known where its datagrams end.
func (r *Report) somewhere(c Cause, p *Path, what string) Finding {
	f := Finding{
		Cause: c, Text: fmt.Sprintf("UDP to %v %s, by the host's firewall or by one before it: that cannot be seen from here", p.Addr, what),
		Command: r.Host.Firewall.Command,
	}
	if f.Hint = r.openHint(); f.Command != "" {
		f.Hint = "if it is that of the host, " + r.Host.Firewall.Name + ", this command opens the ports" + r.Host.Firewall.lifetime()
	}
	return f
}

// downFinding is for a path on which datagrams arrive at the host, and its replies do not
// arrive here.
func (r *Report) downFinding(p *Path) Finding {
	switch {
	case p.refusedThere > 0:
		return Finding{
			Cause: HostRefuses, Text: fmt.Sprintf("UDP to %v arrives, but the host's system does not send the replies", p.Addr),
			Hint: fmt.Sprintf("allow outgoing UDP from %s there", r.Host.ports()),
		}
	case p.here.drops():
		return Finding{
			Cause: ClientDrops, Text: fmt.Sprintf("UDP to %v arrives, and this machine's own firewall drops the replies", p.Addr),
			Hint: fmt.Sprintf("allow replies to UDP on this machine, from %s", r.Host.ports()),
		}
	case p.here.passes():
		return between(ReturnDrops, fmt.Sprintf("UDP to %v arrives, but the host's replies are dropped on the way to this machine", p.Addr))
	}
	return between(ReturnDrops, fmt.Sprintf("UDP to %v arrives, but the host's replies are dropped, on the way or by this machine's firewall", p.Addr))
}

// imperfections returns what is wrong with a path that works.
func (r *Report) imperfections(p *Path) (out []Finding) {
	if largest, smallest, ok := p.lostSizes(); ok {
		out = append(out, sizeFinding(p, largest, smallest))
	}
	if b := p.Binding; b.Lost > 0 && b.Lost <= idleInterval {
		out = append(out, bindingFinding(p))
	}
	if up, down := p.Up.Loss(), p.Down.Loss(); max(up, down) > muchLoss {
		out = append(out, Finding{
			Cause: Loss, Works: true,
			Text: fmt.Sprintf("of short datagrams to %v, %.0f%% are lost on the way there and %.0f%% on the way back", p.Addr, 100*up, 100*down),
		})
	}
	return out
}

// lostSizes returns the largest size that arrives in both directions, and the smallest that
// does not. ok reports whether there is one of each.
func (p *Path) lostSizes() (arrives, lost int, ok bool) {
	arrives = smallSize
	for _, s := range p.Sizes {
		switch {
		case s.Up.Sent < leastSized:
		case s.Down.Arrived > 0:
			arrives = max(arrives, s.Bytes)
		case lost == 0 || s.Bytes < lost:
			lost = s.Bytes
		}
	}
	return arrives, lost, lost > arrives
}

func sizeFinding(p *Path, arrives, lost int) Finding {
	way := "on the way there"
	for _, s := range p.Sizes {
		if s.Bytes == lost && s.Up.Arrived > 0 {
			way = "on the way back"
		}
	}
	f := Finding{
		Cause: LargeLost, Works: true,
		Text: fmt.Sprintf("datagrams of %d bytes to %v are lost %s, those of %d bytes arrive", lost, p.Addr, way, arrives),
		Hint: "sessions send shorter ones once they have noticed: a tunnel or VPN has a small MTU, or a firewall drops fragments",
	}
	if lost > datagram.MTU(p.Addr) {
		f.Harmless = true
		f.Hint = fmt.Sprintf("sessions are not affected: they send at most %d bytes", datagram.MTU(p.Addr))
	}
	return f
}

func bindingFinding(p *Path) Finding {
	by := "a firewall on the way to"
	if p.Translated() {
		by = "a NAT on the way to"
	}
	return Finding{
		Cause: BindingShort, Works: true,
		Text: fmt.Sprintf("%s %v forgets a silent session within %v", by, p.Addr, p.Binding.Lost),
		Hint: fmt.Sprintf("output of an idle session may wait until the session sends again, up to %v later", idleInterval),
	}
}
