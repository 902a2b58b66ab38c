package sshboot

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"gm/internal/sanitize"
)

// maxDrain is how long a script that gm has no more use for may take to end.
const maxDrain = 2 * time.Second

// hostLine is a line of the host's, or the end of them.
type hostLine struct {
	text string
	err  error
}

// readLines sends the lines of out, up to its end or until done is closed.
func readLines(out io.Reader, lines chan<- hostLine, done <-chan struct{}) {
	r := bufio.NewReaderSize(io.LimitReader(out, maxNoise), maxLine)
	for {
		text, err := readBoundedLine(r)
		select {
		case lines <- hostLine{text, err}:
		case <-done:
			return
		}
		if err != nil {
			return
		}
	}
}

// converse reads lines until the server has announced itself, or to the end. It
// returns an error if the host takes too long for one.
func (s *starter) converse(ctx context.Context, out io.Reader, in io.WriteCloser) error {
	lines, done := make(chan hostLine, 16), make(chan struct{})
	defer close(done)
	go readLines(out, lines, done)
	s.enter(stageShell)
	timer := time.NewTimer(s.patience())
	defer timer.Stop()
	for s.result.announcement.Port == 0 {
		select {
		case line := <-lines:
			forGM, err := s.line(ctx, line.text, in)
			if err != nil {
				in.Close()
				s.drain(lines)
				return err
			}
			if line.err != nil {
				return nil // the end, whatever its cause: failure has the reason
			}
			if forGM {
				timer.Reset(s.patience())
			}
		case <-timer.C:
			return s.silence()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// drain lets the script come to its end, so that it leaves nothing behind.
func (s *starter) drain(lines <-chan hostLine) {
	defer time.AfterFunc(maxDrain, s.cut).Stop()
	for (<-lines).err == nil {
	}
}

// patience returns how long the host may take up to the next line for gm.
func (s *starter) patience() time.Duration {
	switch {
	case s.stage == stageServer:
		return s.limits.server
	case s.stage == stageScript:
		return s.limits.script
	case s.launch.terminal:
		return maxRelay
	}
	return s.limits.shell
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

// line handles one line of the host's. It returns false for one that is not for gm.
func (s *starter) line(ctx context.Context, line string, in io.WriteCloser) (forGM bool, err error) {
	if line == "" {
		return false, nil
	}
	if s.stage == stageServer {
		return false, s.announced(line)
	}
	_, marked, found := strings.Cut(line, s.launch.marker+" ")
	if !found { // a banner, a motd, a .bashrc that prints, or a shell that refuses
		fmt.Fprintln(&s.output, line)
		return false, nil
	}
	if s.stage != stageScript {
		s.enter(stageScript)
	}
	word, rest, _ := strings.Cut(marked, " ")
	return true, s.word(ctx, word, rest, in)
}

// word handles a line of the script's.
func (s *starter) word(ctx context.Context, word, rest string, in io.WriteCloser) error {
	switch word {
	case "at":
		s.result.server = serverAddress(rest)
	case "run":
		s.result.path = rest
		s.output.reset()
		s.enter(stageServer)
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
	case "taken":
		return s.taken(rest)
	case "fail":
		return s.refused(rest)
	case "none":
		return s.nothing(rest)
	}
	return nil
}

// announced handles a line of the server's.
func (s *starter) announced(line string) error {
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

// warned keeps a line that is a warning of a server's.
func (s *starter) warned(line string) {
	if strings.HasPrefix(line, "gm: warning: ") && len(s.result.warnings) < maxWarnings {
		s.result.warnings = append(s.result.warnings, sanitize.Line(line))
	}
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

// serverAddress returns the server's address of SSH_CONNECTION: client address,
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
