package roaming

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"

	"gm/client/paths"
	"gm/client/route"
	"gm/wire/datagram"
	"gm/wire/udp"
)

// find makes the known addresses of the host candidates, and looks up others in the
// background. A lookup that is running may be one on another network: it is cancelled, and
// another one follows it.
func (r *Roamer) find(now time.Time) {
	if r.finding {
		r.findAgain = true
		r.cancelFind()
		return
	}
	r.finding = true
	r.cfg.Finder.Learn(r.announced, r.cfg.Transport.PathState(r.preferred).Observed.Addr())
	r.chooser.SetCandidates(now, r.pathsTo(r.cfg.Finder.Known()))
	ctx, cancel := context.WithCancel(r.ctx)
	r.cancelFind = cancel
	r.cfg.Start(func() {
		defer cancel()
		found := r.cfg.Finder.Find(ctx)
		r.post(func(now time.Time) { r.found(now, found) })
	})
}

func (r *Roamer) found(now time.Time, addrs []netip.Addr) {
	r.finding = false
	r.chooser.SetCandidates(now, r.pathsTo(addrs))
	if r.findAgain {
		r.findAgain = false
		r.find(now)
	}
}

func (r *Roamer) pathsTo(addrs []netip.Addr) []datagram.Path {
	if r.cfg.Mode == route.SSH {
		return nil
	}
	to := make([]datagram.Path, len(addrs))
	for i, addr := range addrs {
		to[i] = datagram.Path{Remote: netip.AddrPortFrom(addr, r.cfg.Server.Port())}
	}
	return to
}

// comparePause is the least time between two comparisons of sources where this machine's
// addresses are not watched.
const comparePause = 3 * time.Second

// AddressesChanged handles a value of Changed.
func (r *Roamer) AddressesChanged(now time.Time) {
	if r.chooser != nil {
		r.compareSources(now, true)
	}
}

func (r *Roamer) noteSource(path datagram.Path) {
	r.sources[path] = r.system.network.LocalTo(path.Remote)
}

// compareSources reports new source addresses of datagrams to the chooser and the transport.
// Unless the system has reported a change, it does so only on systems without such reports,
// every comparePause.
func (r *Roamer) compareSources(now time.Time, reported bool) {
	if !reported && (r.Changed() != nil || now.Sub(r.looked) < comparePause) {
		return
	}
	r.looked = now
	changed := false
	compared := slices.DeleteFunc(r.OpenPaths(), datagram.Path.IsPipe)
	if len(compared) == 0 && r.cfg.Server.IsValid() { // SSH alone
		compared = append(compared, datagram.Path{Remote: r.cfg.Server})
	}
	for _, path := range compared {
		before, known := r.sources[path]
		r.noteSource(path)
		source := r.sources[path]
		if !known || source == before {
			continue
		}
		changed = true
		if source.IsValid() { // else the family has no route any more
			r.cfg.Transport.PathChanged(now, path)
		}
	}
	if changed {
		r.cfg.Transport.Rotate()
		r.chooser.AddressesChanged(now)
	}
}

// sleepSign is the least time by which the wall clock gets ahead of the monotonic clock, which
// stops during sleep.
const sleepSign = 2 * time.Second

func (r *Roamer) noteClock(now time.Time) {
	asleep := now.Round(0).Sub(r.clock.Round(0)) - now.Sub(r.clock)
	r.clock = now
	if asleep > sleepSign {
		r.chooser.Woke(now)
	}
}

// Typed records input of the user.
func (r *Roamer) Typed(now time.Time) {
	if r.chooser != nil {
		r.chooser.Typed(now)
	}
}

// Sent records the error with which a datagram was sent, or nil. It reports whether the
// path is the one in use.
func (r *Roamer) Sent(now time.Time, path datagram.Path, err error) (inUse bool) {
	if err != nil && r.chooser != nil && !path.IsPipe() && !errors.Is(err, udp.ErrTooLong) {
		r.chooser.Unreachable(now, path)
	}
	return path == r.preferred
}

// HandleFailure handles a failure of a path. It returns an error if there is no other path on
// which the server could answer.
func (r *Roamer) HandleFailure(now time.Time, f paths.Failure) error {
	switch {
	case r.chooser == nil:
		return f.Err
	case f.Path.IsPipe() && f.Path == r.pipe:
		r.closeLogin(now)
		r.chooser.PipeClosed(now, f.Path)
	case !f.Path.IsPipe():
		r.chooser.Unreachable(now, f.Path)
		r.refused[f.Path] = true
		return r.allRefused(f.Err)
	}
	return nil
}

// allRefused returns err if all paths have refused a datagram and no login can open another.
func (r *Roamer) allRefused(err error) error {
	if r.pipe.IsPipe() || r.finding || r.cfg.Dial != nil && r.cfg.Mode != route.UDP {
		return nil
	}
	for _, path := range r.OpenPaths() {
		if !r.refused[path] {
			return nil
		}
	}
	return err
}
