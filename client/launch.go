package client

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"gm/client/forwarding"
	"gm/client/route"
	"gm/internal/hint"
	"gm/internal/hostlookup"
	"gm/internal/sanitize"
	"gm/internal/shellquote"
	"gm/internal/subprocess"
	"gm/sshboot"
	"gm/vt"
	"gm/wire"
	"gm/wire/state"
)

const (
	// maxServerLines bounds the lines that a local server may print before its MOSH
	// CONNECT line, beside its reply.
	maxServerLines = 64
	// maxReplyLines bounds the lines of the reply of a local server.
	maxReplyLines = 8192
)

// launch starts the server, or enters a session of one. Without a name the user chooses
// the session, on the same login.
func launch(ctx context.Context, o options, lookup func(string) (string, bool)) (reached, error) {
	if o.local {
		endpoint, err := launchLocal(ctx, o, lookup)
		if name, again := o.chosen(ctx, &err); again {
			o.name = name
			endpoint, err = launchLocal(ctx, o, lookup)
		}
		return reached{Endpoint: endpoint}, err
	}
	request, err := o.request(lookup)
	if err != nil {
		return reached{}, err
	}
	login, err := sshboot.Connect(ctx, request)
	if err != nil {
		return reached{}, o.explainPort(err)
	}
	forwards, err := forwarding.Read(login.Config())
	if err != nil {
		login.Close()
		return reached{}, err
	}
	o.agent, forwards.Control, forwards.ConfirmAgent = forwards.Agent != "", o.control, o.confirm
	if o.program != programMosh {
		o.openX11(ctx, &forwards, login, logForwarding)
	}
	err = login.Start(ctx, o.verb, serverArgs(o, lookup))
	if name, again := o.chosen(ctx, &err); again {
		o.name = name
		err = login.Start(ctx, o.verb, serverArgs(o, lookup))
	}
	o.noteRefused(ctx, login, err)
	if err != nil {
		login.Close()
		return reached{}, o.explainEmpty(err)
	}
	if forwards.Any() && state.ParseExtensions(login.Announcement.Extensions).Has(state.ExtStreams) {
		forwards.Probe(ctx, login.Client(), login.Announcement.Addresses)
	}
	return reached{login.Endpoint, login, forwards}, nil
}

func (o *options) request(lookup func(string) (string, bool)) (sshboot.Request, error) {
	ssh, err := o.sshCommand()
	return sshboot.Request{
		Destination:   o.destination,
		SSHPort:       o.sshPort,
		SSHCommand:    ssh,
		Family:        sshboot.Family(o.family),
		ServerCommand: o.server,
		Verb:          o.verb,
		ServerArgs:    serverArgs(*o, lookup),
		Deploy:        sshboot.Deploy(o.deploy),
		Pipe:          o.client == "" && o.extensions().Has(state.ExtPaths) && o.pathMode() != route.UDP,
		RemoteIP:      o.remoteIP,
		Plain:         o.plain || environment{lookup}.value("PLAIN") == yes,
	}, err
}

// serverArgs returns the arguments after the verb of the server, in the order of the mosh
// wrapper. Extensions are requested for the built-in client alone.
func serverArgs(o options, lookup func(string) (string, bool)) []string {
	var args []string
	if o.verb != "" {
		// mosh-server takes the first word for an address, and ends because of the second.
		args = append(args, "-@", "gm-verb="+string(o.verb))
	}
	starts := o.verb == "" || o.verb == sshboot.VerbAttach
	if o.verb == "" {
		term, _ := lookup("TERM")
		args = append(args, "-c", strconv.Itoa(min(vt.TermColors(term), 256)))
	}
	if starts {
		args = append(args, o.socketArgs()...)
	}
	if o.verb == "" {
		for _, variable := range localeVariables(lookup) {
			args = append(args, "-l", variable)
		}
	}
	if starts && o.client == "" {
		args = append(args, "-@", "gm="+o.extensions().String())
	}
	args = append(args, o.sessionArgs(lookup)...)
	if rest := slices.Concat(o.command, o.operands()); len(rest) > 0 {
		args = append(append(args, "--"), rest...)
	}
	return args
}

