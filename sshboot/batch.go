package sshboot

import (
	"context"
	"errors"
	"io"
	"sync/atomic"

	"gm/sshboot/prompt"
)

// ErrQuestion means that a login of [Request.Batch] failed after a question that the user
// could have answered.
var ErrQuestion = errors.New("the login needs an answer")

func batchPrompter(p prompt.Prompter) prompt.Prompter {
	return &refuser{Prompter: prompt.Silent{Prompter: prompt.Quiet{Prompter: p}}}
}

// refuser records that the user was asked.
type refuser struct {
	prompt.Prompter
	asked atomic.Bool
}

func (r *refuser) Secret(ctx context.Context, prompt string) (string, error) {
	r.asked.Store(true)
	return r.Prompter.Secret(ctx, prompt)
}

func (r *refuser) Ask(ctx context.Context, prompt string) (string, error) {
	r.asked.Store(true)
	return r.Prompter.Ask(ctx, prompt)
}

func (r *refuser) Confirm(ctx context.Context, prompt string) (bool, error) {
	r.asked.Store(true)
	return r.Prompter.Confirm(ctx, prompt)
}

func (r *refuser) Relay(ctx context.Context, host io.Writer, quit func()) (prompt.Relay, error) {
	r.asked.Store(true)
	return r.Prompter.Relay(ctx, host, quit)
}

// markQuestion returns err as an [ErrQuestion] if the user could not be asked.
func (b boot) markQuestion(err error) error {
	if r, ok := b.ask.(*refuser); ok && err != nil && r.asked.Load() {
		return questionError{err}
	}
	return err
}

// forgetQuestions is called after the login: the questions before it had no effect on a
// later error.
func (b boot) forgetQuestions() {
	if r, ok := b.ask.(*refuser); ok {
		r.asked.Store(false)
	}
}

// questionError is an [ErrQuestion] with the words of the login's error.
type questionError struct{ error }

func (e questionError) Is(target error) bool { return target == ErrQuestion }
func (e questionError) Unwrap() error        { return e.error }
