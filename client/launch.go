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
	"strconv"
	"sync"
	"time"

	"gm/internal/hint"
	"gm/internal/hostlookup"
	"gm/internal/sanitize"
	"gm/internal/subprocess"
	"gm/sshboot"
	"gm/vt"
	"gm/wire"
	"gm/wire/state"
)

// maxServerLines bounds the lines that a local server may print before its MOSH
// CONNECT line.
const maxServerLines = 64

func launch(ctx context.Context, o options, lookup func(string) (string, bool)) (sshboot.Endpoint, error) {
	if o.local {
		return launchLocal(ctx, o, lookup)
	}
	request, err := o.request(lookup)
	if err != nil {
		return sshboot.Endpoint{}, err
	}
	login, err := sshboot.Boot(ctx, request)
	if err != nil {
		return sshboot.Endpoint{}, o.explainPort(err)
	}
	login.Close()
	return login.Endpoint, nil
}

func (o *options) request(lookup func(string) (string, bool)) (sshboot.Request, error) {
	ssh, err := o.sshCommand()
	return sshboot.Request{
		Destination:   o.destination,
		SSHPort:       o.sshPort,
		SSHCommand:    ssh,
		Family:        sshboot.Family(o.family),
		ServerCommand: o.server,
		ServerArgs:    serverArgs(*o, lookup),
		Deploy:        sshboot.Deploy(o.deploy),
		RemoteIP:      o.remoteIP,
	}, err
}

// serverArgs returns the arguments after "server new", in the order of the mosh
// wrapper. Extensions are requested for the built-in client alone.
func serverArgs(o options, lookup func(string) (string, bool)) []string {
	term, _ := lookup("TERM")
	args := []string{"-c", strconv.Itoa(min(vt.TermColors(term), 256))}
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
	for _, variable := range localeVariables(lookup) {
		args = append(args, "-l", variable)
	}
	if o.client == "" {
		args = append(args, "-@", "gm="+state.AllExtensions.String())
	}
	if len(o.command) > 0 {
		args = append(append(args, "--"), o.command...)
	}
	return args
}

func launchLocal(ctx context.Context, o options, lookup func(string) (string, bool)) (sshboot.Endpoint, error) {
	addrs, err := hostlookup.Lookup(ctx, o.destination)
	if err != nil {
		return sshboot.Endpoint{}, &hint.Error{Err: err, Hint: "--local takes an address of this machine, such as 127.0.0.1"}
	}
	addr := addrs[0].Unmap()
	o.destination = addr.String()
	words, err := localServer(o.server)
	if err != nil {
		return sshboot.Endpoint{}, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, localTimeout, errNoAnswer)
	defer cancel()
	announcement, err := runServer(ctx, exec.Command(words[0], append(words[1:], serverArgs(o, lookup)...)...))
	if err != nil {
		return sshboot.Endpoint{}, fmt.Errorf("start a server on this machine: %w", subprocess.StartError(err))
	}
	return sshboot.Endpoint{Addr: addr, Announcement: announcement}, nil
}

func localServer(command string) ([]string, error) {
	if command == "" {
		self, err := os.Executable()
		return []string{self, "server", "new"}, err
	}
	words, err := splitShellWords(command)
	if err != nil {
		return nil, fmt.Errorf("read --server: %w", err)
	}
	if len(words) == 0 {
		return nil, errors.New("read --server: no command")
	}
	return append(words, "new"), nil
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
// announcement. If ctx ends before that, the command is killed.
func runServer(ctx context.Context, cmd *exec.Cmd) (wire.Announcement, error) {
	output := &serverOutput{}
	cmd.Stderr = output
	cmd.WaitDelay = detachTimeout
	out, err := cmd.StdoutPipe()
	if err != nil {
		return wire.Announcement{}, err
	}
	if err := cmd.Start(); err != nil {
		return wire.Announcement{}, err
	}
	giveUp := context.AfterFunc(ctx, func() {
		cmd.Process.Kill()
		time.AfterFunc(detachTimeout, func() { out.Close() }) // a child of its may hold the other end
	})
	a, readErr := readAnnouncement(out, output)
	if readErr == nil && giveUp() {
		awaitDetached(ctx, cmd, out)
		return a, nil
	}
	waitErr := cmd.Wait()
	switch cause := context.Cause(ctx); {
	case cause == errNoAnswer:
		waitErr = &hint.Error{
			Err:  fmt.Errorf("run %q: %w", cmd.String(), cause),
			Hint: "run it by hand to see whether it waits for something",
		}
	case cause != nil:
		return wire.Announcement{}, ctx.Err()
	}
	return wire.Announcement{}, output.annotate(cmp.Or(waitErr, readErr))
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

// readAnnouncement parses lines up to the MOSH CONNECT line. Lines that are no part of
// the announcement are copied to others.
func readAnnouncement(r io.Reader, others io.Writer) (wire.Announcement, error) {
	var a wire.Announcement
	lines := bufio.NewScanner(r)
	for n := 0; n < maxServerLines && lines.Scan(); n++ {
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