func (o *options) socketArgs() (args []string) {
	switch {
	case o.local:
		args = append(args, "-i", o.destination)
	case o.bindServer == "ssh":
		args = append(args, "-s")
	case o.bindServer != "any":
		args = append(args, "-i", o.bindServer)
	}
	if o.port != "" {
		args = append(args, "-p", o.port)
	}
	return args
}

// anyFamily reports whether the server may receive on the addresses of both families, as
// the user has not chosen any.
func (o *options) anyFamily() bool {
	return o.extensions().Has(state.ExtPaths) && !o.local && o.client == "" && o.bindServer == "ssh" &&
		o.family != string(sshboot.Inet) && o.family != string(sshboot.Inet6)
}

// extensions returns the ones to request. A session of mosh has one client, one path, and
// ends with its client.
func (o *options) extensions() state.Extension {
	switch {
	case o.program == programMosh:
		return state.AllExtensions &^ (state.ExtSessions | state.ExtPaths | state.ExtHistory | state.ExtStreams | state.ExtPictures)
	case o.stdio:
		return stdioExtensions
	}
	e := state.AllExtensions
	if o.scrollback == scrollbackOff || o.client != "" {
		e &^= state.ExtHistory
	}
	return e
}

func launchLocal(ctx context.Context, o options, lookup func(string) (string, bool)) (sshboot.Endpoint, error) {
	addrs, err := hostlookup.Lookup(ctx, o.destination)
	if err != nil {
		return sshboot.Endpoint{}, &hint.Error{Err: err, Hint: "--local takes an address of this machine, such as 127.0.0.1"}
	}
	addr := addrs[0].Unmap()
	o.destination = addr.String()
	words, err := localServer(o.server, o.verb)
	if err != nil {
		return sshboot.Endpoint{}, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, localTimeout, errNoAnswer)
	defer cancel()
	announcement, reply, err := runServer(ctx, exec.Command(words[0], append(words[1:], serverArgs(o, lookup)...)...))
	if len(reply.Errors) > 0 {
		return sshboot.Endpoint{}, &sshboot.RefusedError{Reply: reply}
	}
	if err != nil {
		return sshboot.Endpoint{}, fmt.Errorf("start a server on this machine: %w", subprocess.StartError(err))
	}
	return sshboot.Endpoint{Addr: addr, Announcement: announcement}, nil
}

func localServer(command string, verb sshboot.Verb) ([]string, error) {
	word := string(cmp.Or(verb, sshboot.VerbNew))
	if command == "" {
		self, err := os.Executable()
		return []string{self, "server", word}, err
	}
	words, err := shellquote.Split(command)
	if err != nil {
		return nil, fmt.Errorf("read --server: %w", err)
	}
	if len(words) == 0 {
		return nil, errors.New("read --server: no command")
	}
	return append(words, word), nil
}

// localQuerier runs verbs of the server on this machine that announce none. It is the
// command of --server, or empty for gm's own.
type localQuerier string

func (l localQuerier) Close() error { return nil }

func (l localQuerier) Query(ctx context.Context, verb sshboot.Verb, args []string) (reply sshboot.Reply, err error) {
	words, err := localServer(string(l), verb)
	if err != nil {
		return reply, err
	}
	// VerbKill waits for each session that it names.
	ctx, cancel := context.WithTimeoutCause(ctx, time.Duration(1+len(args))*localTimeout, errors.New("no answer"))
	defer cancel()
	output := &serverOutput{}
	cmd := exec.CommandContext(ctx, words[0], append(words[1:], args...)...)
	cmd.Stderr, cmd.WaitDelay = output, detachTimeout
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err == nil {
		a, _ := readAnnouncement(out, output, &reply)
		if err = cmd.Wait(); a.Port != 0 {
			err = fmt.Errorf("it does not know %s", verb)
		}
	}
	output.warn(stderr())
	switch {
	case err == nil, len(reply.Errors) > 0:
		return reply, nil
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	}
	return reply, fmt.Errorf("run %q on this machine: %w", strings.Join(append(words[:len(words):len(words)], args...), " "), output.annotate(subprocess.StartError(err)))
}

