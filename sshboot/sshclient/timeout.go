package sshclient

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
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
	heard         atomic.Int64 // when bytes came last, in ns after started
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
	c := &deadlineConn{Conn: conn, limit: limit, wait: w, started: time.Now()}
	c.timer = time.AfterFunc(limit, c.expire)
	return c
}

func (c *deadlineConn) expire() {
	c.mu.Lock()
	if c.openQuestions == 0 && c.cause == nil {
		c.cause = timeoutError{c.limit}
	}
	c.mu.Unlock()
	c.Conn.Close()
}

func (c *deadlineConn) extend(limit time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.limit = limit
	if c.openQuestions == 0 && c.timer.Stop() {
		c.timer.Reset(limit)
	}
}

func (c *deadlineConn) stop() { c.timer.Stop() }

// pause calls question while the clock is stopped.
func (c *deadlineConn) pause(question func()) {
	c.mu.Lock()
	c.openQuestions++
	running := c.timer.Stop()
	c.mu.Unlock()
	c.wait.Pause()
	question()
	c.wait.Resume()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.openQuestions--
	if running {
		c.timer.Reset(c.limit)
	}
}

// heardAt returns when bytes came last.
func (c *deadlineConn) heardAt() time.Time { return c.started.Add(time.Duration(c.heard.Load())) }

// Read records when bytes came, and the error that ended the connection.
func (c *deadlineConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.heard.Store(int64(time.Since(c.started)))
	}
	c.recordErr(err)
	return n, err
}

// Write records the error that ended the connection.
func (c *deadlineConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.recordErr(err)
	return n, err
}

func (c *deadlineConn) recordErr(err error) {
	if err == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cause == nil {
		c.cause = err
	}
}

// err returns the error that ended the connection, or nil while it is open.
func (c *deadlineConn) err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cause
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
