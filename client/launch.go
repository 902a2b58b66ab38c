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

	"gm/internal/hostlookup"
	"gm/internal/sanitize"
	"gm/internal/subprocess"
	"gm/sshboot"
	"gm/vt"
	"gm/wire"
	"gm/wire/state"
)

// maxServerLines bounds what a local server may print before it says where it
// listens.
const maxServerLines = 64

// launch starts a server where o says and gives its endpoint.
func launch(ctx context.Context, o options, lookup func(string) (string, bool)) (sshboot.Endpoint, error) {
	if o.local {
		return launchLocal(ctx, o, lookup)
	}
	request, err := o.request(lookup)
	if err != nil {
		return sshboot.Endpoint{}, err
	}
	endpoint, err := sshboot.Boot(ctx, request)
	return endpoint, o.explainPort(err)
}

// request is the command line as sshboot takes it.
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

// serverArgs are the arguments after "server new", in the order of the mosh
// wrapper. Only the built-in client understands extensions.
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

// launchLocal starts a server on this machine: gm's own, or --server.
func launchLocal(ctx context.Context, o options, lookup func(string) (string, bool)) (sshboot.Endpoint, error) {
	addrs, err := hostlookup.Lookup(ctx, o.destination)
	if err != nil {
		return sshboot.Endpoint{}, hinted{err, "--local takes an address of this machine, such as 127.0.0.1"}
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
	words, err := splitWords(command)
	if err != nil {
		return nil, fmt.Errorf("read --server: %w", err)
	}
	if len(words) == 0 {
		return nil, errors.New("read --server: no command")
	}
	return append(words, "new"), nil
}

const (
	// localPatience is how long a local server may take to announce itself.
	localTimeout = 15 * time.Second
	// detachTime is how long a server that has announced itself may take to detach,
	// and one that has ended, to close standard error.
	detachTimeout = 2 * time.Second
)

// errNoAnswer is why a context ends after localPatience.
var errNoAnswer = fmt.Errorf("no answer for %v", localTimeout)

// announced runs a server's command, which detaches, and returns its announcement.
// One that has not made it when ctx ends is killed.
func runServer(ctx context.Context, cmd *exec.Cmd) (wire.Announcement, error) {
	complaints := &serverOutput{}
	cmd.Stderr = complaints
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
	a, readErr := readAnnouncement(out, complaints)
	if readErr == nil && giveUp() {
		awaitDetached(ctx, cmd, out)
		return a, nil
	}
	waitErr := cmd.Wait()
	switch cause := context.Cause(ctx); {
	case cause == errNoAnswer:
		waitErr = hinted{fmt.Errorf("run %q: %w", cmd.String(), cause), "does it wait for something? run it by hand to see"}
	case cause != nil:
		return wire.Announcement{}, ctx.Err()
	}
	return wire.Announcement{}, complaints.annotate(cmp.Or(waitErr, readErr))
}

// awaitDetached waits for the end of a command that has announced its server, and
// reads what it prints after that, as a closed pipe could end it. One that goes on
// is the server itself.
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

// maxComplaints is how much of a server's output is kept, in bytes.
const maxServerOutput = 4 << 10

// complaints is what a server has printed besides its announcement, which only
// matters if it fails. It is safe for concurrent use.
type serverOutput struct {
	mu   sync.Mutex
	text []byte
}

func (c *serverOutput) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.text = append(c.text, p[:min(len(p), maxServerOutput-len(c.text))]...)
	return len(p), nil
}

// because returns err with what the server has printed.
func (c *serverOutput) annotate(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if text := sanitize.Quoted(string(c.text)); text != "" {
		return fmt.Errorf("%w; it printed:%s", err, text)
	}
	return err
}

// readAnnouncement reads lines up to MOSH CONNECT. What else they hold goes to
// others.
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
	return wire.Announcement{}, errors.New("the server did not say where it listens")
}
