package sshboot

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/sshboot/payload"
	"gm/wire"
)

const (
	// maxLine bounds a line of the host's, in bytes; the rest of a longer one
	// is dropped.
	maxLine = 4096
	// maxNoise bounds what a host may print before and around gm's lines.
	maxNoise = 4 << 20
	// maxDrain is how long a script that gm has no more use for may take to
	// end.
	maxDrain = 2 * time.Second
)

// started is what the host told.
type started struct {
	announcement wire.Announcement
	server       netip.Addr // the host's own address, of SSH_CONNECTION; may be missing
	path         string     // of the server that runs
	uploaded     int64      // bytes of the program that was sent, 0 if it was there
}

// newMarker makes the word that marks the lines meant for gm on one connection.
func newMarker() string {
	b := make([]byte, 8)
	rand.Read(b)
	return "gm-" + hex.EncodeToString(b)
}

// starter starts a server through one exec channel.
type starter struct {
	host     string // for messages
	launch   launch
	programs func() (payload.Set, error) // what can be uploaded
	env      []string                    // NAME=VALUE for the session

	result started
	ready  bool // the lines are the server's
	// platform is the host's, if there is no program for it.
	platform string
	output   tail // what the server printed beside its announcement
	errors   tail // what came on standard error
}

// start runs the command line and talks with the script until the server has
// announced itself.
func (s *starter) start(ctx context.Context, client *ssh.Client) (started, error) {
	line, err := s.launch.commandLine()
	if err != nil {
		return started{}, &Error{Err: err}
	}
	session, err := client.NewSession()
	if err != nil {
		return started{}, &Error{Err: fmt.Errorf("%s: open a session: %w", s.host, err), Hint: "does sshd allow sessions to you there?"}
	}
	defer session.Close()
	defer context.AfterFunc(ctx, func() { client.Close() })() // closing the session alone would wait for the host

	stdin, err1 := session.StdinPipe()
	stdout, err2 := session.StdoutPipe()
	session.Stderr = &s.errors
	if err := errors.Join(err1, err2); err != nil {
		return started{}, err
	}
	for _, variable := range s.env {
		setenv(session, variable)
	}
	if err := session.Start(line); err != nil {
		return started{}, &Error{Err: fmt.Errorf("%s: run a command: %w", s.host, err), Hint: "does the account have a shell there?"}
	}
	if err := s.converse(stdout, stdin); err != nil {
		if ctx.Err() != nil {
			return started{}, ctx.Err()
		}
		stdin.Close()
		drain(client, stdout)
		return started{}, err
	}
	if s.result.announcement.Port == 0 {
		return started{}, s.failure(session.Wait())
	}
	return s.result, nil
}

// drain lets the script come to its end, so that it leaves nothing behind.
func drain(client *ssh.Client, out io.Reader) {
	defer time.AfterFunc(maxDrain, func() { client.Close() }).Stop()
	io.Copy(io.Discard, io.LimitReader(out, maxNoise))
}

// setenv asks for a variable and does not wait for the answer: a server that
// does not allow it is no trouble.
func setenv(session *ssh.Session, variable string) {
	name, value, _ := strings.Cut(variable, "=")
	session.SendRequest("env", false, ssh.Marshal(struct{ Name, Value string }{name, value}))
}

// converse reads lines until the server has announced itself, or to the end.
func (s *starter) converse(out io.Reader, in io.WriteCloser) error {
	lines := bufio.NewReaderSize(io.LimitReader(out, maxNoise), maxLine)
	for s.result.announcement.Port == 0 {
		line, err := readBoundedLine(lines)
		if line != "" {
			if err := s.line(line, in); err != nil {
				return err
			}
		}
		if err != nil {
			return nil // the end, whatever its cause: failure tells about it
		}
	}
	return nil
}

// readBoundedLine reads a line without its end; what is longer than the
// reader's buffer is dropped.
func readBoundedLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	text := strings.TrimRight(string(line), "\r\n")
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.ReadSlice('\n')
	}
	return text, err
}

// line handles one line of the host's.
func (s *starter) line(line string, in io.WriteCloser) error {
	if s.ready {
		ok, err := s.result.announcement.ParseLine(line)
		if err != nil {
			return &Error{Err: fmt.Errorf("%s: %w", s.host, err)}
		}
		if !ok {
			fmt.Fprintln(&s.output, line)
		}
		return nil
	}
	_, marked, found := strings.Cut(line, s.launch.marker+" ")
	if !found { // a banner, a motd, a .bashrc that prints, or a shell that refuses
		fmt.Fprintln(&s.output, line)
		return nil
	}
	word, rest, _ := strings.Cut(marked, " ")
	switch word {
	case "at":
		s.result.server = serverAddress(rest)
	case "run":
		s.ready, s.result.path = true, rest
		s.output.reset()
	case "need":
		return s.upload(rest, in)
	case "fail":
		return s.refused(rest)
	case "none":
		return &Error{
			Err:  fmt.Errorf("%s is %s: this gm carries no server for it, and no mosh-server is there", s.host, s.platform),
			Hint: "install mosh there, or name a server that is there: --server=COMMAND",
		}
	}
	return nil
}

// serverAddress gives the server's address of SSH_CONNECTION: client address,
// port, server address, port.
func serverAddress(connection string) netip.Addr {
	fields := strings.Fields(connection)
	if len(fields) != 4 {
		return netip.Addr{}
	}
	addr, err := netip.ParseAddr(fields[2])
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap()
}

// refused is for a line "fail".
func (s *starter) refused(why string) error {
	hint := "is its disk full or read-only? XDG_CACHE_HOME there can name a better place"
	if strings.Contains(why, "start") {
		hint = "install mosh there, and add --server=mosh-server"
	}
	return &Error{Err: fmt.Errorf("%s: %s%s", s.host, cleanText(why), s.errors.suffix()), Hint: hint}
}

// failure is for a host that ended without an announcement.
func (s *starter) failure(wait error) error {
	var exit *ssh.ExitError
	said := s.output.suffix() + s.errors.suffix()
	if wait != nil && !errors.As(wait, &exit) {
		return &Error{Err: fmt.Errorf("%s: the connection ended before the server was started%s", s.host, said)}
	}
	status := 0
	if exit != nil {
		status = exit.ExitStatus()
	}
	switch {
	case !s.ready:
		return &Error{
			Err:  fmt.Errorf("%s: the account's shell did not run a command (status %d)%s", s.host, status, said),
			Hint: "gm needs an account whose shell runs commands with sh",
		}
	case s.launch.command != "" && status == 127:
		return &Error{
			Err:  fmt.Errorf("%s: the server was not found%s", s.host, said),
			Hint: "install mosh there, or leave out --server to have gm upload its own server",
		}
	}
	return &Error{Err: fmt.Errorf("%s: the server did not start (status %d)%s", s.host, status, said)}
}
