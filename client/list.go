package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"gm/client/known"
	"gm/client/sessionlist"
	"gm/internal/hint"
	"gm/sshboot"
	"gm/wire/control"
)

// maxLogins bounds the logins at the same time.
const maxLogins = 16

// list runs gm ls and returns the exit status.
func list(w io.Writer, o options) (status int, err error) {
	var hosts []sessionlist.Host
	var noted []*known.Note
	err = interruptible(func(ctx context.Context) error {
		if o.printNames {
			return o.writeNames(ctx, w)
		}
		hosts = o.listAll(ctx)
		return ctx.Err()
	})
	if err != nil {
		return exitFailed, err
	}
	if o.printNames {
		return exitOK, nil
	}
	if !o.local && len(o.hosts) == 0 {
		noted = notes().Notes()
	}
	if err := o.write(w, hosts, noted); err != nil {
		return exitFailed, err
	}
	for _, h := range hosts {
		if h.Err != nil {
			status = exitFailed
		}
	}
	return status, nil
}

func (o *options) write(w io.Writer, hosts []sessionlist.Host, noted []*known.Note) error {
	if o.json {
		_, err := w.Write(sessionlist.JSON(hosts, noted))
		return err
	}
	now := time.Now()
	io.WriteString(w, sessionlist.Table(hosts, now))
	if table := sessionlist.Notes(noted, now); table != "" {
		if len(hosts[0].Sessions) > 0 {
			io.WriteString(w, "\n")
		}
		io.WriteString(w, "On other hosts, as last seen from here; gm ls HOST asks the host:\n"+table)
	}
	for _, h := range hosts {
		switch {
		case h.Err != nil:
			report(stderr(), programGM, &hint.Error{Err: h.Err, Hint: h.Hint})
		case len(h.Sessions) == 0 && len(noted) == 0:
			on := options{local: h.Name == "", destination: h.Name}
			fmt.Fprintf(stderr(), "gm: no session runs %s\n", on.where())
		}
	}
	return nil
}

// listAll lists the hosts of the command line at the same time, without questions, and
// then those that need an answer, one after another. Without hosts it lists this machine.
func (o *options) listAll(ctx context.Context) []sessionlist.Host {
	if len(o.hosts) < 2 {
		on := o.on(o.hosts)
		return []sessionlist.Host{on.list(ctx, false)}
	}
	hosts := make([]sessionlist.Host, len(o.hosts))
	slots := make(chan struct{}, maxLogins)
	var done sync.WaitGroup
	for i := range o.hosts {
		done.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			on := o.on(o.hosts[i : i+1])
			hosts[i] = on.list(ctx, true)
		})
	}
	done.Wait()
	for i := range hosts {
		if errors.Is(hosts[i].Err, sshboot.ErrQuestion) && canAsk() && ctx.Err() == nil {
			on := o.on(o.hosts[i : i+1])
			hosts[i] = on.list(ctx, false)
		}
		if err := hosts[i].Err; err != nil && !strings.HasPrefix(err.Error(), hosts[i].Name+": ") {
			hosts[i].Err = fmt.Errorf("%s: %w", hosts[i].Name, err)
		}
	}
	return hosts
}

func canAsk() bool {
	return term.IsTerminal(int(os.Stdin.Fd())) || os.Getenv("SSH_ASKPASS") != ""
}

// on returns the options for the first of the hosts. Without one they are for this machine.
func (o *options) on(hosts []string) options {
	host := *o
	if len(hosts) == 0 {
		host.local, host.destination = true, localhost
	} else {
		host.destination = hosts[0]
	}
	return host
}

func (o *options) list(ctx context.Context, batch bool) (h sessionlist.Host) {
	if !o.local {
		h.Name = o.destination
	}
	server, err := o.dial(ctx, os.LookupEnv, batch)
	if err == nil {
		defer server.Close()
		h.Sessions, err = o.sessionsOf(ctx, server)
	}
	if errors.Is(err, sshboot.ErrNoSessions) {
		err = nil
	}
	if err == nil {
		o.noteListed(h.Sessions)
	}
	h.Err, h.Hint = err, hintOf(err)
	return h
}

// writeNames writes the names of the sessions of this machine, or those in the notes of the
// hosts, one per line. For completions, which must not log in: that could ask for a touch
// of a key, and runs the commands of ssh_config.
func (o *options) writeNames(ctx context.Context, w io.Writer) error {
	var names []string
	if len(o.hosts) == 0 {
		here := o.on(nil)
		for _, s := range here.list(ctx, true).Sessions {
			names = append(names, s.Name)
		}
	}
	for _, n := range notes().Notes() {
		if slices.Contains(o.hosts, n.Host) {
			names = append(names, n.Name)
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if name != "" {
			fmt.Fprintln(w, name)
		}
	}
	return nil
}

// querier answers verbs that announce no server.
type querier interface {
	Query(ctx context.Context, verb sshboot.Verb, args []string) (sshboot.Reply, error)
	Close() error
}

// sessionsOf returns the sessions of a server's reply, with its first error.
func (o *options) sessionsOf(ctx context.Context, server querier) ([]control.Status, error) {
	list := options{sessionOptions: sessionOptions{verb: sshboot.VerbList}}
	reply, err := server.Query(ctx, sshboot.VerbList, serverArgs(list, nil))
	if err != nil {
		return nil, err
	}
	sessions, err := statuses(reply)
	if len(reply.Errors) > 0 {
		err = o.atHost(reply.Errors[0])
	}
	return sessions, err
}

// statuses parses the sessions of a reply. Lines that cannot be read are skipped, and the
// error describes the first of them.
func statuses(reply sshboot.Reply) (sessions []control.Status, err error) {
	for _, line := range reply.Status {
		s, _, lineErr := control.ParseLine(line)
		if lineErr != nil {
			err = cmp.Or(err, lineErr)
			continue
		}
		sessions = append(sessions, s)
	}
	return sessions, err
}

// dial returns the server program of this machine or of the host, to which it logs in.
func (o *options) dial(ctx context.Context, lookup func(string) (string, bool), batch bool) (querier, error) {
	if err := o.readConfig(ctx); err != nil {
		return nil, err
	}
	if o.local {
		return localQuerier(o.server), nil
	}
	request, err := o.request(lookup)
	if err != nil {
		return nil, err
	}
	request.Batch = batch
	login, err := sshboot.Connect(ctx, request)
	if err != nil {
		return nil, o.explainPort(err)
	}
	return login, nil
}
