// Package client is the program at the user's side: the command lines of gm, mosh and
// mosh-client, the terminal, predictions, notifications and the loop.
//
// One goroutine, [loop], owns the state of a session:
//
//	keys ──▶ termQuery ──▶ escaper ──▶ predictor ──▶ session ──▶ datagrams
//	datagrams ──▶ session ──▶ screen ──▶ predictor, view, panel, bar, title ──▶ display ──▶ terminal
//
// Each turn of the loop waits for one event, reads the clock once, and handles the
// event. The types in between do no I/O and are passed the time, so that tests run
// whole sessions in virtual time.
package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strings"

	"gm/client/forwarding"
	"gm/client/manual"
	"gm/client/sshexec"
	"gm/internal/hint"
	"gm/internal/subprocess"
	"gm/sshboot"
	"gm/vt"
	"gm/wire/control"
	"gm/wire/datagram"
	"gm/wire/state"
)

// Main runs gm or mosh with the command line args, without the program's name, and
// returns the exit status. program is the name in messages, "gm" or "mosh". version
// is the text of --version after the name.
func Main(program, version string, args []string) (status int) {
	defer guard(stderr(), program, &status)
	o, err := readOptions(program, args)
	switch {
	case err != nil:
		if hintOf(err) == "" {
			err = &hint.Error{Err: err, Hint: program + " --help lists the options"}
		}
		report(stderr(), program, err)
		return exitUsage
	case o.help:
		fmt.Fprint(stdout(), manual.Usage(program))
		return exitOK
	case o.version:
		fmt.Fprintln(stdout(), "gm "+version)
		return exitOK
	case o.printConfig:
		status, err = printConfig(stdout(), o)
	case o.printHosts:
		status, err = printHosts(stdout(), o)
	case o.uninstall:
		status, err = uninstall(stdout(), o)
	case o.verb == sshboot.VerbList:
		status, err = list(stdout(), o)
	case o.verb == verbDoctor:
		status, err = examine(o, version)
	case o.verb == sshboot.VerbDetach, o.verb == sshboot.VerbKill:
		status, err = change(stdout(), o)
	default:
		if status, err = connect(program, o); status == exitBoot && !o.local {
			err = suggestDoctor(err, o.loginWords(), o.destination)
		}
	}
	if i, ok := errors.AsType[signalError](err); ok {
		return i.raise()
	}
	if err != nil {
		report(stderr(), program, err)
	}
	return status
}

// Session runs the session that the command line args of gm describe and returns the exit
// status: that of the program, or [sshexec.Failed] if the session failed. Other processes reach
// it through control.
func Session(args []string, control forwarding.Control) (status int) {
	defer guard(stderr(), programGM, &status)
	o, err := readOptions(programGM, args)
	o.control = control
	if err == nil {
		status, err = connect(programGM, o)
	}
	if i, ok := errors.AsType[signalError](err); ok {
		return i.raise()
	}
	if err != nil {
		report(stderr(), programGM, err)
		return sshexec.Failed
	}
	return status
}

// Help runs "gm help" with the words after it and returns the exit status.
func Help(words []string) (status int) {
	if err := help(stdout(), words); err != nil {
		report(stderr(), programGM, err)
		return exitUsage
	}
	return exitOK
}

func help(w io.Writer, words []string) error {
	name := strings.Join(words, " ")
	if name == "" || name == "topics" || name == "help" {
		_, err := io.WriteString(w, manual.List())
		return err
	}
	topic := name
	if slices.Contains(verbs, name) {
		topic = verbTopic(sshboot.Verb(name))
	}
	text, ok := manual.Topic(topic)
	if !ok {
		return &hint.Error{
			Err:  fmt.Errorf("no help on %q", name),
			Hint: "gm help lists the topics; to log in to a host called help: gm -- help " + name,
		}
	}
	_, err := io.WriteString(w, text)
	return err
}

func printHosts(w io.Writer, o options) (status int, err error) {
	request, err := o.request(os.LookupEnv)
	if err != nil {
		return exitUsage, err
	}
	if err := sshboot.PrintHosts(w, request); err != nil {
		return exitFailed, err
	}
	return exitOK, nil
}

func uninstall(w io.Writer, o options) (status int, err error) {
	err = interruptible(func(ctx context.Context) error {
		if err := o.readConfig(ctx); err != nil {
			return err
		}
		request, err := o.request(os.LookupEnv)
		if err != nil {
			return err
		}
		return sshboot.Uninstall(ctx, w, request)
	})
	if err != nil {
		return exitBoot, err
	}
	return exitOK, nil
}

// connect starts a server and runs the session on it, or the client of --client.
func connect(program string, o options) (status int, err error) {
	o.chooseStdio()
	if err := interruptible(o.readConfig); err != nil {
		return exitBoot, err
	}
	s, err := o.settings(program)
	if err != nil {
		return exitUsage, err
	}
	if err := disableCoreDumps(); err != nil {
		return exitFailed, fmt.Errorf("turn core dumps off: %w", err)
	}
	if err := o.readSessionEnvironment(os.LookupEnv); err != nil {
		return exitUsage, err
	}
	if o.stdio {
		return o.runProgram()
	}
	if o.client == "" {
		if _, err := openTTY(); err != nil {
			return exitFailed, o.withSessions(err)
		}
	}
	var r reached
	err = interruptible(func(ctx context.Context) (err error) {
		r, err = launch(ctx, o, os.LookupEnv)
		return err
	})
	if err != nil {
		return exitBoot, err
	}
	if o.client != "" {
		r.close()
		return runOtherClient(o, s, r.Endpoint)
	}
	s.loginProxy = r.Via
	s.extensions = state.ParseExtensions(r.Announcement.Extensions)
	s.sessionName = r.Announcement.Session
	s.readOnly = o.role == control.ReadOnly.String()
	s.begun = o.verb == "" && o.name == ""
	if !o.local {
		s.host, s.loginWords = o.destination, o.loginWords()
	}
	noteEntered(s.host, s.sessionName)
	server, cut, err := o.throughSimnet(netip.AddrPortFrom(r.Addr, r.Announcement.Port))
	if err != nil {
		return exitFailed, err
	}
	defer cut()
	c, err := r.connection(server, &o)
	if err != nil {
		return exitFailed, err
	}
	return runAndReport(c, s)
}

