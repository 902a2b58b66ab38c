package prompt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"gm/internal/sanitize"
	"gm/internal/subprocess"
)

// askpass asks with a program instead of the terminal, as described in ssh(1) under
// SSH_ASKPASS and SSH_ASKPASS_REQUIRE.
type askpass struct {
	Prompter // for notices
	program  string
}

// Choose returns t or the program in SSH_ASKPASS, depending on SSH_ASKPASS_REQUIRE (never,
// prefer or force). By default the program is used if there is a display and no terminal.
func Choose(t terminal, lookup func(string) (string, bool)) Prompter {
	get := func(name string) string { value, _ := lookup(name); return value }
	program := get("SSH_ASKPASS")
	if program == "" {
		return t
	}
	hasDisplay := get("DISPLAY") != "" || get("WAYLAND_DISPLAY") != ""
	switch get("SSH_ASKPASS_REQUIRE") {
	case "never":
		return t
	case "force":
		return askpass{t, program}
	case "prefer":
		if hasDisplay {
			return askpass{t, program}
		}
		return t
	}
	if in, out, err := t.open(); err == nil {
		in.Close()
		if out != in {
			out.Close()
		}
		return t
	}
	if hasDisplay {
		return askpass{t, program}
	}
	return t
}

// ConfirmByProgram reports whether the user says yes to the program of SSH_ASKPASS, for questions
// while the terminal is in use. Without a program the answer is no.
func ConfirmByProgram(ctx context.Context, question string, get func(string) string) bool {
	program := get("SSH_ASKPASS")
	if program == "" {
		return false
	}
	ok, err := askpass{program: program}.Confirm(ctx, question)
	return ok && err == nil
}

func (a askpass) Secret(ctx context.Context, prompt string) (string, error) {
	return a.run(ctx, prompt)
}

func (a askpass) Ask(ctx context.Context, prompt string) (string, error) {
	return a.run(ctx, prompt)
}

func (a askpass) Confirm(ctx context.Context, prompt string) (bool, error) {
	line, err := a.run(ctx, prompt, "SSH_ASKPASS_PROMPT=confirm")
	return err == nil && (line == "" || strings.EqualFold(line, "yes")), err
}

// run returns the first line of the program's output. A status other than 0 means that the
// user refused to answer.
func (a askpass) run(ctx context.Context, prompt string, env ...string) (string, error) {
	cmd := exec.CommandContext(ctx, a.program, sanitize.Text(prompt))
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr, cmd.WaitDelay = subprocess.Stderr(), subprocess.WaitDelay
	out, err := cmd.Output()
	defer clear(out)
	if err != nil {
		if _, ended := errors.AsType[*exec.ExitError](err); ended {
			return "", fmt.Errorf("%s: %w", a.program, err)
		}
		return "", fmt.Errorf("SSH_ASKPASS: %w", subprocess.StartError(err))
	}
	line, _, _ := bytes.Cut(out, []byte("\n"))
	return strings.TrimSuffix(string(line[:min(len(line), maxAnswer)]), "\r"), nil
}
