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
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"gm/internal/sanitize"
	"gm/sshboot/payload"
	"gm/wire"
)

const (
	// maxLine bounds a line of the host's, in bytes; the rest of a longer one
	// is dropped.
	maxLine = 4096
	// maxNoise bounds what a host may print before and around gm's lines.
	maxNoise = 4 << 20
	// maxWarnings bounds how many warnings of a server's are shown.
	maxWarnings = 8
	// maxOpen bounds how many directories that others can change are named.
	maxOpen = 4
	// maxTries bounds how many programs are sent to a host in one login: so many
	// may run on one platform.
	maxTries = 4
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
	outside      string     // the directory of the program that was sent, if that is not in the home
	open         []string   // directories that other accounts can change, at most maxOpen
	warnings     []string   // of the server's, at most maxWarnings
}

// newMarker makes the word that marks the lines meant for gm on one connection.
func newMarker() string {
	b := make([]byte, 8)
	rand.Read(b)
	return "gm-" + hex.EncodeToString(b)
}

// starter starts a server through one exec channel, or through one for each
// program or place that turns out not to do.
type starter struct {
	host     string // for messages
	launch   launch
	programs library
	env      []string // NAME=VALUE for the session
	meter    meter

	result started
	ready  bool // the lines are the server's
	// platform is what the host has said of itself, once it has.
	platform *payload.Host
	asked    bool              // this attempt has asked for a program
	sent     *payload.Platform // of the program that this attempt was sent
	// tried are the platforms whose programs did not start on this host.
	tried  []payload.Platform
	output tail // what the server printed beside its announcement
	errors tail // what came on standard error
}

// errAnother asks for another attempt, with what was learned in the last one.
var errAnother = errors.New("the host needs another program or place")

// start starts the server, with as many attempts as there are programs and
// places.
func (s *starter) start(ctx context.Context, client *ssh.Client) (started, error) {
	for {
		result, err := s.attempt(ctx, client)
		if !errors.Is(err, errAnother) {
			return result, err
		}
		s.output.reset()
		s.errors.reset()
	}
}

// attempt runs the command line and talks with the script until the server has
// announced itself.
func (s *starter) attempt(ctx context.Context, client *ssh.Client) (started, error) {
	line, err := s.launch.commandLine()
	if err != nil {
		return started{}, &Error{Err: err}
	}
	s.asked, s.sent = false, nil
	c, err := openChannel(client, s.host, line, s.env, &s.errors)
	if err != nil {
		return started{}, err
	}
	defer c.session.Close()
	defer context.AfterFunc(ctx, func() { client.Close() })() // closing the session alone would wait for the host

	if err := s.converse(ctx, c.out, c.in); err != nil {
		if ctx.Err() != nil {
			return started{}, ctx.Err()
		}
		c.in.Close()
		drain(client, c.out)
		return started{}, err
	}
	if s.result.announcement.Port == 0 {
		return started{}, s.failure(c.session.Wait())
	}
	return s.result, nil
}

// channel is an exec channel.
type channel struct {
	session *ssh.Session
	in      io.WriteCloser
	out     io.Reader
}

