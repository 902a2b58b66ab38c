package doctor

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"gm/internal/sanitize"
)

// State is how good a step's result is.
type State uint8

const (
	OK      State = iota
	Note          // worth knowing; nothing has to be done
	Warning       // sessions work, but not as well as they could
	Failure       // sessions do not work, or not as they should
)

func (s State) String() string { return [...]string{"ok", "note", "warning", "failure"}[s] }

// Step is something that was looked at, and what was found.
type Step struct {
	Part  Part
	Name  string
	State State
	Took  time.Duration // 0 if it was not measured
	Text  string        // what was found
	// Printed is output of the host that is part of the finding.
	Printed string
	Advice  string // what to do about it
	Command string // a command line for that
	// Cause is a word for programs, such as "disk-full". It is empty for an OK step.
	Cause string
	// Verdict is the report's last sentence if no step is worse than this one. If it is empty,
	// Text is.
	Verdict string
}

// Part is a part of the report.
type Part string

const (
	Here  Part = "here"
	Login Part = "login"
	Host  Part = "host"
	UDP   Part = "udp"
)

func (p Part) heading() string {
	return map[Part]string{Here: "This machine", Login: "Login", Host: "On the host", UDP: "UDP"}[p]
}

// clean makes the texts of the step safe to show, and shortens the home directory to "~".
func (s *Step) clean(home string) {
	for _, text := range []*string{&s.Text, &s.Advice, &s.Verdict} {
		*text = shorten(sanitize.Line(*text), home)
	}
	s.Command = sanitize.Line(s.Command) // which the user may run
	lines := strings.Split(strings.TrimSpace(sanitize.Text(s.Printed)), "\n")
	if len(lines) > maxPrinted {
		lines = append(lines[:maxPrinted], "...")
	}
	s.Printed = shorten(strings.Join(lines, "\n"), home)
}

// maxPrinted bounds the lines of a host's output in a report.
const maxPrinted = 8

// shorten replaces the home directory by "~" where it begins a path.
func shorten(text, home string) string {
	home = strings.TrimRight(home, "/\\")
	if len(home) < 2 {
		return text
	}
	for _, separator := range []string{"/", "\\"} {
		text = strings.ReplaceAll(text, home+separator, "~"+separator)
	}
	return text
}

// Report is the result of an examination.
type Report struct {
	Version string // of gm
	Host    string // as the user named it; empty for this machine alone
	Steps   []Step
	// Good is the verdict if there is neither a warning nor a failure.
	Good string
}

// Worst returns the first step of the worst state, nil if all are OK or a Note.
func (r *Report) Worst() *Step {
	i := slices.IndexFunc(r.Steps, func(s Step) bool { return s.State == Failure })
	if i < 0 {
		i = slices.IndexFunc(r.Steps, func(s Step) bool { return s.State == Warning })
	}
	if i < 0 {
		return nil
	}
	return &r.Steps[i]
}

// Failed reports whether a step failed.
func (r *Report) Failed() bool {
	worst := r.Worst()
	return worst != nil && worst.State == Failure
}

// Verdict returns the sentence that ends the report, without a period.
func (r *Report) Verdict() string {
	if worst := r.Worst(); worst != nil {
		return worst.verdict()
	}
	return r.Good
}

func (s *Step) verdict() string { return cmp.Or(s.Verdict, s.Name+": "+s.Text) }