// settings returns the settings of the environment, overridden by the command line.
func (o *options) settings(program string) (settings, error) {
	lookup := os.LookupEnv
	if o.predict != "" {
		lookup = override(lookup, "GM_PREDICTION_DISPLAY", o.predict)
	}
	if o.escape != nil {
		lookup = override(lookup, "GM_ESCAPE_KEY", *o.escape)
	}
	if o.noPrefix {
		lookup = override(lookup, "GM_TITLE_NOPREFIX", "")
	}
	s, err := readSettings(program, lookup)
	s.overwrite = s.overwrite || o.overwrite
	s.noInit = s.noInit || o.noInit
	s.noPassages = s.noPassages || o.noPassages
	s.plain = s.plain || o.plain
	s.historyLines = o.historyLines()
	return s, err
}

func override(lookup func(string) (string, bool), name, value string) func(string) (string, bool) {
	return func(n string) (string, bool) {
		if n == name {
			return value, true
		}
		return lookup(n)
	}
}

// runOtherClient runs the program of --client with the environment and the arguments
// of the mosh wrapper. It does not return where a process can be replaced.
func runOtherClient(o options, s settings, e sshboot.Endpoint) (status int, err error) {
	env := append(os.Environ(),
		"MOSH_KEY="+e.Announcement.Key.String(),
		"MOSH_PREDICTION_DISPLAY="+string(s.predict))
	if s.overwrite {
		env = append(env, "MOSH_PREDICTION_OVERWRITE=yes")
	}
	if s.noInit {
		env = append(env, "MOSH_NO_TERM_INIT=1")
	}
	argv := []string{o.client, "-# " + o.destination + " |", e.Addr.String(), fmt.Sprint(e.Announcement.Port)}
	status, err = become(argv, env)
	if err != nil {
		return exitFailed, fmt.Errorf("run --client: %w", subprocess.StartError(err))
	}
	return status, nil
}

const clientUsage = `Usage: %[1]s [-# 'ARGS'] IP PORT    with the key in the environment, MOSH_KEY
       %[1]s -c                  print the number of colours of the terminal
`

// MainMoshClient runs mosh-client with the command line args and returns the exit
// status. version is the text of --version.
func MainMoshClient(version string, args []string) (status int) {
	defer guard(stderr(), programMoshClient, &status)
	o, err := readClientOptions(args)
	switch {
	case err != nil:
		report(stderr(), programMoshClient, err)
		fmt.Fprintf(stderr(), clientUsage, programMoshClient)
		return exitFailed
	case o.version:
		fmt.Fprintln(stdout(), "gm "+version)
		fmt.Fprintf(stdout(), clientUsage, programMoshClient)
		return exitOK
	case o.colors:
		fmt.Fprintln(stdout(), vt.TermColors(os.Getenv("TERM")))
		return exitOK
	}
	status, err = attach(o)
	if err != nil {
		report(stderr(), programMoshClient, err)
	}
	return status
}

func attach(o clientOptions) (status int, err error) {
	if err := disableCoreDumps(); err != nil {
		return exitFailed, fmt.Errorf("turn core dumps off: %w", err)
	}
	key, err := takeKey()
	if err != nil {
		return exitFailed, err
	}
	s, err := readSettings(programMoshClient, os.LookupEnv)
	if err != nil {
		return exitFailed, err
	}
	return runAndReport(direct(o.server, key), s)
}

// takeKey returns the key in MOSH_KEY and removes it from the environment.
func takeKey() (datagram.Key, error) {
	text, ok := os.LookupEnv("MOSH_KEY")
	if !ok {
		return datagram.Key{}, errors.New("no MOSH_KEY in the environment")
	}
	if err := os.Unsetenv("MOSH_KEY"); err != nil {
		return datagram.Key{}, err
	}
	key, err := datagram.ParseKey(text)
	if err != nil {
		return datagram.Key{}, fmt.Errorf("read MOSH_KEY: %w", err)
	}
	return key, nil
}

// limitProcessors has all goroutines run on one processor, where they wait without a
// thread each: with more, the runtime wakes a second thread for every event, which delays
// the first one. A GOMAXPROCS that the user has set stays.
func limitProcessors() {
	if runtime.GOOS == "linux" && os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(1)
	}
}

func runAndReport(c connection, s settings) (status int, err error) {
	limitProcessors()
	end, err := runSession(c, s)
	if err != nil {
		return exitFailed, err
	}
	noteLeft(&s, &end)
	status, err = printExit(stdout(), end, c.server, &s)
	if s.ignoreRemoteStatus && end.reason == endClean {
		status = exitOK
	}
	return status, err
}
