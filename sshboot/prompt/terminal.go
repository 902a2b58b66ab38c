package prompt

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"gm/internal/sanitize"
)

// terminal asks on the terminal itself, independently of standard input and output.
type terminal struct {
	open    func() (in, out *os.File, err error)
	notices *statusLine
}

// NewTerminal returns a Prompter on the controlling terminal. With plain set, or on a
// terminal without a cursor, nothing that was written changes.
func NewTerminal(plain bool) terminal {
	plain = plain || slices.Contains([]string{"dumb", "unknown"}, os.Getenv("TERM"))
	return terminal{open: openTerminal, notices: &statusLine{out: os.Stderr, width: errorWidth, plain: plain}}
}

// Notice, Status and prompt sanitize all text. Together with [askpass.run] and
// [subprocess.Stderr] they are the only functions that show text from outside to the user.
func (t terminal) Notice(text string) {
	t.notices.print(strings.TrimRight(sanitize.Text(text), "\n") + "\n")
}

func (t terminal) Status(s Status) { t.notices.set(s) }

func (t terminal) Secret(ctx context.Context, prompt string) (string, error) {
	return t.prompt(ctx, prompt, true)
}

func (t terminal) Ask(ctx context.Context, prompt string) (string, error) {
	return t.prompt(ctx, prompt, false)
}

func (t terminal) Confirm(ctx context.Context, prompt string) (bool, error) {
	answer, err := t.Ask(ctx, prompt+" (yes/no) ")
	return strings.EqualFold(strings.TrimSpace(answer), "yes"), err
}

// prompt shows a prompt and reads a line. For a secret it turns off the echo first, so
// that input typed before the prompt is not shown either. The end of ctx ends the question
// with ErrInterrupted; the read and its file then remain until the program ends. After the
// program was suspended, the prompt is shown again. The terminal is restored in any case.
func (t terminal) prompt(ctx context.Context, prompt string, secret bool) (string, error) {
	t.Status(Status{})
	in, out, err := t.open()
	if err != nil {
		return "", ErrNoTerminal
	}
	closeBoth := func() {
		in.Close()
		if out != in {
			out.Close()
		}
	}
	fd := int(in.Fd())
	before, err := term.GetState(fd)
	if err == nil && secret {
		err = echoOff(fd)
	}
	if err != nil {
		closeBoth()
		return "", ErrNoTerminal
	}
	suspended, stop := watchSuspend()
	defer stop()
	defer term.Restore(fd, before)
	q := question{out: out, fd: fd, before: before, prompt: sanitize.Text(prompt), secret: secret}
	io.WriteString(out, q.prompt)
	done := make(chan response, 1)
	go func() {
		line, err := readLine(in)
		done <- response{line, err}
	}()
	a, err := q.await(ctx, done, suspended)
	if err != nil {
		return "", err
	}
	term.Restore(fd, before)
	closeBoth()
	return a.line, a.err
}

// question is a prompt that has been shown.
type question struct {
	out    io.Writer
	fd     int         // the terminal
	before *term.State // its state before the question
	prompt string
	secret bool
}

func (q question) await(ctx context.Context, done <-chan response, suspended <-chan os.Signal) (response, error) {
	for {
		select {
		case a := <-done:
			if q.secret {
				io.WriteString(q.out, "\n") // the user's was not echoed
			}
			return a, nil
		case <-ctx.Done():
			return response{}, ErrInterrupted
		case <-suspended:
			term.Restore(q.fd, q.before)
			suspend()
			if q.secret {
				echoOff(q.fd) // it succeeded before
			}
			io.WriteString(q.out, q.prompt)
		}
	}
}

// response is a line read from a terminal.
type response struct {
	line string
	err  error
}

// readLine reads up to a newline, byte by byte, so that later input remains in the
// terminal.
func readLine(in *os.File) (string, error) {
	var line []byte
	for b := make([]byte, 1); ; {
		n, err := in.Read(b)
		switch {
		case n == 1 && b[0] == '\n':
			return strings.TrimSuffix(string(line), "\r"), nil
		case n == 1 && len(line) < maxAnswer:
			line = append(line, b[0])
		case err != nil:
			return "", err
		}
	}
}
