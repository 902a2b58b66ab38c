package sshboot

import (
	"context"
	"io"
	"strings"
	"sync"
)

// user answers questions in order and notes what it was asked and told.
type scriptedUser struct {
	mu      sync.Mutex
	answers []string
	asked   []string
	told    []string
	noRelay bool // there is no terminal to connect
	relayed *scriptedRelay
}

func (u *scriptedUser) reply(question string) (string, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.asked = append(u.asked, question)
	if len(u.answers) == 0 {
		return "", errNoTerminal
	}
	answer := u.answers[0]
	u.answers = u.answers[1:]
	if answer == "^C" {
		return "", errInterrupted
	}
	return answer, nil
}

func (u *scriptedUser) secret(_ context.Context, question string) (string, error) {
	return u.reply("secret: " + question)
}

func (u *scriptedUser) answer(_ context.Context, question string) (string, error) {
	return u.reply(question)
}

func (u *scriptedUser) confirm(_ context.Context, question string) (bool, error) {
	answer, err := u.reply("confirm: " + question)
	return answer == "yes", err
}

func (u *scriptedUser) notice(text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.told = append(u.told, text)
}

// relay passes the answers to the host, a line each, and keeps what it shows.
func (u *scriptedUser) relay(_ context.Context, host io.Writer, quit func()) (relay, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.noRelay {
		return nil, errNoTerminal
	}
	u.relayed = &scriptedRelay{user: u, host: host, quit: quit}
	return u.relayed, nil
}

// prompt is how a question ends.
func (u *scriptedUser) prompt() string { return ": " }

// scriptedRelay answers each time that the host has shown a question.
type scriptedRelay struct {
	user    *scriptedUser
	host    io.Writer
	quit    func()
	shown   strings.Builder
	line    string
	stopped bool
}

func (r *scriptedRelay) show(text []byte) {
	r.user.mu.Lock()
	defer r.user.mu.Unlock()
	r.shown.Write(text)
	r.line += string(text)
	if len(r.user.answers) == 0 || !strings.HasSuffix(r.line, r.user.prompt()) {
		return
	}
	answer := r.user.answers[0]
	r.user.answers, r.line = r.user.answers[1:], ""
	if answer == "^C" {
		go r.quit()
		return
	}
	go io.WriteString(r.host, answer+"\n")
}

func (r *scriptedRelay) stop() { r.stopped = true }

func (r *scriptedRelay) size() terminalSize { return terminalSize{24, 80} }