const (
	// localTimeout bounds the time until a local server announces itself.
	localTimeout = 15 * time.Second
	// detachTimeout bounds the time until a server that has announced itself
	// detaches, and until one that has ended closes standard error.
	detachTimeout = 2 * time.Second
)

// errNoAnswer is the cause of a context that ends after localTimeout.
var errNoAnswer = fmt.Errorf("no answer for %v", localTimeout)

// runServer runs the command of a server, which detaches, and returns the server's
// announcement, or its reply and an error. If ctx ends before that, the command is killed.
func runServer(ctx context.Context, cmd *exec.Cmd) (a wire.Announcement, reply sshboot.Reply, err error) {
	output := &serverOutput{}
	cmd.Stderr = output
	cmd.WaitDelay = detachTimeout
	out, err := cmd.StdoutPipe()
	if err != nil {
		return a, reply, err
	}
	if err := cmd.Start(); err != nil {
		return a, reply, err
	}
	giveUp := context.AfterFunc(ctx, func() {
		cmd.Process.Kill()
		time.AfterFunc(detachTimeout, func() { out.Close() }) // a child of its may hold the other end
	})
	a, readErr := readAnnouncement(out, output, &reply)
	if readErr == nil && giveUp() {
		awaitDetached(ctx, cmd, out)
		return a, reply, nil
	}
	waitErr := cmd.Wait()
	switch cause := context.Cause(ctx); {
	case cause == errNoAnswer:
		waitErr = &hint.Error{
			Err:  fmt.Errorf("run %q: %w", cmd.String(), cause),
			Hint: "run it by hand to see whether it waits for something",
		}
	case cause != nil:
		return wire.Announcement{}, reply, ctx.Err()
	}
	return wire.Announcement{}, reply, output.annotate(cmp.Or(waitErr, readErr))
}

// awaitDetached waits for the end of a command that has announced its server, and
// discards its further output, as a closed pipe could end it. A command that goes on
// after detachTimeout is the server itself, and is left running.
func awaitDetached(ctx context.Context, cmd *exec.Cmd, out io.Reader) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		io.Copy(io.Discard, out)
		cmd.Wait() // the announcement counts, whatever the status
	}()
	select {
	case <-done:
	case <-time.After(detachTimeout):
	case <-ctx.Done():
	}
}

// maxServerOutput bounds the output of a server that is kept, in bytes.
const maxServerOutput = 4 << 10

// serverOutput is the output of a server besides its announcement, shown only if the
// server fails. It is safe for concurrent use.
type serverOutput struct {
	mu   sync.Mutex
	text []byte
}

func (o *serverOutput) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = append(o.text, p[:min(len(p), maxServerOutput-len(o.text))]...)
	return len(p), nil
}

func (o *serverOutput) annotate(err error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if text := sanitize.Quoted(string(o.text)); text != "" {
		return fmt.Errorf("%w; it printed:%s", err, text)
	}
	return err
}

// warn writes the warnings of the server to w.
func (o *serverOutput) warn(w io.Writer) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for line := range strings.Lines(string(o.text)) {
		if strings.HasPrefix(line, "gm: warning: ") {
			fmt.Fprintln(w, strings.TrimSpace(line))
		}
	}
}

// readAnnouncement parses lines up to the MOSH CONNECT line. Lines of a reply are parsed
// into reply, and the others copied to others.
func readAnnouncement(r io.Reader, others io.Writer, reply *sshboot.Reply) (wire.Announcement, error) {
	var a wire.Announcement
	lines := bufio.NewScanner(r)
	for n, replies := 0, 0; n < maxServerLines && replies < maxReplyLines && lines.Scan(); n++ {
		if reply.ParseLine(lines.Text()) {
			n, replies = n-1, replies+1
			continue
		}
		ok, err := a.ParseLine(lines.Text())
		if err != nil {
			return wire.Announcement{}, err
		}
		if !ok {
			fmt.Fprintln(others, lines.Text())
		}
		if a.Port != 0 {
			return a, nil
		}
	}
	if err := lines.Err(); err != nil {
		return wire.Announcement{}, err
	}
	return wire.Announcement{}, errors.New("the server printed no MOSH CONNECT line")
}
