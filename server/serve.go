//go:build unix

package server

import (
	"fmt"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"gm/internal/nodump"
	"gm/server/login"
	"gm/server/pty"
	"gm/server/session"
	"gm/vt"
	"gm/wire/state"
)

// serveDetached is the second process: it serves the session. err is what went
// wrong in taking it over.
func serveDetached(version string, h handover, err error, args []string) int {
	o, wrong := parseOptions(args, os.Getenv)
	if err == nil {
		err = wrong
	}
	if err == nil {
		err = serve(version, &h, o)
	}
	if err != nil {
		h.answer(err)
		return 1
	}
	return 0
}

// serve runs the session from h to its end.
func serve(version string, h *handover, o options) error {
	users, err := disableDumps()
	if err != nil {
		return fmt.Errorf("turn core dumps off: %w", err)
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, watchedSignals()...)
	release, _, _ := strings.Cut(version, " ") // without the commit
	st := &stage{options: o, environ: os.Environ(), users: users}
	l := newLoop(h.conn, st.launch, st.witness, signals, st.logger())
	err = l.run(session.Config{
		Terminal: terminalOptions(release, o.extensions.Has(state.ExtScreen)),
		Timeouts: readTimeouts(os.LookupEnv),
	}, session.ClientConfig{
		Key:        &h.key,
		Dialect:    o.dialect(),
		Extensions: o.extensions,
	}, func() error { return h.answer(nil) })
	if o.verbose {
		fmt.Fprintln(os.Stderr, "[gm server is exiting.]")
	}
	return err
}

// disableDumps keeps this process's memory, with the session's key in it, out of
// core dumps. users is the user's own limit.
func disableDumps() (users pty.CoreLimit, err error) {
	if users, err = pty.DisableCoreDumps(); err != nil {
		return users, err
	}
	return users, nodump.Disable()
}

// terminalOptions returns the options of a session's terminal. A client that is gm
// sees lines again that have scrolled off when its window grows: as many as the
// tallest window has.
func terminalOptions(release string, full bool) vt.Options {
	o := vt.Options{Version: release, Checksums: os.Getenv("GM_CHECKSUMS") == "1", Reflow: full}
	if full {
		o.History = vt.MaxRows
	}
	return o
}

// stage is where the program of a session runs, and who is told of it.
type stage struct {
	options  options
	environ  []string
	users    pty.CoreLimit
	recorder *login.Recorder
}

// launch starts the program. A login shell's user is greeted.
func (s *stage) launch(cols, rows int) (program, []byte, error) {
	var hello []byte
	home, sessions := getenv(s.environ, "HOME"), userRegistry(s.environ)
	if len(s.options.command) == 0 {
		hello = login.Greeting(home, sessions)
	}
	command, notice := sessionCommand(s.options, s.environ)
	hello = append(hello, notice...)
	c, err := pty.Start(command, s.users, cols, rows)
	if err != nil {
		return nil, hello, err
	}
	s.recorder = login.NewRecorder(sessions, c, getenv(s.environ, "USER"))
	return &attended{c, s.recorder}, hello, nil
}

// witness is told where the client is. A program that could not be started has
// no session to tell of.
func (s *stage) witness(client netip.Addr) {
	if s.recorder != nil {
		s.recorder.SetClient(client)
	}
}

// userRegistry returns the registry in XDG_RUNTIME_DIR, XDG_CACHE_HOME or
// HOME/.cache. A path that is not absolute counts as unset (XDG Base Directory
// Specification): it would be one in the working directory. Without any of them
// nothing is kept.
func userRegistry(environ []string) login.Registry {
	for _, place := range []struct{ variable, below string }{{"XDG_RUNTIME_DIR", ""}, {"XDG_CACHE_HOME", ""}, {"HOME", ".cache"}} {
		if dir := getenv(environ, place.variable); filepath.IsAbs(dir) {
			return login.Registry{Dir: filepath.Join(dir, place.below, "gm", "sessions")}
		}
	}
	return login.Registry{}
}

func (s *stage) logger() func(format string, a ...any) {
	if !s.options.verbose {
		return func(string, ...any) {}
	}
	return func(format string, a ...any) { fmt.Fprintf(os.Stderr, format+"\n", a...) }
}

// attended is a program whose presence others were told of, until it is closed.
type attended struct {
	*pty.Program
	recorder *login.Recorder
}

func (a *attended) Close() error {
	a.recorder.Stop()
	return a.Program.Close()
}
