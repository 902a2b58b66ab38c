package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"gm/internal/fileowner"
	"gm/internal/hint"
	"gm/sshboot/payload"
	"gm/sshboot/payload/embedded"
)

// Binaries provides the server binaries for hosts.
type Binaries struct {
	// Set returns the available binaries: the embedded ones, this program itself, then
	// files beside it and in the cache. The first one for a platform takes precedence.
	Set func() (payload.Set, error)
	// Compile compiles a missing binary if there is a Go toolchain and the sources. It
	// calls say before it begins, and reports whether it succeeded.
	Compile func(ctx context.Context, p payload.Platform, say func(string)) (made payload.Payload, ok bool)
	// IsSelf reports whether a binary is this program. If possible, a server without a
	// client, which is far smaller, is compiled in its place.
	IsSelf func(payload.Payload) bool
	Cache  string // the directory for binaries, for messages
	// Refused returns why an existing file for the platform is not used, or nil if there
	// is none.
	Refused func(p payload.Platform) error
}

// LocalBinaries returns the binaries of this machine. cache is the directory for binaries.
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

func warning(what string, err error) string {
	text := fmt.Sprintf("gm: warning: a server for the host is %s: %v", what, err)
	if wrong, ok := errors.AsType[*fileowner.Error](err); ok {
		text = hint.Lines(text, wrong.Mend)
	}
	return text
}

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

// localBinary returns the binary for p: one that was compiled here, this program if it is
// for p, or a file.
func localBinary(p payload.Platform, dirs []string, cache string) (payload.Payload, bool) {
	if p == payload.Native() {
		if found, ok, _ := payload.FindFile(p, payload.Compiled(cache)); ok {
			return found, true
		}
		if self, err := payload.Self(); err == nil {
			return self, true
		}
	}
	found, ok, _ := payload.FindFile(p, dirs) // Refused returns the error if it matters
	return found, ok
}

// choose returns the best binary for a host, except for the platforms in tried. One that
// is available for a lesser platform is preferred to compiling.
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
