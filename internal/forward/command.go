package forward

import "strings"

// commandHelp is the answer to -h at ssh's command line (ssh(1), escape characters).
const commandHelp = `Commands:
      -L[bind_address:]port:host:hostport    Request local forward
      -R[bind_address:]port:host:hostport    Request remote forward
      -D[bind_address:]port                  Request dynamic forward
      -KL[bind_address:]port                 Cancel local forward
      -KR[bind_address:]port                 Cancel remote forward
      -KD[bind_address:]port                 Cancel dynamic forward`

// commandKinds are the letters of ssh's command line.
var commandKinds = map[byte]SpecKind{'L': Local, 'R': Remote, 'D': Dynamic}

// Command runs a line of ssh's command line, and returns the answer in OpenSSH's words; empty for
// an empty line. The result of a remote forward comes by Changed.
func (m *Mux) Command(line string) string {
	line = strings.TrimPrefix(strings.TrimSpace(line), "-")
	if line == "" {
		return ""
	}
	if strings.ContainsRune("hH?", rune(line[0])) {
		return commandHelp
	}
	rest, cancels := strings.CutPrefix(line, "K")
	if rest == "" {
		return "Invalid command."
	}
	kind, ok := commandKinds[rest[0]]
	switch arg := strings.TrimSpace(rest[1:]); {
	case !ok:
		return "Invalid command."
	case cancels:
		return m.cancelCommand(kind, arg)
	default:
		return m.forwardCommand(kind, arg)
	}
}

func (m *Mux) cancelCommand(kind SpecKind, arg string) string {
	spec, err := ParseCancel(kind, arg)
	switch {
	case err != nil:
		return err.Error()
	case !m.Cancel(kind, spec):
		return "Unknown port forwarding."
	}
	return "Canceled forwarding."
}

func (m *Mux) forwardCommand(kind SpecKind, arg string) string {
	spec, err := kind.parse(arg)
	switch {
	case err != nil && kind == Remote:
		return "Bad remote forwarding specification."
	case err != nil:
		return "Bad local forwarding specification."
	}
	if err = m.cfg.Permit(spec); err == nil {
		err = m.begin(spec)
	}
	if err != nil {
		m.cfg.Log(err.Error())
		return "Port forwarding failed."
	}
	return "Forwarding port."
}

func (m *Mux) begin(spec Spec) (err error) {
	if spec.Kind == Remote {
		_, err = m.RequestRemote(spec)
	} else {
		_, err = m.ListenLocal(spec)
	}
	return err
}

func (k SpecKind) parse(arg string) (Spec, error) {
	switch k {
	case Remote:
		return ParseRemote(arg)
	case Dynamic:
		return ParseDynamic(arg)
	}
	return ParseLocal(arg)
}
