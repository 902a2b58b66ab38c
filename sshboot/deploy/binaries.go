package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"gm/internal/fileowner"
	"gm/sshboot/payload"
	"gm/sshboot/payload/embedded"
)

// Binaries is where the programs for hosts come from.
type Binaries struct {
	// Set gives those at hand: embedded, this program itself, files beside it
	// and in the cache, of which the first for a platform counts.
	Set func() (payload.Set, error)
	// Compile makes one that is not at hand, if a Go toolchain and the sources
	// are. It says so before it begins. ok is false if it can not.
	Compile func(ctx context.Context, p payload.Platform, say func(string)) (made payload.Payload, ok bool)
	// IsSelf reports whether a program is this one: a server alone, which is far
	// smaller, is compiled in its place if that is possible.
	IsSelf func(payload.Payload) bool
	Cache  string // the directory for files, for messages
	// Refused returns why a file for the platform is there and not used, nil if
	// there is none.
	Refused func(p payload.Platform) error
}

// LocalBinaries is this machine's, with cache as the directory for files.
func LocalBinaries(cache string) Binaries {
	return Binaries{
		Set: sync.OnceValues(func() (payload.Set, error) { return collect(cache) }),
		Compile: func(ctx context.Context, p payload.Platform, say func(string)) (payload.Payload, bool) {
			c, ok := payload.NewCompiler(cache)
			if !ok {
				return payload.Payload{}, false
			}
			say("gm: compiling the server for " + p.String() + ", which can take a minute")
			made, err := c.Compile(ctx, p)
			if err != nil {
				say(warning("not compiled", err))
			}
			return made, err == nil
		},
		IsSelf: func(p payload.Payload) bool {
			self, err := payload.Self()
			return err == nil && self.Hash == p.Hash
		},
		Cache: cache,
		Refused: func(p payload.Platform) error {
			_, _, err := payload.FindFile(p, payload.Directories(cache))
			return err
		},
	}
}

// warning returns the text about a server that is not used, with what mends that.
func warning(what string, err error) string {
	text := fmt.Sprintf("gm: warning: a server for the host is %s: %v", what, err)
	if wrong, ok := errors.AsType[*fileowner.Error](err); ok {
		text += "\nhint: " + wrong.Mend
	}
	return text
}

// collect reads what there is.
func collect(cache string) (payload.Set, error) {
	set, err := embedded.Servers()
	if err != nil {
		return nil, err
	}
	missing := slices.DeleteFunc(payload.Platforms(), func(p payload.Platform) bool {
		_, ok := set.On(p)
		return ok
	})
	if len(missing) == 0 {
		return set, nil
	}
	dirs := payload.Directories(cache)
	for _, p := range missing {
		if program, ok := localBinary(p, dirs, cache); ok {
			set = append(set, program)
		}
	}
	return set, nil
}

// localBinary returns the program for p: this one itself, if it is, or a file's. A server
// that this one has compiled goes first.
func localBinary(p payload.Platform, dirs []string, cache string) (payload.Payload, bool) {
	if p == payload.Native() {
		if found, ok, _ := payload.FindFile(p, payload.Compiled(cache)); ok {
			return found, true
		}
		if self, err := payload.Self(); err == nil {
			return self, true
		}
	}
	found, ok, _ := payload.FindFile(p, dirs) // library.refused tells why not, if it matters
	return found, ok
}

// choose returns the best program for a host but for those that were tried: at hand,
// or compiled. Without one for the best platform, a lesser one at hand does.
func (l Binaries) choose(ctx context.Context, h payload.Host, tried []payload.Platform, say func(string)) (payload.Payload, bool, error) {
	set, err := l.Set()
	if err != nil {
		return payload.Payload{}, false, err
	}
	candidates := slices.DeleteFunc(h.Candidates(), func(p payload.Platform) bool { return slices.Contains(tried, p) })
	for _, platform := range candidates {
		p, ok := set.On(platform)
		if ok && l.IsSelf(p) {
			if made, compiled := l.Compile(ctx, platform, say); compiled {
				p = made
			}
		}
		if ok {
			return p, true, nil
		}
	}
	for _, platform := range candidates {
		if err := l.Refused(platform); err != nil {
			say(warning("not used", err))
		}
		if p, ok := l.Compile(ctx, platform, say); ok {
			return p, true, nil
		}
	}
	return payload.Payload{}, false, nil
}
