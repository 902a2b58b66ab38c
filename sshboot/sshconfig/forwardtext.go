package sshconfig

import "gm/internal/forward"

// ForwardKind is the option that requests a forwarding.
type ForwardKind byte

const (
	ForwardLocal   ForwardKind = 'L'
	ForwardRemote  ForwardKind = 'R'
	ForwardDynamic ForwardKind = 'D'
	ForwardStdio   ForwardKind = 'W'
)

// forwardKeywords maps the keywords of forwardings to their options.
var forwardKeywords = map[string]ForwardKind{
	"localforward": ForwardLocal, "remoteforward": ForwardRemote, "dynamicforward": ForwardDynamic,
}

// parseForwardLine returns the arguments of a forwarding keyword in the form of -L, -R or -D.
func parseForwardLine(name string, args []string) ([]string, error) {
	kind := forwardKeywords[name]
	if len(args) == 0 || args[0] == "" {
		return nil, configError("Missing argument.")
	}
	text, most := args[0], 1
	if kind != ForwardDynamic {
		most = 2
		switch {
		case len(args) > 1 && args[1] != "":
			text += ":" + args[1]
		case kind == ForwardLocal:
			return nil, configError("Missing target argument.")
		}
	}
	if CheckForward(kind, text) != nil {
		return nil, configError("Bad forwarding specification.")
	}
	if len(args) > most {
		return nil, configErrorf("keyword %s extra arguments at end of line", name)
	}
	return []string{text}, nil
}

// addForward adds the forwarding text, the argument of the option kind.
func (c *Config) addForward(kind ForwardKind, text string) error {
	if err := CheckForward(kind, text); err != nil {
		return err
	}
	for name, k := range forwardKeywords {
		if k == kind {
			c.add(keyword{name: name, kind: kindMulti}, text)
		}
	}
	return nil
}

// CheckForward returns ssh's error for a text that is not an argument of the option kind.
func CheckForward(kind ForwardKind, text string) error {
	_, err := printForward(kind, text)
	return err
}

// printForward returns a forwarding in the form of ssh -G.
func printForward(kind ForwardKind, text string) (string, error) {
	switch kind {
	case ForwardLocal:
		s, err := forward.ParseLocal(text)
		return s.String(), err
	case ForwardRemote:
		s, err := forward.ParseRemote(text)
		return s.String(), err
	case ForwardDynamic:
		s, err := forward.ParseDynamic(text)
		return s.String(), err
	}
	_, err := forward.ParseStdio(text)
	return text, err
}
