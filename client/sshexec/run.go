// Package sshexec runs programs over an SSH connection as ssh does: standard input, output
// and error apart and binary, with the program's exit status. They end with the connection.
package sshexec

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"

	"golang.org/x/crypto/ssh"

	"gm/client/x11"
	"gm/internal/forward"
	"gm/internal/sanitize"
)

// Failed is ssh's exit status for its own failures, and for programs without an exit status.
const Failed = 255

// Program is a program to run on a host, with the streams that it has here.
type Program struct {
	Host string // for messages
	// Command is a command line for the account's shell, empty for the login shell, or the
	// name of a subsystem.
	Command   string
	Subsystem bool
	Env       []string // NAME=VALUE
	Terminal  *Terminal
	// X11 is the X server that the program may use; nil for none.
	X11 *x11.Server
	// Log receives messages about X11 in ssh's words, in any goroutine.
	Log func(text string)
	Streams
}

// Streams are the standard streams of a program.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Standard returns the standard streams of this process. From then on, writing to a pipe
// that nothing reads any more is an error and does not end the process.
func Standard() Streams {
	signal.Notify(make(chan os.Signal, 1), brokenPipe...)
	return Streams{os.Stdin, os.Stdout, os.Stderr}
}

// Terminal is a terminal to request for a program.
type Terminal struct {
	Term       string // TERM
	Rows, Cols int
	// Resized has the new sizes; nil for none.
	Resized <-chan Size
}

// Size is the size of a terminal in cells.
type Size struct{ Rows, Cols int }

// message is an error in ssh's words.
type message string

func (m message) Error() string { return string(m) }

func endedByHost(host string) error {
	return message("Connection to " + sanitize.Line(host) + " closed by remote host.")
}

// Run runs p and returns its exit status, [Failed] for a program that a signal ended. An
// error is in ssh's words, and the status is then Failed. The end of ctx ends the channel.
func Run(ctx context.Context, client *ssh.Client, p Program) (status int, err error) {
	channel, requests, err := client.OpenChannel("session", nil)
	if err != nil {
		return Failed, openError(err)
	}
	defer channel.Close()
	defer context.AfterFunc(ctx, func() { channel.Close() })()
	end := make(chan exit, 1)
	go func() { end <- watch(requests) }()
	if p.X11 != nil {
		forwardX11(client, channel, p)
	}
	if err := start(channel, p); err != nil {
		return Failed, err
	}
	carry(channel, channel.Stderr(), p.Streams)
	e := <-end
	switch {
	case ctx.Err() != nil:
		return Failed, ctx.Err()
	case !e.known:
		return Failed, endedByHost(p.Host)
	}
	return e.status, nil
}

func start(channel ssh.Channel, p Program) error {
	for _, variable := range p.Env {
		name, value, _ := strings.Cut(variable, "=")
		channel.SendRequest("env", false, ssh.Marshal(struct{ Name, Value string }{name, value}))
	}
	if t := p.Terminal; t != nil {
		if ok, err := channel.SendRequest("pty-req", true, t.request()); err != nil || !ok {
			return message("PTY allocation request failed on channel 0")
		}
		go t.watch(channel)
	}
	kind, payload := "exec", ssh.Marshal(struct{ Command string }{p.Command})
	switch {
	case p.Subsystem:
		kind = "subsystem"
	case p.Command == "":
		kind, payload = "shell", nil
	}
	ok, err := channel.SendRequest(kind, true, payload)
	if err != nil {
		return endedByHost(p.Host)
	}
	if !ok {
		return message(kind + " request failed on channel 0")
	}
	return nil
}

// request returns the payload of pty-req (RFC 4254, 6.2) without terminal modes.
func (t *Terminal) request() []byte {
	return ssh.Marshal(struct {
		Term                      string
		Cols, Rows, Width, Height uint32
		Modes                     string
	}{t.Term, uint32(t.Cols), uint32(t.Rows), 0, 0, "\x00"})
}

