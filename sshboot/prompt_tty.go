package sshboot

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"

	"golang.org/x/term"
)

// terminal asks on the terminal itself, whatever standard input and output are.
type terminal struct {
	open    func() (in, out *os.File, err error)
	notices io.Writer
}

func newTerminal() terminal { return terminal{open: openTerminal, notices: os.Stderr} }

func (t terminal) notice(text string) { io.WriteString(t.notices, strings.TrimRight(text, "\n")+"\n") }

func (t terminal) secret(ctx context.Context, prompt string) (string, error) {
	return t.ask(ctx, prompt, func(_ *os.File, fd int) (string, error) {
		line, err := term.ReadPassword(fd)
		return string(line), err
	}, "\n")
}

func (t terminal) answer(ctx context.Context, prompt string) (string, error) {
	return t.ask(ctx, prompt, readLine, "")
}

func (t terminal) confirm(ctx context.Context, prompt string) (bool, error) {
	answer, err := t.answer(ctx, prompt+" (yes/no) ")
	return strings.EqualFold(strings.TrimSpace(answer), "yes"), err
}

// ask shows the prompt and reads. A signal that would end or stop the program,
// and the end of ctx, end the question: the terminal is as before, the answer
// is errInterrupted. A read from a terminal can not be broken off: it then goes
// on, with its file, until the program ends.
func (t terminal) ask(ctx context.Context, prompt string, read func(in *os.File, fd int) (string, error), after string) (string, error) {
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
	if err != nil {
		closeBoth()
		return "", errNoTerminal
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, promptSignals()...)
	defer signal.Stop(signals)

	io.WriteString(out, prompt)
	type result struct {
		line string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		line, err := read(in, fd)
		done <- result{line, err}
	}()
	select {
	case r := <-done:
		io.WriteString(out, after)
		closeBoth()
		return r.line, r.err
	case <-signals:
	case <-ctx.Done():
	}
	term.Restore(fd, before)
	io.WriteString(out, "\n")
	return "", errInterrupted
}

// readLine reads up to a newline, byte by byte, so that nothing after it is
// taken from the terminal.
func readLine(in *os.File, _ int) (string, error) {
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
