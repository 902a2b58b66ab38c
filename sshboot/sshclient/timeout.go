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
	// kexTimeout is how long a host may take to exchange keys, where
	// ConnectTimeout does not say.
	kexTimeout = 30 * time.Second
	// authTimeout is how long a host may take to judge one step of the
	// login: somebody may have to press a button on a phone meanwhile.
	authTimeout = 2 * time.Minute
)

// deadlineConn closes a connection on which the host does not answer in time. The
// time that a person takes to answer a question does not count.
type deadlineConn struct {
	net.Conn
	wait          *prompt.WaitNotice // is paused during a question
	started       time.Time
	mu            sync.Mutex
	timer         *time.Timer
	limit         time.Duration
	openQuestions int   // questions that are open
	cause         error // why the connection is gone
}

// timeoutError is why a connection on which the host has not answered in time ends.
type timeoutError struct{ limit time.Duration }

func (e timeoutError) Error() string { return fmt.Sprintf("no answer for %s", e.limit) }

// newDeadlineConn begins with limit.
func newDeadlineConn(conn net.Conn, limit time.Duration, w *prompt.WaitNotice) *deadlineConn {
	p := &deadlineConn{Conn: conn, limit: limit, wait: w, started: time.Now()}
	p.timer = time.AfterFunc(limit, p.expire)
	return p
}

func (p *deadlineConn) expire() {
	p.mu.Lock()
	if p.openQuestions == 0 && p.cause == nil {
		p.cause = timeoutError{p.limit}
	}
	p.mu.Unlock()
	p.Conn.Close()
}

// extend begins to wait anew, for at most limit.
func (p *deadlineConn) extend(limit time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limit = limit
	if p.openQuestions == 0 && p.timer.Stop() {
		p.timer.Reset(limit)
	}
}

// stop ends the waiting.
func (p *deadlineConn) stop() { p.timer.Stop() }

// pause runs a question with the clock stopped.
func (p *deadlineConn) pause(question func()) {
	p.mu.Lock()
	p.openQuestions++
	running := p.timer.Stop()
	p.mu.Unlock()
	p.wait.Pause()
	question()
	p.wait.Resume()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.openQuestions--
	if running {
		p.timer.Reset(p.limit)
	}
}

// Read keeps the reason why the connection ended.
func (p *deadlineConn) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	p.recordErr(err)
	return n, err
}

// Write keeps the reason why the connection ended.
func (p *deadlineConn) Write(b []byte) (int, error) {
	n, err := p.Conn.Write(b)
	p.recordErr(err)
	return n, err
}

func (p *deadlineConn) recordErr(err error) {
	if err == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cause == nil {
		p.cause = err
	}
}

// err returns why the connection is gone, nil if it is not.
func (p *deadlineConn) err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cause
}

// pausingPrompter asks with the clock of a connection stopped.
type pausingPrompter struct {
	prompt.Prompter
	conn *deadlineConn
}

func (p pausingPrompter) Secret(ctx context.Context, prompt string) (line string, err error) {
	p.conn.pause(func() { line, err = p.Prompter.Secret(ctx, prompt) })
	return line, err
}

func (p pausingPrompter) Ask(ctx context.Context, prompt string) (line string, err error) {
	p.conn.pause(func() { line, err = p.Prompter.Ask(ctx, prompt) })
	return line, err
}

func (p pausingPrompter) Confirm(ctx context.Context, prompt string) (yes bool, err error) {
	p.conn.pause(func() { yes, err = p.Prompter.Confirm(ctx, prompt) })
	return yes, err
}
