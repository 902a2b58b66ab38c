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

// serveDetached is the second process. err is the error of the handover, if any.
func serveDetached(version string, h handover, err error, args []string) int {
	o, wrong := parseOptions(args, os.Getenv)
	if err == nil {
		err = wrong
	}
	if err == nil {
		err = serve(version, &h, o)
	}
	if err != nil {
		h.reply(err)
		return 1
	}
	return 0
}

func serve(version string, h *handover, o options) error {
	users, err := disableDumps()
	if err != nil {
		return fmt.Errorf("turn core dumps off: %w", err)
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, watchedSignals()...)
	release, _, _ := strings.Cut(version, " ") // without the commit
	env := &sessionEnv{options: o, environ: os.Environ(), users: users}
	l := newLoop(loopConfig{
		socket: h.conn, bind: o.bind, launch: env.launch, changed: env.clientChanged,
		signals: signals, logger: env.logger(),
	})
	err = l.run(session.Config{
		Terminal: terminalOptions(release, o.extensions.Has(state.ExtScreen)),
		Timeouts: readTimeouts(os.LookupEnv),
	}, session.ClientConfig{
		Key:        &h.key,
		Dialect:    dialectFor(o.extensions),
		Extensions: o.extensions,
	}, func() error { return h.reply(nil) })
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

// terminalOptions returns the options of a session's terminal. With full, for a client
// that is gm, lines that have scrolled off come back when the window grows: as many as
// the tallest window has.
func terminalOptions(release string, full bool) vt.Options {
	o := vt.Options{Version: release, Checksums: os.Getenv("GM_CHECKSUMS") == "1", Reflow: full}
	if full {
		o.History = vt.MaxRows
	}
	return o
}

// sessionEnv starts the session's program and records its logins.
type sessionEnv struct {
	options  options
	environ  []string
	users    pty.CoreLimit
	recorder *login.Recorder
}

func (e *sessionEnv) launch(cols, rows int) (program, []byte, error) {
	var hello []byte
	home, sessions := getenv(e.environ, "HOME"), userRegistry(e.environ)
	if len(e.options.command) == 0 {
		hello = login.Greeting(home, sessions)
	}
	command, notice := sessionCommand(e.options, e.environ)
	hello = append(hello, notice...)
	c, err := pty.Start(command, e.users, cols, rows)
	if err != nil {
		return nil, hello, err
	}
	e.recorder = login.NewRecorder(sessions, c, getenv(e.environ, "USER"))
	return &recordedProgram{c, e.recorder}, hello, nil
}

// clientChanged records the client's address. A program that could not be started has
// no login to record.
func (e *sessionEnv) clientChanged(client netip.Addr) {
	if e.recorder != nil {
		e.recorder.SetClient(client)
	}
}

// userRegistry returns the registry in XDG_RUNTIME_DIR, XDG_CACHE_HOME or HOME/.cache;
// the zero Registry without any of them. A relative path, which would be in the working
// directory, counts as unset (XDG Base Directory Specification).
func userRegistry(environ []string) login.Registry {
	for _, place := range []struct{ variable, dir string }{{"XDG_RUNTIME_DIR", ""}, {"XDG_CACHE_HOME", ""}, {"HOME", ".cache"}} {
		if dir := getenv(environ, place.variable); filepath.IsAbs(dir) {
			return login.Registry{Dir: filepath.Join(dir, place.dir, "gm", "sessions")}
		}
	}
	return login.Registry{}
}

func (e *sessionEnv) logger() func(format string, a ...any) {
	if !e.options.verbose {
		return func(string, ...any) {}
	}
	return func(format string, a ...any) { fmt.Fprintf(os.Stderr, format+"\n", a...) }
}

// recordedProgram is a program whose login is recorded until it is closed.
type recordedProgram struct {
	*pty.Program
	recorder *login.Recorder
}

func (p *recordedProgram) Close() error {
	p.recorder.Stop()
	return p.Program.Close()
}
