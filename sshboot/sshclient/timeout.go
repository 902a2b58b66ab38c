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
	// kexTimeout is the timeout of the key exchange if ConnectTimeout is not set.
	kexTimeout = 30 * time.Second
	// authTimeout is the timeout of the host's reply to one step of the authentication.
	// The user may have to confirm it on another device meanwhile.
	authTimeout = 2 * time.Minute
)

// deadlineConn is a connection that closes itself if the host does not reply in time. The
// clock is stopped while the user answers a prompt.
type deadlineConn struct {
	net.Conn
	wait          *prompt.WaitNotice // paused during a prompt
	started       time.Time
	mu            sync.Mutex
	timer         *time.Timer
	limit         time.Duration
	openQuestions int   // prompts that the user has not answered yet
	cause         error // the error that ended the connection
}

// timeoutError is the error of a connection whose host did not reply within limit.
type timeoutError struct{ limit time.Duration }

func (e timeoutError) Error() string { return fmt.Sprintf("no answer for %s", e.limit) }

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

func (p *deadlineConn) extend(limit time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limit = limit
	if p.openQuestions == 0 && p.timer.Stop() {
		p.timer.Reset(limit)
	}
}

func (p *deadlineConn) stop() { p.timer.Stop() }

// pause calls question while the clock is stopped.
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

// Read records the error that ended the connection.
func (p *deadlineConn) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	p.recordErr(err)
	return n, err
}

// Write records the error that ended the connection.
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

// err returns the error that ended the connection, or nil while it is open.
func (p *deadlineConn) err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cause
}

// pausingPrompter is a prompter that stops the clock of conn during a prompt.
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
