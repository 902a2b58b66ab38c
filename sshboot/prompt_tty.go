package sshboot

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"

	"golang.org/x/term"

	"gm/internal/sanitize"
)

// terminal asks on the terminal itself, whatever standard input and output are.
type terminal struct {
	open    func() (in, out *os.File, err error)
	notices io.Writer
}

func newTerminal() terminal { return terminal{open: openTerminal, notices: os.Stderr} }

// notice and ask are, with [askpass.run] and [childErrors], the only ways for text
// to the user. Whatever its source, it is cleaned here.
func (t terminal) notice(text string) {
	io.WriteString(t.notices, strings.TrimRight(sanitize.Text(text), "\n")+"\n")
}

func (t terminal) secret(ctx context.Context, prompt string) (string, error) {
	return t.ask(ctx, prompt, true)
}

func (t terminal) answer(ctx context.Context, prompt string) (string, error) {
	return t.ask(ctx, prompt, false)
}

func (t terminal) confirm(ctx context.Context, prompt string) (bool, error) {
	answer, err := t.answer(ctx, prompt+" (yes/no) ")
	return strings.EqualFold(strings.TrimSpace(answer), "yes"), err
}

// ask shows the prompt and reads a line. For a secret it turns the echo off
// first, so that what is typed ahead of the prompt is not shown. A signal that would end or
// stop the program, and the end of ctx, end the question with errInterrupted. A
// read from a terminal can not be broken off: it then goes on, with its file,
// until the program ends. The terminal is left as it was before.
func (t terminal) ask(ctx context.Context, prompt string, secret bool) (string, error) {
	in, out, err := t.open()
	if err != nil {
		return "", errNoTerminal
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
		return "", errNoTerminal
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, promptSignals()...)
	defer signal.Stop(signals)
	defer term.Restore(fd, before)

	io.WriteString(out, sanitize.Text(prompt))
	done := make(chan answer, 1)
	go func() {
		line, err := readLine(in)
		done <- answer{line, err}
	}()
	select {
	case a := <-done:
		if secret {
			io.WriteString(out, "\n") // for the one that was not echoed
		}
		term.Restore(fd, before)
		closeBoth()
		return a.line, a.err
	case <-signals:
	case <-ctx.Done():
	}
	io.WriteString(out, "\n")
	return "", errInterrupted
}

// answer is what was read from a terminal.
type answer struct {
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
