package sshline

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gm/sshboot/sshconfig"
)

// flagLines are the options without argument that only set keywords, each to the value after
// it, whatever -o has set before.
var flagLines = map[byte][]string{
	'4': {"AddressFamily inet"}, '6': {"AddressFamily inet6"},
	'A': {"ForwardAgent yes"}, 'a': {"ForwardAgent no"},
	'C': {"Compression yes"},
	'f': {"ForkAfterAuthentication yes", "StdinNull yes"},
	'g': {"GatewayPorts yes"},
	'K': {"GSSAPIAuthentication yes", "GSSAPIDelegateCredentials yes"},
	'k': {"GSSAPIDelegateCredentials no"},
	'n': {"StdinNull yes"},
	'q': {"LogLevel QUIET"},
	'X': {"ForwardX11 yes"}, 'x': {"ForwardX11 no"}, 'Y': {"ForwardX11 yes", "ForwardX11Trusted yes"},
	'2': nil,
}

// valueKeywords are the options whose argument is the value of a keyword, whatever -o has
// set before.
var valueKeywords = map[byte]string{
	'b': "BindAddress", 'B': "BindInterface", 'c': "Ciphers", 'I': "PKCS11Provider", 'm': "MACs", 'S': "ControlPath",
}

func (p *parser) flag(letter byte) error {
	if lines, ok := flagLines[letter]; ok {
		for _, line := range lines {
			p.set(letter, line)
		}
		return nil
	}
	switch letter {
	case '1':
		return fatal("SSH protocol v.1 is no longer supported")
	case 'G':
		p.line.PrintConfig = true
	case 'M':
		value := "yes"
		if p.isSet("ControlMaster yes") {
			value = "ask"
		}
		p.set(letter, "ControlMaster "+value)
	case 'N':
		return p.sessionType(letter, "none", "-N with -s/SessionType")
	case 's':
		p.line.Subsystem = true
		return p.sessionType(letter, "subsystem", "-s with -N/SessionType")
	case 'T', 't':
		p.tty(letter)
	case 'V':
		p.line.Version, p.done = true, true
	case 'v':
		p.line.Verbose = min(p.line.Verbose+1, 3)
		p.set(letter, fmt.Sprintf("LogLevel DEBUG%d", p.line.Verbose))
	case 'y':
		p.line.Syslog = true
	}
	return nil
}

// tty requests a terminal: a second -t forces it, -T withdraws the request.
func (p *parser) tty(letter byte) {
	switch {
	case letter == 'T':
		p.line.TTY = TTYNone
	case p.line.TTY == TTYForced || p.line.TTY == TTYAlways:
		p.line.TTY = TTYAlways
	default:
		p.line.TTY = TTYForced
	}
	p.set(letter, "RequestTTY "+map[TTY]string{TTYNone: "no", TTYForced: "yes", TTYAlways: "force"}[p.line.TTY])
}

func (p *parser) sessionType(letter byte, value, conflict string) error {
	for _, s := range slices.Concat(p.direct, p.ordered) {
		name, old := keywordOf(s)
		if name == "sessiontype" && !strings.EqualFold(old, value) {
			return fatal("Cannot specify " + conflict)
		}
	}
	p.set(letter, "SessionType "+value)
	if letter == 'N' {
		p.tty('T')
	}
	return nil
}

