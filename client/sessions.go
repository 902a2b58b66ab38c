package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"gm/client/known"
	"gm/client/sessionlist"
	"gm/internal/hint"
	"gm/internal/sanitize"
	"gm/sshboot"
	"gm/sshboot/prompt"
	"gm/wire/control"
)

// change runs VerbDetach or VerbKill, reports each session and returns the exit status.
func change(w io.Writer, o options) (status int, err error) {
	o.by = whoami()
	err = interruptible(func(ctx context.Context) error {
		reply, err := o.change(ctx, os.LookupEnv)
		for _, name := range reply.Done {
			fmt.Fprintf(w, "%s\n", o.doneText(name))
			if o.verb == sshboot.VerbKill {
				o.noteEnded(name)
			}
		}
		for _, e := range reply.Errors {
			status = exitFailed
			report(stderr(), programGM, o.atHost(e))
		}
		return err
	})
	if err != nil {
		status = exitFailed
	}
	return status, err
}

func (o *options) doneText(name string) string {
	if o.verb == sshboot.VerbKill {
		return "ended " + o.placeOf(name)
	}
	return "detached the clients of " + o.placeOf(name)
}

func (o *options) placeOf(name string) string {
	if o.local {
		return name
	}
	return name + " on " + o.destination
}

func (o *options) atHost(e *hint.Error) error {
	if o.local {
		return e
	}
	return &hint.Error{Err: fmt.Errorf("%s: %w", o.destination, e.Err), Hint: e.Hint}
}

// change runs the verb. VerbDetach without a name is for the session that gm runs in, or
// for the only one with clients; of several the user chooses one, on the same login.
func (o *options) change(ctx context.Context, lookup func(string) (string, bool)) (sshboot.Reply, error) {
	if o.destination == "" {
		if err := o.chooseInside(lookup); err != nil {
			return sshboot.Reply{}, err
		}
	}
	server, err := o.dial(ctx, lookup, false)
	if err != nil {
		return sshboot.Reply{}, err
	}
	defer server.Close()
	if len(o.names) == 0 {
		if err := o.chooseAttached(ctx, server); err != nil {
			return sshboot.Reply{}, err
		}
	}
	reply, err := server.Query(ctx, o.verb, serverArgs(*o, lookup))
	if errors.Is(err, sshboot.ErrNoSessions) {
		o.noteListed(nil)
	}
	return reply, o.explainEmpty(err)
}

func (o *options) chooseInside(lookup func(string) (string, bool)) error {
	name, _ := lookup("GM_SESSION")
	if socket, _ := lookup("GM_SOCKET"); socket == "" || name == "" {
		return &hint.Error{Err: errors.New("no host given"), Hint: "without a host, gm detach is for the session that it runs in"}
	}
	o.local, o.destination, o.names = true, localhost, []string{name}
	return nil
}

func (o *options) chooseAttached(ctx context.Context, server querier) error {
	sessions, err := o.sessionsOf(ctx, server)
	if err != nil {
		return o.explainEmpty(err)
	}
	var attached []control.Status
	for _, s := range sessions {
		if len(s.Clients) > 0 {
			attached = append(attached, s)
		}
	}
	if len(attached) == 0 {
		return fmt.Errorf("no session %s has a client", o.where())
	}
	name := attached[0].Name
	if len(attached) > 1 {
		if name, err = o.choose(ctx, attached, "several sessions have clients"); err != nil {
			return err
		}
	}
	o.names = []string{name}
	return nil
}

func (o *options) where() string {
	if o.local {
		return "here"
	}
	return "on " + o.destination
}

func (o *options) explainEmpty(err error) error {
	if !errors.Is(err, sshboot.ErrNoSessions) {
		return err
	}
	return &hint.Error{Err: fmt.Errorf("no session runs %s", o.where()), Hint: "gm " + o.destination + " begins one"}
}

