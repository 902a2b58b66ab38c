package deploy

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"gm/internal/hint"
	"gm/internal/sanitize"
	"gm/sshboot/prompt"
)

// maxDrain is how long a script may take to end after an error.
const maxDrain = 2 * time.Second

// errTooMuch is the error after maxOutput bytes.
var errTooMuch = errors.New("too much output")

// hostLine is a line from the host, or the error that ended them.
type hostLine struct {
	text string
	err  error
}

// lineScanner reads lines from a host in a goroutine of its own. It reads a line each time
// that it is requested to, and nothing of the output after a line that the caller knows to
// be the last.
type lineScanner struct {
	out      io.Reader
	begun    *lineReader
	limited  *io.LimitedReader
	buffered *bufio.Reader
	requests chan struct{} // closed by stop
	lines    chan hostLine
}

func newLineScanner(out io.Reader) *lineScanner {
	begun := &lineReader{Reader: out}
	l := &lineScanner{out: out, begun: begun, limited: &io.LimitedReader{R: begun, N: maxOutput}, requests: make(chan struct{}, 1), lines: make(chan hostLine, 1)}
	l.buffered = bufio.NewReaderSize(l.limited, maxLine)
	go l.scan()
	return l
}

func (l *lineScanner) scan() {
	for range l.requests {
		text, err := readBoundedLine(l.buffered)
		if err != nil && l.limited.N == 0 {
			err = errTooMuch
		}
		l.lines <- hostLine{text, err}
	}
}

// request makes the scanner send the next line to lines. The previous one was received.
func (l *lineScanner) request() { l.requests <- struct{}{} }

func (l *lineScanner) stop() { close(l.requests) }

// rest returns the output after the last line. No line is requested any more.
func (l *lineScanner) rest() io.Reader {
	unread, _ := l.buffered.Peek(l.buffered.Buffered())
	return io.MultiReader(bytes.NewReader(unread), l.out)
}