// openChannel runs a command line on the host.
func openChannel(client *ssh.Client, host, line string, env []string, stderr io.Writer) (channel, error) {
	session, err := client.NewSession()
	if err != nil {
		return channel{}, &Error{Err: fmt.Errorf("%s: open a session: %s", host, foreign(err)), Hint: "does sshd allow sessions to you there?"}
	}
	stdin, err1 := session.StdinPipe()
	stdout, err2 := session.StdoutPipe()
	session.Stderr = stderr
	if err := errors.Join(err1, err2); err != nil {
		session.Close()
		return channel{}, err
	}
	for _, variable := range env {
		setenv(session, variable)
	}
	if err := session.Start(line); err != nil {
		session.Close()
		return channel{}, &Error{Err: fmt.Errorf("%s: run a command: %s", host, foreign(err)), Hint: "does the account have a shell there?"}
	}
	return channel{session, stdin, stdout}, nil
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
func (s *starter) converse(ctx context.Context, out io.Reader, in io.WriteCloser) error {
	lines := bufio.NewReaderSize(io.LimitReader(out, maxNoise), maxLine)
	for s.result.announcement.Port == 0 {
		line, err := readBoundedLine(lines)
		if line != "" {
			if err := s.line(ctx, line, in); err != nil {
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

// warned keeps a line that is a warning of a server's.
func (s *starter) warned(line string) {
	if strings.HasPrefix(line, "gm: warning: ") && len(s.result.warnings) < maxWarnings {
		s.result.warnings = append(s.result.warnings, sanitize.Line(line))
	}
}

// line handles one line of the host's.
func (s *starter) line(ctx context.Context, line string, in io.WriteCloser) error {
	if s.ready {
		ok, err := s.result.announcement.ParseLine(line)
		if err != nil {
			return &Error{Err: fmt.Errorf("%s: %w", s.host, err)}
		}
		if !ok {
			fmt.Fprintln(&s.output, line)
			s.warned(line)
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
		return s.upload(ctx, rest, in)
	case "open":
		s.openDirectory(rest)
	case "outside":
		s.result.outside = sanitize.Line(rest)
	case "bad":
		if s.sent == nil {
			return s.nonsense("refuses a program that it was not sent")
		}
		s.tried = append(s.tried, *s.sent)
		return errAnother
	case "short":
		return s.cramped(rest)
	case "fail":
		return s.refused(rest)
	case "none":
		return s.nothing(rest)
	}
	return nil
}

// nonsense is for a host that does not keep to the script's protocol. It could have
// gm send and compile programs for ever.
func (s *starter) nonsense(what string) error {
	return &Error{Err: fmt.Errorf("%s %s", s.host, what), Hint: "does another program answer there in place of a shell?"}
}

// openDirectory is for a line "open": a directory that is not used, as other
// accounts can change what is in it.
func (s *starter) openDirectory(rest string) {
	words := strings.SplitN(sanitize.Line(rest), " ", 3)
	if len(words) < 3 || len(s.result.open) == maxOpen {
		return
	}
	text := fmt.Sprintf("%s (mode %s, owner %s)", words[2], words[0], words[1])
	if !slices.Contains(s.result.open, text) {
		s.result.open = append(s.result.open, text)
	}
}

// why returns which directories others can change, to follow a message.
func (s *started) why() string {
	if len(s.open) == 0 {
		return ""
	}
	return "; other accounts can change " + strings.Join(s.open, " and ") + ", which chmod go-w or chown mends"
}

// maxPlaces is how many the script knows.
const maxPlaces = 6

// cramped is for a line "short": a place that has no room for the program.
func (s *starter) cramped(rest string) error {
	number, dir, _ := strings.Cut(rest, " ")
	if len(s.launch.avoid) >= maxPlaces || slices.Contains(s.launch.avoid, number) || len(number) != 1 {
		return s.refused("the program did not arrive whole in " + dir)
	}
	s.launch.avoid = append(s.launch.avoid, number)
	return errAnother
}

// nothing is for a line "none": neither gm nor the host has a server.
func (s *starter) nothing(uname string) error {
	system, machine, _ := strings.Cut(sanitize.Line(uname), " ")
	if s.launch.deploy == DeployNever {
		return &Error{
			Err:  fmt.Errorf("%s: neither gm nor mosh-server is installed there, nor was gm put there before", s.host),
			Hint: "leave out --deploy=never, or install either there" + s.result.why(),
		}
	}
	candidates := payload.Host{System: system, Machine: machine}.Candidates()
	for _, p := range candidates {
		if slices.Contains(s.tried, p) {
			return &Error{
				Err:  fmt.Errorf("%s is %s %s: no server that gm has for it starts there, and no mosh-server is installed", s.host, system, machine),
				Hint: "install mosh there, or name a server that is there: --server=COMMAND",
			}
		}
	}
	hint := "install mosh there, or name a server that is there: --server=COMMAND"
	if len(candidates) > 0 {
		hint = fmt.Sprintf("put %s beside gm or into %s, or install mosh there", candidates[0].File(), s.programs.cache)
	}
	return &Error{
		Err:  fmt.Errorf("%s is %s %s: this gm carries no server for it, and no mosh-server is there", s.host, system, machine),
		Hint: hint,
	}
}

// refused is for a line "fail".
func (s *starter) refused(why string) error {
	hint := "is its disk full or read-only? XDG_CACHE_HOME there can name a better place"
	if len(s.launch.avoid) > 0 {
		why += " with enough room for the program"
	}
	return &Error{Err: fmt.Errorf("%s: %s%s", s.host, sanitize.Line(why), s.errors.suffix()), Hint: hint + s.result.why()}
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