// chosen lets the user choose if VerbAttach has failed because several sessions can be
// entered. It reports whether to try again with the name. Otherwise it may replace err.
func (o *options) chosen(ctx context.Context, err *error) (name string, again bool) {
	refused, ok := errors.AsType[*sshboot.RefusedError](*err)
	if !ok || o.verb != sshboot.VerbAttach || o.name != "" || len(refused.Reply.Status) == 0 {
		return "", false
	}
	sessions, _ := statuses(refused.Reply)
	name, chooseErr := o.choose(ctx, sessions, refused.Reply.Errors[0].Error())
	if chooseErr != nil {
		*err = chooseErr
		return "", false
	}
	return name, true
}

// withSessions adds the sessions that could be entered to the error of VerbAttach without
// a name and without a terminal.
func (o *options) withSessions(err error) error {
	if o.verb != sshboot.VerbAttach || o.name != "" {
		return err
	}
	var sessions []control.Status
	listErr := interruptible(func(ctx context.Context) error {
		server, err := o.dial(ctx, os.LookupEnv, false)
		if err != nil {
			return err
		}
		defer server.Close()
		sessions, err = o.sessionsOf(ctx, server)
		return o.explainEmpty(err)
	})
	if listErr != nil {
		return listErr
	}
	choice := sessionlist.NewChoice(sessions)
	if choice.Len() == 0 {
		return o.explainEmpty(sshboot.ErrNoSessions)
	}
	return &hint.Error{Err: fmt.Errorf("%w; %s: %s", err, o.where(), choice.Names(time.Now())), Hint: "gm attach needs a terminal and the name of one of them"}
}

// maxAnswers bounds the answers of a user who chooses.
const maxAnswers = 5

// choose asks the user for one of the sessions. Without a terminal the error lists them
// after why.
func (o *options) choose(ctx context.Context, sessions []control.Status, why string) (string, error) {
	choice := sessionlist.NewChoice(sessions)
	if choice.Len() == 0 {
		return "", fmt.Errorf("no session %s answers", o.where())
	}
	listed := &hint.Error{
		Err:  fmt.Errorf("%s; %s: %s", why, o.where(), choice.Names(time.Now())),
		Hint: "name the session",
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return "", listed
	}
	terminal := prompt.NewTerminal(false)
	question := "Sessions " + o.where() + ":\n" + choice.Text(time.Now()) + "Which one, by its number or name? "
	for range maxAnswers {
		answer, err := terminal.Ask(ctx, question)
		if err != nil {
			return "", err
		}
		if name, ok := choice.Pick(answer); ok {
			return name, nil
		}
		question = fmt.Sprintf("%q is none of them. Which one? ", sanitize.Line(answer))
	}
	return "", listed
}

func notes() known.Directory { return known.Default(os.LookupEnv) }

// noteEntered notes a session on another host. An error does not matter to the session.
func noteEntered(host, name string) {
	if host != "" && name != "" {
		notes().Enter(host, name, time.Now())
	}
}

func noteEnded(host, name string) {
	if host != "" && name != "" {
		notes().End(host, name)
	}
}

// noteLeft removes the note of a session that has ended. The server does not wait for a
// client that it has begun a session for and never heard.
func noteLeft(s *settings, end *sessionResult) {
	if end.ended() || s.begun && end.reason == endNeverConnected {
		noteEnded(s.host, s.sessionName)
	}
}

func (o *options) noteEnded(name string) {
	if !o.local {
		noteEnded(o.destination, name)
	}
}

// noteRefused compares the notes with the sessions of a host that has refused to enter one.
// It may have ended.
func (o *options) noteRefused(ctx context.Context, server querier, err error) {
	_, refused := errors.AsType[*sshboot.RefusedError](err)
	switch {
	case errors.Is(err, sshboot.ErrNoSessions):
		o.noteListed(nil)
	case refused && o.verb == sshboot.VerbAttach:
		if sessions, err := o.sessionsOf(ctx, server); err == nil {
			o.noteListed(sessions)
		}
	}
}

// noteListed compares the notes with a list of all sessions of the host.
func (o *options) noteListed(sessions []control.Status) {
	if o.local {
		return
	}
	var names []string
	for _, s := range sessions {
		if s.State == control.NoAnswer {
			return // its name is unknown
		}
		names = append(names, s.Name)
	}
	notes().Update(o.destination, names, time.Now())
}
