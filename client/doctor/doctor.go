// Package doctor finds out why gm does not work, or not as well as it could: on this machine
// ([ExamineHere]), and on the way to a host and there ([ExamineHost]). A report has a step for
// each thing that was looked at, and a verdict.
//
// A report is meant to be shown to others. It has names, addresses, paths and the output of a
// host's login files, but no keys, passwords and values of variables that may be secret.
package doctor

import (
	"context"
	"io"
	"net/netip"
	"strings"
	"sync"
	"time"

	"gm/internal/hint"
	"gm/internal/sanitize"
	"gm/sshboot"
	"gm/sshboot/prompt"
	"gm/sshboot/sshconfig"
)

// Config describes an examination.
type Config struct {
	Version string // of gm
	Request sshboot.Request
	Env     sshconfig.Environment
	// Terminal has the answers of the user's terminal; nil if there is none.
	Terminal *Terminal
	// Configure reads gm's own configuration for the host. It returns the request, and the
	// arguments of the server that tests UDP.
	Configure func(ctx context.Context, host *sshconfig.Config) (r sshboot.Request, probeArgs []string, err error)
	// Bound is the address of --bind-server, if it is one. Silence is --nat, or 0.
	Bound   netip.Addr
	Silence time.Duration
	// Show is called with each step as soon as it is known.
	Show func(Step)
	// Busy is called with a description of each wait, and with "" before a question.
	Busy func(string)
}

// examiner makes a report.
type examiner struct {
	Config
	mu     sync.Mutex
	report Report
	// command is --server or Server of gm's configuration.
	command string
	asked   time.Duration // that the user took to answer questions
	// shown is the least state of the steps that are shown and kept.
	shown State
}

func newExaminer(c Config, host string) *examiner {
	return &examiner{Config: c, report: Report{Version: c.Version, Host: host}}
}

// add adds a step to the report and shows it.
func (e *examiner) add(s Step) {
	if s.State < e.shown {
		return
	}
	s.clean(e.Env.Home)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.report.Steps = append(e.report.Steps, s)
	e.Show(s)
}

func (e *examiner) busy(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.Busy(shorten(sanitize.Line(text), e.Env.Home))
}

// watch measures a time without the user's.
type watch struct {
	e     *examiner
	began time.Time
	asked time.Duration
}

func (e *examiner) start() watch {
	e.mu.Lock()
	defer e.mu.Unlock()
	return watch{e, time.Now(), e.asked}
}

func (w watch) elapsed() time.Duration {
	w.e.mu.Lock()
	defer w.e.mu.Unlock()
	return max(time.Since(w.began)-(w.e.asked-w.asked), time.Microsecond)
}

// failed returns a step for an error, with its hint.
func failed(part Part, name, cause string, err error) Step {
	s := Step{Part: part, Name: name, State: Failure, Text: err.Error(), Cause: cause}
	s.Advice = strings.Join(hint.Of(err), "; ")
	return s
}

// prompter asks the user and makes steps of warnings.
type prompter struct {
	prompt.Prompter
	e *examiner
}

const warningPrefix = "gm: warning: "

// Notice adds a warning to the report. Other notices are texts of the host, which are left out,
// and those of waits.
func (p *prompter) Notice(text string) {
	if rest, ok := strings.CutPrefix(text, warningPrefix); ok {
		rest, advice := hint.Cut(rest)
		p.e.add(Step{Part: Login, Name: "warning", State: Warning, Text: rest, Advice: advice, Cause: "warning"})
	} else if rest, ok := strings.CutPrefix(text, "gm: "); ok {
		p.e.busy(strings.Join(strings.Fields(rest), " "))
	}
}

// Status shows a wait.
func (p *prompter) Status(s prompt.Status) {
	p.e.busy(strings.TrimPrefix(s.Text+s.Detail, "gm: "))
}

func (p *prompter) Secret(ctx context.Context, question string) (answer string, err error) {
	p.pause(func() { answer, err = p.Prompter.Secret(ctx, question) })
	return answer, err
}

func (p *prompter) Ask(ctx context.Context, question string) (answer string, err error) {
	p.pause(func() { answer, err = p.Prompter.Ask(ctx, question) })
	return answer, err
}

func (p *prompter) Confirm(ctx context.Context, question string) (yes bool, err error) {
	p.pause(func() { yes, err = p.Prompter.Confirm(ctx, question) })
	return yes, err
}

// CanRelay returns true, so that a shell that hangs is not waited for.
func (p *prompter) CanRelay() bool { return true }

// Relay fails: an account that needs a terminal at its login is a finding.
func (p *prompter) Relay(context.Context, io.Writer, func()) (prompt.Relay, error) {
	return nil, prompt.ErrNoTerminal
}

func (p *prompter) pause(question func()) {
	p.e.busy("")
	began := time.Now()
	question()
	p.e.mu.Lock()
	defer p.e.mu.Unlock()
	p.e.asked += time.Since(began)
}
