package prompt

import (
	"context"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"gm/internal/sanitize"
)

// terminal asks on the terminal itself, whatever standard input and output are.
type terminal struct {
	open    func() (in, out *os.File, err error)
	notices io.Writer
}

func NewTerminal() terminal { return terminal{open: openTerminal, notices: os.Stderr} }

// Notice and ask are, with [askpass.run] and [subprocess.Stderr], the only ways for text
// to the user. Whatever its source, it is cleaned here.
func (t terminal) Notice(text string) {
	io.WriteString(t.notices, strings.TrimRight(sanitize.Text(text), "\n")+"\n")
}

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

// prompt shows the prompt and reads a line. For a secret it turns the echo off
// first, so that what is typed ahead of the prompt is not shown. The end of ctx ends
// the question with ErrInterrupted: the read goes on then, with its file, until the
// program ends. The key that suspends the program does so, and the prompt is shown
// again afterwards. The terminal is left as it was before.
func (t terminal) prompt(ctx context.Context, prompt string, secret bool) (string, error) {
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

// question is one that was shown.
type question struct {
	out    io.Writer
	fd     int         // of the terminal
	before *term.State // of it
	prompt string
	secret bool
}

// await waits for the answer or the end of ctx.
func (q question) await(ctx context.Context, done <-chan response, suspended <-chan os.Signal) (response, error) {
	for {
		select {
		case a := <-done:
			if q.secret {
				io.WriteString(q.out, "\n") // for the one that was not echoed
			}
			return a, nil
		case <-ctx.Done():
			return response{}, ErrInterrupted
		case <-suspended:
			term.Restore(q.fd, q.before)
			suspend()
			if q.secret {
				echoOff(q.fd) // it has worked before
			}
			io.WriteString(q.out, q.prompt)
		}
	}
}

// Answer is what was read from a terminal.
type response struct {
	line string
	err  error
}

// readLine reads up to a newline, byte by byte, so that nothing after it is
// taken from the terminal.
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
