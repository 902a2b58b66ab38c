// Package prompttest has a user for tests, who answers questions from a list and records
// questions and notices.
package prompttest

import (
	"context"
	"io"
	"slices"
	"strings"
	"sync"

	"gm/sshboot/prompt"
)

// ScriptedUser answers questions from a list, and records questions and notices.
type ScriptedUser struct {
	mu      sync.Mutex
	Answers []string
	Asked   []string
	Told    []string
	// Statuses are the different texts of statuses.
	Statuses []string
	NoRelay  bool // there is no terminal to connect
	Relayed  *scriptedRelay
}

func (u *ScriptedUser) reply(question string) (string, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.Asked = append(u.Asked, question)
	if len(u.Answers) == 0 {
		return "", prompt.ErrNoTerminal
	}
	answer := u.Answers[0]
	u.Answers = u.Answers[1:]
	if answer == "^C" {
		return "", prompt.ErrInterrupted
	}
	return answer, nil
}

func (u *ScriptedUser) Secret(_ context.Context, question string) (string, error) {
	return u.reply("secret: " + question)
}

func (u *ScriptedUser) Ask(_ context.Context, question string) (string, error) {
	return u.reply(question)
}

func (u *ScriptedUser) Confirm(_ context.Context, question string) (bool, error) {
	answer, err := u.reply("confirm: " + question)
	return answer == "yes", err
}

func (u *ScriptedUser) Notice(text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.Told = append(u.Told, text)
}

// Status records the different texts of statuses, and which of them are shown once.
func (u *ScriptedUser) Status(s prompt.Status) {
	u.mu.Lock()
	defer u.mu.Unlock()
	text := s.Text + s.Detail
	if s.Once {
		text = "once: " + s.Text
	}
	if text != "" && !slices.Contains(u.Statuses, text) {
		u.Statuses = append(u.Statuses, text)
	}
}

// Relay answers prompts of the host from the same list, and records the output.
func (u *ScriptedUser) Relay(_ context.Context, host io.Writer, quit func()) (prompt.Relay, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.NoRelay {
		return nil, prompt.ErrNoTerminal
	}
	u.Relayed = &scriptedRelay{user: u, host: host, quit: quit}
	return u.Relayed, nil
}

func (u *ScriptedUser) CanRelay() bool { return !u.NoRelay }

func (u *ScriptedUser) prompt() string { return ": " }

// scriptedRelay answers each prompt that the host shows.
type scriptedRelay struct {
	user    *ScriptedUser
	host    io.Writer
	quit    func()
	Shown   strings.Builder
	line    string
	Stopped bool
}

func (r *scriptedRelay) Show(text []byte) {
	r.user.mu.Lock()
	defer r.user.mu.Unlock()
	r.Shown.Write(text)
	r.line += string(text)
	if len(r.user.Answers) == 0 || !strings.HasSuffix(r.line, r.user.prompt()) {
		return
	}
	answer := r.user.Answers[0]
	r.user.Answers, r.line = r.user.Answers[1:], ""
	if answer == "^C" {
		go r.quit()
		return
	}
	go io.WriteString(r.host, answer+"\n")
}

func (r *scriptedRelay) Stop() { r.Stopped = true }

func (r *scriptedRelay) Size() prompt.TerminalSize { return prompt.TerminalSize{Rows: 24, Cols: 80} }
