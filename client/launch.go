package client

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"gm/sshboot"
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
	return sshboot.Boot(ctx, request)
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
	args := []string{"-c", strconv.Itoa(min(terminalColors(term), 256))}
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
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", o.destination)
	if err != nil {
		return sshboot.Endpoint{}, hinted{err, "--local takes an address of this machine, such as 127.0.0.1"}
	}
	addr := addrs[0].Unmap()
	o.destination = addr.String()
	words, err := localServer(o.server)
	if err != nil {
		return sshboot.Endpoint{}, err
	}
	announcement, err := announced(exec.Command(words[0], append(words[1:], serverArgs(o, lookup)...)...))
	if err != nil {
		return sshboot.Endpoint{}, fmt.Errorf("start a server on this machine: %w", err)
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

// announced runs a server's command, which detaches, and reads what it says.
func announced(cmd *exec.Cmd) (wire.Announcement, error) {
	complaints := complaints{}
	cmd.Stderr = &complaints
	cmd.WaitDelay = detachTime
	out, err := cmd.StdoutPipe()
	if err != nil {
		return wire.Announcement{}, err
	}
	if err := cmd.Start(); err != nil {
		return wire.Announcement{}, err
	}
	a, readErr := readAnnouncement(out)
	io.Copy(io.Discard, out) // what it prints after: a closed pipe could end it
	waitErr := cmd.Wait()
	if readErr == nil {
		return a, nil
	}
	return wire.Announcement{}, complaints.because(cmp.Or(waitErr, readErr))
}

// detachTime is how long a server that has ended may keep standard error open.
const detachTime = 2 * time.Second

// maxComplaints is how much of a server's standard error is kept, in bytes.
const maxComplaints = 4 << 10

// complaints is a server's standard error, which only matters if it fails.
type complaints struct{ text []byte }

func (c *complaints) Write(p []byte) (int, error) {
	c.text = append(c.text, p[:min(len(p), maxComplaints-len(c.text))]...)
	return len(p), nil
}

// because gives err with what the server said.
func (c *complaints) because(err error) error {
	if text := strings.TrimSpace(string(c.text)); text != "" {
		return fmt.Errorf("%w\n%s", err, text)
	}
	return err
}

// readAnnouncement reads lines up to MOSH CONNECT.
func readAnnouncement(r io.Reader) (wire.Announcement, error) {
	var a wire.Announcement
	lines := bufio.NewScanner(r)
	for n := 0; n < maxServerLines && lines.Scan(); n++ {
		if _, err := a.ParseLine(lines.Text()); err != nil {
			return wire.Announcement{}, err
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
