package forwarding

import (
	"strings"

	"gm/internal/forward"
)

// Command runs a line of ssh's command line, and returns the answer in ssh's words: the messages
// of the command, a line each, and its result. It is empty for an empty line. A later failure of
// a remote forward is logged. It does not end the session.
func (f *Forwarding) Command(line string) string {
	var lines []string
	f.answer = &lines
	result := f.Mux.Command(line)
	f.answer = nil
	if result != "" {
		lines = append(lines, result)
	}
	return strings.Join(lines, "\n")
}

// Lines describes the forwards and connections, a line each. It is nil if f is nil.
func (f *Forwarding) Lines() (lines []string) {
	if f == nil {
		return nil
	}
	for _, info := range f.Mux.List() {
		lines = append(lines, info.String())
	}
	return lines
}

// permit returns an error for a forward of the command line if sshd forbade it at the login, or
// all forwards that the login asked for on which sshd decides in the same way. sshd is not asked
// again: its connection may be gone.
func (c *Config) permit(spec forward.Spec) error {
	if c.Refused[key(spec)] {
		return errProhibited
	}
	refused := false
	for _, s := range c.Specs {
		switch {
		case ruleOf(s) != ruleOf(spec):
		case !c.Refused[key(s)]:
			return nil
		default:
			refused = true
		}
	}
	if refused {
		return errProhibited
	}
	return nil
}

// rule is an option of sshd that permits forwards: AllowTcpForwarding or, for Unix sockets,
// AllowStreamLocalForwarding, each in one direction.
type rule struct{ remote, unix bool }

func ruleOf(spec forward.Spec) rule {
	if spec.Kind == forward.Remote {
		return rule{remote: true, unix: spec.Listen.Path != ""}
	}
	return rule{unix: spec.Connect.Path != ""}
}
