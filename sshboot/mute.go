package sshboot

import (
	"context"
	"errors"
	"io"
	"sync"

	"gm/sshboot/prompt"
)

// errMuted fails questions that come when the terminal belongs to a session.
var errMuted = errors.New("the login is over")

// muter shows the notices and questions of a login until it is muted: a login with a pipe
// stays open beside the session, to which the terminal then belongs. It is also the standard error of
// the programs that the login runs. It is safe for concurrent use.
type muter struct {
	prompt.Prompter
	stderr io.Writer
	mutex  sync.RWMutex // held for reading while the terminal is used
	muted  bool
}

// mute waits until no question is open. Afterwards nothing is shown or asked.
func (m *muter) mute() {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.muted = true
}

// use calls f unless m is muted, for which it returns errMuted.
func (m *muter) use(f func() error) error {
	m.mutex.RLock()
	defer m.mutex.RUnlock()
	if m.muted {
		return errMuted
	}
	return f()
}

func (m *muter) Secret(ctx context.Context, prompt string) (answer string, err error) {
	err = m.use(func() (err error) {
		answer, err = m.Prompter.Secret(ctx, prompt)
		return err
	})
	return answer, err
}

func (m *muter) Ask(ctx context.Context, prompt string) (answer string, err error) {
	err = m.use(func() (err error) {
		answer, err = m.Prompter.Ask(ctx, prompt)
		return err
	})
	return answer, err
}

func (m *muter) Confirm(ctx context.Context, prompt string) (yes bool, err error) {
	err = m.use(func() (err error) {
		yes, err = m.Prompter.Confirm(ctx, prompt)
		return err
	})
	return yes, err
}

func (m *muter) Notice(text string) {
	m.use(func() error {
		m.Prompter.Notice(text)
		return nil
	})
}

func (m *muter) Status(s prompt.Status) {
	m.use(func() error {
		m.Prompter.Status(s)
		return nil
	})
}

func (m *muter) Relay(ctx context.Context, host io.Writer, quit func()) (relay prompt.Relay, err error) {
	err = m.use(func() (err error) {
		relay, err = m.Prompter.Relay(ctx, host, quit)
		return err
	})
	return relay, err
}

// Write writes the standard error of a program, or discards it once m is muted.
func (m *muter) Write(b []byte) (n int, err error) {
	n = len(b)
	m.use(func() error {
		m.Prompter.Status(prompt.Status{})
		n, err = m.stderr.Write(b)
		return nil
	})
	return n, err
}
