//go:build unix

package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"gm/server/registry"
	"gm/wire/control"
)

// killTimeout bounds how long the end of a killed session is waited for. Its clients get
// its last screen before.
const killTimeout = 20 * time.Second

// MainVerb runs the command line of a verb (IsVerb), "attach work", and returns the exit
// status. Its output is for a client: lines GM STATUS, GM DONE, GM ERROR and GM HINT, or
// the announcement of a session that is entered (protocol, section 10.1).
func MainVerb(version string, args []string) int {
	if args[0] == verbNew {
		return Main(version, args)
	}
	if runInheritedRelay() {
		return 0
	}
	o, err := parseVerb(args, os.Getenv)
	if o.printsText(version) {
		return 0
	}
	v := &verb{options: o, registry: registry.Open(os.Getenv), stdout: os.Stdout, stderr: os.Stderr}
	if err != nil {
		v.fail(err)
		return 1
	}
	for _, w := range o.warnings {
		fmt.Fprintf(os.Stderr, "gm: %s\n", w)
	}
	status := v.run(context.Background())
	becomeRelay(v.session)
	return status
}

// verb is a command line with a verb other than new.
type verb struct {
	options
	registry       registry.Registry
	stdout, stderr io.Writer
	failed         bool
	session        *net.UnixConn // to pass on the standard streams to; nil if there is none
}

func (v *verb) run(ctx context.Context) int {
	switch v.verb {
	case verbAttach:
		v.attach(ctx)
	case verbRelay:
		v.relay(ctx)
	case verbProbe:
		v.serveProbe(ctx)
	case verbList:
		entries, err := v.registry.List(ctx)
		v.printStatus(entries)
		v.warn(err)
	case verbDetach, verbKill:
		v.forEach(ctx)
	}
	if v.failed {
		return 1
	}
	return 0
}

func (v *verb) fail(err error) {
	v.failed = true
	fmt.Fprintf(v.stdout, "GM ERROR %s\n", oneLine(err))
	if hint := hintOf(err); hint != "" {
		fmt.Fprintf(v.stdout, "GM HINT %s\n", hint)
	}
	printError(v.stderr, err)
}

func (v *verb) warn(err error) {
	if err != nil {
		fmt.Fprintf(v.stdout, "gm: warning: %s\n", oneLine(err))
	}
}

func (v *verb) printStatus(entries []registry.Entry) {
	var text []byte
	for _, e := range entries {
		text = e.Status.AppendLine(text)
	}
	v.stdout.Write(text)
}

// attach enters the session with the name, or else the only one without a client.
func (v *verb) attach(ctx context.Context) {
	if len(v.names) > 0 {
		entry, err := v.find(ctx, v.names[0])
		if err == nil {
			v.session, err = v.enter(ctx, entry.Path, v.stdout)
		}
		if err != nil {
			v.fail(withName(v.names[0], err))
		}
		return
	}
	entries, err := v.registry.List(ctx)
	free := withoutClient(entries)
	if len(free) == 1 {
		var err error
		if v.session, err = v.enter(ctx, free[0].Path, v.stdout); err != nil {
			v.fail(withName(free[0].Status.Name, err))
		}
		return
	}
	v.printStatus(entries)
	v.warn(err)
	switch {
	case len(entries) == 0:
		v.fail(errors.New("there is no session"))
	case len(free) == 0:
		v.fail(&refusal{"no session is without a client", "name the one to enter: " + someNames(entries)})
	default:
		v.fail(&refusal{fmt.Sprintf("%d sessions are without a client", len(free)), "name the one to enter: " + someNames(free)})
	}
}

func (v *verb) relay(ctx context.Context) {
	var err error
	if v.session, err = v.openRelay(ctx, v.names[0]); err != nil {
		v.fail(withName(v.names[0], err))
	}
}

// withoutClient returns the sessions that wait for a client. One that waits for its first
// client is that of another login.
func withoutClient(entries []registry.Entry) (free []registry.Entry) {
	for _, e := range entries {
		if s := e.Status.State; (s == control.Detached || s == control.Ended) && e.Status.From != "" {
			free = append(free, e)
		}
	}
	return free
}

func someNames(entries []registry.Entry) string {
	var words []string
	for _, e := range entries {
		switch {
		case e.Status.Name == "":
		case len(words) == noticeNames:
			return strings.Join(append(words, "..."), ", ")
		default:
			words = append(words, e.Status.Name)
		}
	}
	return strings.Join(words, ", ")
}

func (v *verb) find(ctx context.Context, name string) (registry.Entry, error) {
	entry, err := v.registry.Find(ctx, name)
	switch {
	case err == nil:
		return entry, nil
	case entry.Err != nil:
		return entry, noAnswer(entry, err)
	case !errors.Is(err, registry.ErrNoSession):
		v.warn(err)
	}
	others, _ := v.registry.List(ctx)
	hint := someNames(others)
	if hint != "" {
		hint = "the sessions are: " + hint
	}
	return entry, &refusal{registry.ErrNoSession.Error(), hint}
}

func noAnswer(e registry.Entry, err error) error {
	if !errors.Is(e.Err, registry.ErrNoAnswer) {
		return err
	}
	return &refusal{err.Error(), fmt.Sprintf("kill -9 %d ends it", e.Status.Pid)}
}

func withName(name string, err error) error {
	return &refusal{fmt.Sprintf("session %q: %v", name, err), hintOf(err)}
}

// forEach executes detach or kill for each of the names. Without a name the session is
// that in which the client runs.
func (v *verb) forEach(ctx context.Context) {
	if len(v.names) == 0 {
		v.forOwnSession(ctx)
		return
	}
	for _, name := range v.names {
		entry, err := v.find(ctx, name)
		if err == nil {
			err = v.call(ctx, entry.Path)
		}
		v.done(name, err)
	}
}

func (v *verb) forOwnSession(ctx context.Context) {
	inside := v.inside()
	if inside == "" {
		v.fail(&refusal{"no session is named, and this is not inside of one", v.verb + " needs the name of a session"})
		return
	}
	entries, err := v.registry.List(ctx)
	for _, e := range entries {
		if e.Status.ID == inside {
			v.done(e.Status.Name, v.call(ctx, e.Path))
			return
		}
	}
	v.warn(err)
	v.fail(errors.New("the session around this one is gone"))
}

func (v *verb) done(name string, err error) {
	if err != nil {
		v.fail(withName(name, err))
		return
	}
	fmt.Fprintf(v.stdout, "GM DONE %s\n", name)
}

// call sends the verb to the session at a socket. After kill it waits for the end of the
// session.
func (v *verb) call(ctx context.Context, path string) error {
	limit := callTimeout
	if v.verb == verbKill {
		limit = killTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	response, err := registry.Call(ctx, path, v.request(controlVerbs[v.verb], nil))
	switch {
	case err == nil && response.Error != "":
		return &refusal{response.Error, response.Hint}
	case err != nil && v.verb == verbKill && response.Status != nil:
		return &refusal{fmt.Sprintf("it was ended, but its server is still there after %v", limit), fmt.Sprintf("kill -9 %d ends it", response.Status.Pid)}
	}
	return err
}

// controlVerbs are the verbs of requests for those of the command line.
var controlVerbs = map[string]string{verbDetach: control.VerbDetach, verbKill: control.VerbKill}
