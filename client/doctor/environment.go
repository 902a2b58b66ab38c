package doctor

import (
	"cmp"
	"slices"
	"strings"
)

// environment reports the variables that matter to gm.
func (e *examiner) environment() {
	e.locale()
	e.variables()
	if inside := e.inside(); len(inside) > 0 {
		e.add(Step{Part: Here, Name: "inside", State: Note, Text: "gm runs inside " + strings.Join(inside, ", in ")})
	}
}

func (e *examiner) value(name string) string {
	v, _ := e.Env.Lookup(name)
	return v
}

// locale reports the character set of the programs here, whose variables the session gets.
func (e *examiner) locale() {
	locale := cmp.Or(e.value("LC_ALL"), e.value("LC_CTYPE"), e.value("LANG"))
	s := Step{Part: Here, Name: "locale", Text: locale}
	switch charset := strings.ToLower(strings.ReplaceAll(locale, "-", "")); {
	case locale == "":
		s.State, s.Cause, s.Text = Note, "locale", "none is set; programs on hosts get none from here"
	case !strings.Contains(charset, "utf8"):
		s.State, s.Cause = Note, "locale"
		s.Text = locale + " is not UTF-8: gm shows UTF-8 in any case, but programs on hosts may print other characters"
	}
	e.add(s)
}

// variables reports the variables of gm and of mosh. None of their values but that of
// MOSH_KEY is secret.
func (e *examiner) variables() {
	var set []string
	for _, variable := range e.Env.All() {
		name, _, _ := strings.Cut(variable, "=")
		switch {
		case name == "MOSH_KEY", name == "GM_SOCKET", name == "GM_SESSION":
		case strings.HasPrefix(name, "GM_"), strings.HasPrefix(name, "MOSH_"):
			set = append(set, variable)
		}
	}
	slices.Sort(set)
	if len(set) > 0 {
		e.add(Step{Part: Here, Name: "variables", State: Note, Text: strings.Join(set, " ")})
	}
	if e.value("MOSH_KEY") != "" {
		e.add(Step{Part: Here, Name: "variables", State: Warning, Cause: "mosh-key", Text: "MOSH_KEY is set",
			Verdict: "MOSH_KEY is in the environment: the key of a session, which other programs can read there", Advice: "unset MOSH_KEY"})
	}
}

// inside returns the programs that gm runs in, the innermost first.
func (e *examiner) inside() (programs []string) {
	for _, p := range []struct{ variable, name string }{
		{"TMUX", "tmux"}, {"STY", "screen"}, {"GM_SESSION", "a session of gm"}, {"SSH_CONNECTION", "a login by SSH"},
	} {
		if e.value(p.variable) != "" {
			programs = append(programs, p.name)
		}
	}
	return programs
}