// watch reports new sizes to the host until there are no more.
func (t *Terminal) watch(channel ssh.Channel) {
	for size := range t.Resized {
		channel.SendRequest("window-change", false, ssh.Marshal(struct{ Cols, Rows, Width, Height uint32 }{uint32(size.Cols), uint32(size.Rows), 0, 0}))
	}
}

// exit is the end of a program as the host reports it.
type exit struct {
	status int
	known  bool
}

// watch handles the requests of the host until the channel ends.
func watch(requests <-chan *ssh.Request) (e exit) {
	for r := range requests {
		switch r.Type {
		case "exit-status":
			if len(r.Payload) == 4 {
				e = exit{int(binary.BigEndian.Uint32(r.Payload)) & 0xff, true}
			}
		case "exit-signal":
			e = exit{Failed, true}
		}
		if r.WantReply {
			r.Reply(false, nil)
		}
	}
	return e
}

// carry copies the streams, and returns when the output has ended. What is still read from
// the input then is lost, as with ssh.
func carry(channel ssh.Channel, errors io.Reader, s Streams) {
	go func() {
		if s.In != nil {
			io.Copy(channel, s.In)
		}
		channel.CloseWrite()
	}()
	var outputs sync.WaitGroup
	outputs.Go(func() { receive(channel, s.Out, channel) })
	if errors != nil {
		outputs.Go(func() { receive(channel, s.Err, errors) })
	}
	outputs.Wait()
}

// receive copies r to w. If w fails, the host is told that nothing more is written, which
// ends programs there as a closed pipe does (OpenSSH, PROTOCOL, 2.1).
func receive(channel ssh.Channel, w io.Writer, r io.Reader) {
	if _, err := io.Copy(w, r); err != nil {
		channel.SendRequest("eow@openssh.com", false, nil)
		io.Copy(io.Discard, r)
	}
}

// Connect connects the input and the output to an address that the host connects to, as
// ssh -W does.
func Connect(ctx context.Context, client *ssh.Client, target forward.Address, s Streams) error {
	kind, payload := connectRequest(target)
	channel, requests, err := client.OpenChannel(kind, payload)
	if err != nil {
		return ConnectError(openReason(err))
	}
	defer channel.Close()
	defer context.AfterFunc(ctx, func() { channel.Close() })()
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		ssh.DiscardRequests(requests)
	}()
	carry(channel, nil, s)
	<-closed // the host closes the channel once both directions have ended
	return ctx.Err()
}

// connectRequest returns the kind and the payload of a channel (RFC 4254, 7.2; OpenSSH,
// PROTOCOL, 2.4). ssh names the same originator.
func connectRequest(target forward.Address) (kind string, payload []byte) {
	if target.Path != "" {
		return "direct-streamlocal@openssh.com", ssh.Marshal(struct {
			Path, Reserved string
			Port           uint32
		}{Path: target.Path})
	}
	return "direct-tcpip", ssh.Marshal(struct {
		Host       string
		Port       uint32
		Originator string
		FromPort   uint32
	}{target.Host, uint32(target.Port), "127.0.0.1", 65535})
}

// ConnectError returns the error of a connection of ssh -W that the host does not make.
func ConnectError(reason string) error {
	return message(reason + "\nstdio forwarding failed")
}

func openError(err error) error { return message(openReason(err)) }

func openReason(err error) string {
	refused, ok := errors.AsType[*ssh.OpenChannelError](err)
	if !ok {
		return sanitize.SSHError(err)
	}
	return OpenFailed + fmt.Sprintf("%s: %s", refused.Reason, sanitize.Line(refused.Message))
}

// OpenFailed begins the reason of a channel that the host does not open.
const OpenFailed = "channel 0: open failed: "

// IsMessage reports whether err is in ssh's words.
func IsMessage(err error) bool {
	_, ok := errors.AsType[message](err)
	return ok
}