func (p *parser) option(letter byte, value string) error {
	if keyword, ok := valueKeywords[letter]; ok {
		line := keyword + " " + sshconfig.Quote(value)
		p.set(letter, line)
		if letter == 'c' || letter == 'm' {
			return p.check(Setting{letter, line})
		}
		return nil
	}
	switch letter {
	case 'D', 'L', 'R':
		return p.forward(letter, value)
	case 'E':
		p.line.LogFile = value
	case 'e':
		if !sshconfig.ValidEscapeChar(value) {
			return fatal("Bad escape character '" + value + "'.")
		}
		p.set(letter, "EscapeChar "+sshconfig.Quote(value))
	case 'F':
		p.line.ConfigFile = value
	case 'i':
		p.ordered = append(p.ordered, Setting{letter, value})
	case 'J':
		return p.jump(value)
	case 'l':
		p.user(value)
	case 'O':
		return p.control(value)
	case 'o':
		p.ordered = append(p.ordered, Setting{letter, value})
		return p.check(Setting{letter, value})
	case 'P':
		p.ordered = append(p.ordered, Setting{letter, "Tag " + sshconfig.Quote(value)})
	case 'p':
		n, err := sshconfig.ParsePort(value)
		if err != nil {
			return fatal("Bad port '" + value + "'")
		}
		p.port(n)
	case 'Q':
		p.line.Query, p.done = value, true
	case 'W':
		return p.stdio(value)
	case 'w':
		if !sshconfig.ValidTunnel(value) {
			return fatal("Bad tun device '" + value + "'")
		}
		p.ordered = append(p.ordered, Setting{letter, "Tunnel yes"})
		p.set(letter, "TunnelDevice "+value)
	}
	return nil
}

func (p *parser) forward(letter byte, value string) error {
	if err := sshconfig.CheckForward(sshconfig.ForwardKind(letter), value); err != nil {
		return fatal(err.Error())
	}
	p.ordered = append(p.ordered, Setting{letter, value})
	return nil
}

// stdio handles -W. As with ssh it is a session without program or terminal, and defaults of
// two keywords follow from it.
func (p *parser) stdio(value string) error {
	switch {
	case p.line.Stdio != "":
		return fatal("stdio forward already specified")
	case p.line.Control != "":
		return fatal("Cannot specify stdio forward with -O")
	}
	if err := sshconfig.CheckForward(sshconfig.ForwardStdio, value); err != nil {
		return fatal(err.Error())
	}
	p.line.Stdio = value
	p.tty('T')
	p.set('W', "SessionType none")
	p.defaults = []Setting{{'W', "ClearAllForwardings yes"}, {'W', "ExitOnForwardFailure yes"}}
	return nil
}

// controlCommands are the commands of -O. proxy, conninfo and channels are of later versions
// than the others.
var controlCommands = []string{"check", "forward", "cancel", "exit", "stop", "proxy", "conninfo", "channels"}

func (p *parser) control(command string) error {
	switch {
	case p.line.Stdio != "":
		return fatal("Cannot specify multiplexing command with -W")
	case p.line.Control != "":
		return fatal("Multiplexing command already specified")
	case !slices.Contains(controlCommands, command):
		return fatal("Invalid multiplex command.")
	}
	p.line.Control = command
	return nil
}

func (p *parser) jump(value string) error {
	for _, s := range p.ordered {
		switch name, _ := keywordOf(s); name {
		case "proxyjump":
			return fatal("Only a single -J option is permitted (use commas to separate multiple jump hops)")
		case "proxycommand":
			return fatal("Cannot specify -J with ProxyCommand")
		}
	}
	if !sshconfig.ValidJump(value) {
		return fatal("Invalid -J argument")
	}
	p.ordered = append(p.ordered, Setting{'J', "ProxyJump " + sshconfig.Quote(value)})
	return nil
}

func (p *parser) user(name string) {
	if name != "" {
		p.ordered = append(p.ordered, Setting{0, "User " + sshconfig.Quote(name)})
	}
}

func (p *parser) port(n int) {
	if n != 0 {
		p.ordered = append(p.ordered, Setting{0, "Port " + strconv.Itoa(n)})
	}
}

func (p *parser) set(letter byte, line string) {
	name, _, _ := strings.Cut(line, " ")
	p.direct = slices.DeleteFunc(p.direct, func(s Setting) bool {
		old, _, _ := strings.Cut(s.Value, " ")
		return old == name
	})
	p.direct = append(p.direct, Setting{letter, line})
}

func (p *parser) isSet(line string) bool {
	return slices.ContainsFunc(p.direct, func(s Setting) bool { return s.Value == line })
}

// keywordOf returns the keyword of a setting, in lower case, and its value. It is empty for
// -i and forwardings.
func keywordOf(s Setting) (name, value string) {
	switch s.Option {
	case 'i', 'L', 'R', 'D':
		return "", ""
	}
	name, value = sshconfig.CutKeyword(s.Value)
	return name, strings.Trim(value, " \t\"")
}
