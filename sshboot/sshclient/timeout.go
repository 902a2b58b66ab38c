package sshclient

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"gm/sshboot/prompt"
)

const (
	// exchangePatience is how long a host may take to exchange keys, where
	// ConnectTimeout does not say.
	exchangePatience = 30 * time.Second
	// loginPatience is how long a host may take to judge one step of the
	// login: somebody may have to press a button on a phone meanwhile.
	loginPatience = 2 * time.Minute
)

// patience closes a connection on which the host does not answer in time. The
// time that a person takes to answer a question does not count.
type patience struct {
	net.Conn
	waits  *prompt.Waits // is paused during a question
	begun  time.Time
	mu     sync.Mutex
	timer  *time.Timer
	limit  time.Duration
	asking int   // questions that are open
	cause  error // why the connection is gone
}

// errNoAnswer is why a connection on which the host has not answered in time ends.
type errNoAnswer struct{ limit time.Duration }

func (e errNoAnswer) Error() string { return fmt.Sprintf("no answer for %s", e.limit) }

// newPatience begins with limit.
func newPatience(conn net.Conn, limit time.Duration, w *prompt.Waits) *patience {
	p := &patience{Conn: conn, limit: limit, waits: w, begun: time.Now()}
	p.timer = time.AfterFunc(limit, p.expire)
	return p
}

func (p *patience) expire() {
	p.mu.Lock()
	if p.asking == 0 && p.cause == nil {
		p.cause = errNoAnswer{p.limit}
	}
	p.mu.Unlock()
	p.Conn.Close()
}

// allow begins to wait anew, for at most limit.
func (p *patience) allow(limit time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limit = limit
	if p.asking == 0 && p.timer.Stop() {
		p.timer.Reset(limit)
	}
}

// stop ends the waiting.
func (p *patience) stop() { p.timer.Stop() }

// ask runs a question with the clock stopped.
func (p *patience) ask(question func()) {
	p.mu.Lock()
	p.asking++
	running := p.timer.Stop()
	p.mu.Unlock()
	p.waits.Pause()
	question()
	p.waits.Resume()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asking--
	if running {
		p.timer.Reset(p.limit)
	}
}

// Read keeps the reason why the connection ended.
func (p *patience) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	p.keep(err)
	return n, err
}

// Write keeps the reason why the connection ended.
func (p *patience) Write(b []byte) (int, error) {
	n, err := p.Conn.Write(b)
	p.keep(err)
	return n, err
}

func (p *patience) keep(err error) {
	if err == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cause == nil {
		p.cause = err
	}
}

// dead returns why the connection is gone, nil if it is not.
func (p *patience) dead() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cause
}

// patientPrompter asks with the clock of a connection stopped.
type patientPrompter struct {
	prompt.Prompter
	clock *patience
}

func (p patientPrompter) Secret(ctx context.Context, prompt string) (line string, err error) {
	p.clock.ask(func() { line, err = p.Prompter.Secret(ctx, prompt) })
	return line, err
}

func (p patientPrompter) Answer(ctx context.Context, prompt string) (line string, err error) {
	p.clock.ask(func() { line, err = p.Prompter.Answer(ctx, prompt) })
	return line, err
}

func (p patientPrompter) Confirm(ctx context.Context, prompt string) (yes bool, err error) {
	p.clock.ask(func() { yes, err = p.Prompter.Confirm(ctx, prompt) })
	return yes, err
}