// readLines handles lines from the host until the server has announced itself or out ends,
// and returns the rest of out. It returns an error if the next line for gm takes too long.
func (s *Bootstrap) readLines(ctx context.Context, out io.Reader, in io.WriteCloser) (rest io.Reader, err error) {
	scanner := newLineScanner(out)
	defer scanner.stop()
	s.unfinished = scanner.begun.text
	s.enter(prompt.StageShell)
	timer := time.NewTimer(s.lineTimeout())
	defer timer.Stop()
	scanner.request()
	for {
		select {
		case line := <-scanner.lines:
			forGM, err := s.handleLine(ctx, line.text, in)
			switch {
			case err != nil:
				in.Close()
				s.drain(scanner, line.err)
				return nil, err
			case s.isReady():
				return scanner.rest(), nil
			case errors.Is(line.err, errTooMuch):
				return nil, s.tooMuchError()
			case line.err != nil:
				return scanner.rest(), nil // exitError returns the reason
			case forGM:
				timer.Reset(s.lineTimeout())
			}
			scanner.request()
		case <-timer.C:
			if !s.waitLonger() {
				return nil, s.timeoutError()
			}
			timer.Reset(s.Limits.Slow - s.Limits.Shell)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (s *Bootstrap) drain(scanner *lineScanner, err error) {
	defer time.AfterFunc(maxDrain, s.closeConn).Stop()
	for err == nil {
		scanner.request()
		err = (<-scanner.lines).err
	}
}

func (s *Bootstrap) lineTimeout() time.Duration {
	switch {
	case s.stage == prompt.StageServer:
		return s.Limits.Server
	case s.stage == prompt.StageScript:
		return s.Limits.Script
	case s.Launch.terminal:
		return maxRelay
	}
	return s.Limits.Shell
}

// waitLonger reports whether to wait for the shell beyond Limits.Shell: once, up to Limits.Slow,
// if there is no terminal in which the user could answer it. It shows a notice then.
func (s *Bootstrap) waitLonger() bool {
	if s.stage != prompt.StageShell || s.Launch.terminal || s.slow || s.Ask.CanRelay() {
		return false
	}
	s.slow = true
	s.noticeShell()
	return true
}

// lineReader retains the line that its reader has begun and not ended, at most maxTail
// bytes of it. It is safe for concurrent use.
type lineReader struct {
	io.Reader
	line tail
}

func (r *lineReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if end := bytes.LastIndexByte(b[:n], '\n') + 1; end > 0 {
		r.line.reset()
		r.line.Write(b[end:n])
	} else {
		r.line.Write(b[:n])
	}
	return n, err
}

// text returns the unfinished line.
func (r *lineReader) text() string { return r.line.String() }

// readBoundedLine returns a line without its end. The part that exceeds the reader's
// buffer is discarded.
func readBoundedLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	text := strings.TrimRight(string(line), "\r\n")
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.ReadSlice('\n')
	}
	return text, err
}

// handleLine handles a line from the host, and reports whether it is one for gm.
func (s *Bootstrap) handleLine(ctx context.Context, line string, in io.WriteCloser) (forGM bool, err error) {
	if line == "" {
		return false, nil
	}
	if s.stage == prompt.StageServer {
		return s.handleServerLine(line)
	}
	_, marked, found := strings.Cut(line, s.Launch.marker+" ")
	if !found { // a banner, a motd, output of .bashrc, or an error of the shell
		fmt.Fprintln(&s.output, line)
		return false, nil
	}
	if s.stage != prompt.StageScript {
		s.enter(prompt.StageScript)
	}
	word, rest, _ := strings.Cut(marked, " ")
	return true, s.handleWord(ctx, word, rest, in)
}

func (s *Bootstrap) handleWord(ctx context.Context, word, rest string, in io.WriteCloser) error {
	switch word {
	case "at":
		s.result.Server = ServerAddress(rest)
	case "run":
		s.result.Path = rest
		s.output.reset()
		s.enter(prompt.StageServer)
	case "need":
		return s.upload(ctx, rest, in)
	case "open":
		s.handleOpen(rest)
	case "first":
		s.result.First = true
	case "outside":
		s.result.OutsideHome = sanitize.Line(rest)
	case "bad":
		if s.sent == nil {
			return s.protocolError("rejects a program that was not sent")
		}
		s.failed = append(s.failed, *s.sent)
		return errRetry
	case "short":
		return s.handleNoSpace(rest)
	case "taken":
		return s.handleTaken(rest)
	case "fail":
		return s.handleFail(rest)
	case "none":
		return s.handleNoServer(rest)
	case "empty":
		return ErrNoSessions
	}
	return nil
}

// handleServerLine handles a line of the server, and reports whether it is one of a reply,
// which may take the time for each of its lines: kill waits for each session.
func (s *Bootstrap) handleServerLine(line string) (reply bool, err error) {
	if s.result.Reply.ParseLine(line) {
		return true, nil
	}
	ok, err := s.result.Announcement.ParseLine(line)
	if err != nil {
		return false, &hint.Error{Err: fmt.Errorf("%s: %w", s.Host, err)}
	}
	if !ok {
		fmt.Fprintln(&s.output, line)
		s.recordWarning(line)
	}
	return false, nil
}

func (s *Bootstrap) recordWarning(line string) {
	if strings.HasPrefix(line, "gm: warning: ") && len(s.result.Warnings) < maxWarnings {
		s.result.Warnings = append(s.result.Warnings, sanitize.Line(line))
	}
}

// handleOpen handles "open": a directory is not used because other accounts can change it.
func (s *Bootstrap) handleOpen(rest string) {
	words := strings.SplitN(sanitize.Line(rest), " ", 3)
	if len(words) < 3 || len(s.result.openDirs) == maxOpenDirs {
		return
	}
	text := fmt.Sprintf("%s (mode %s, owner %s)", words[2], words[0], words[1])
	if !slices.Contains(s.result.openDirs, text) {
		s.result.openDirs = append(s.result.openDirs, text)
	}
}

// OpenDirsSuffix returns the end of a message that lists the directories that other
// accounts can change, or "" if there are none.
func (s *Result) OpenDirsSuffix() string {
	if len(s.openDirs) == 0 {
		return ""
	}
	return "; other accounts can change " + strings.Join(s.openDirs, " and ") + ", which chmod go-w or chown fixes"
}

// ServerAddress returns the server's address in SSH_CONNECTION, which is "CLIENT PORT
// SERVER PORT". It is invalid if connection has another form.
func ServerAddress(connection string) netip.Addr {
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
