// Package sshline parses the command line of OpenSSH's ssh (ssh(1), OpenSSH 9.2 to 10). Its
// options become lines of ssh_config, and its errors are those of ssh.
package sshline

import (
	"slices"
	"strings"

	"gm/sshboot/sshconfig"
)

// Options are the options of ssh in the form of getopt(3): a colon follows those with an
// argument.
const Options = "1246ab:c:e:fgi:kl:m:no:p:qstvxAB:CD:E:F:GI:J:KL:MNO:P:Q:R:S:TVw:W:XYy"

// Usage is ssh's text for a command line that cannot be parsed.
const Usage = `usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface] [-b bind_address]
           [-c cipher_spec] [-D [bind_address:]port] [-E log_file]
           [-e escape_char] [-F configfile] [-I pkcs11] [-i identity_file]
           [-J destination] [-L address] [-l login_name] [-m mac_spec]
           [-O ctl_cmd] [-o option] [-P tag] [-p port] [-R address]
           [-S ctl_path] [-W host:port] [-w local_tun[:remote_tun]]
           destination [command [argument ...]]
       ssh [-Q query_option]
`

// Error is an error of a command line, in ssh's words.
type Error struct {
	Text  string // empty if ssh prints the usage alone
	Usage bool   // the usage follows the text
}

func (e *Error) Error() string { return e.Text }

// Setting is a setting of the configuration that an option of the command line makes.
type Setting struct {
	// Option is the letter of the option. It is 0 for the user and the port of a
	// destination.
	Option byte
	// Value is the argument of -i, -L, -R or -D, otherwise a line of ssh_config.
	Value string
}

func (s Setting) words() []string {
	switch s.Option {
	case 'i', 'L', 'R', 'D':
		return []string{"-" + string(s.Option), s.Value}
	}
	return []string{"-o", s.Value}
}

// TTY is the terminal that the options -t and -T request on the host.
type TTY byte

const (
	TTYAuto   TTY = iota // the configuration decides
	TTYNone              // -T
	TTYForced            // -t
	TTYAlways            // -tt: also if standard input is no terminal
)

// Line is a command line of ssh.
type Line struct {
	Host string // as typed, without user and port
	// Command is the command, its words joined by blanks. It is empty for the login shell,
	// and the name of a subsystem with -s.
	Command    string
	ConfigFile string // -F
	// Settings are in the order of precedence: the first setting of a keyword holds.
	Settings []Setting
	TTY      TTY

	PrintConfig bool   // -G
	Version     bool   // -V
	Query       string // -Q
	Control     string // -O
	Stdio       string // -W
	LogFile     string // -E
	Syslog      bool   // -y
	Verbose     int    // the number of -v, at most 3
	Subsystem   bool   // -s
	// Given has the letters of the options in their order, each once.
	Given string
}

// SSHCommand returns "ssh" and the options of the line that are about the configuration.
func (l *Line) SSHCommand() []string {
	words := []string{"ssh"}
	if l.ConfigFile != "" {
		words = append(words, "-F", l.ConfigFile)
	}
	for _, s := range l.Settings {
		words = append(words, s.words()...)
	}
	return words
}

// Destination returns the host in the form of [sshconfig.ParseDestination].
func (l *Line) Destination() string {
	if strings.Contains(l.Host, ":") && !strings.HasPrefix(l.Host, "[") {
		return "[" + l.Host + "]"
	}
	return l.Host
}

// Parse parses the arguments of ssh, without its name. It calls check for the settings of
// -o, -c and -m as it comes to them, and returns its error. Its own errors are [*Error].
func Parse(args []string, check func(Setting) error) (Line, error) {
	p := parser{args: args, check: check}
	if err := p.parse(); err != nil {
		return Line{}, err
	}
	p.line.Settings = slices.Concat(p.direct, p.ordered, p.defaults)
	return p.line, nil
}

// parser is the state of Parse.
type parser struct {
	args  []string
	check func(Setting) error
	line  Line
	// direct are the settings of options that ssh sets whatever -o has set before, the
	// last one of a keyword alone; ordered those of which the first holds, as of -o.
	direct, ordered []Setting
	// defaults come after all others.
	defaults []Setting
	// terminated is set after "--": the words after the destination are the command.
	terminated bool
	done       bool // after -V or -Q
}

func fatal(text string) error { return &Error{Text: text} }

func (p *parser) parse() error {
	for {
		if err := p.options(); err != nil || p.done {
			return err
		}
		if len(p.args) == 0 || p.line.Host != "" {
			break
		}
		if err := p.destination(p.args[0]); err != nil {
			return err
		}
		p.args = p.args[1:]
		if p.terminated {
			break
		}
	}
	if p.line.Host == "" {
		return &Error{Usage: true}
	}
	p.line.Command = strings.Join(p.args, " ")
	if p.line.Subsystem && p.line.Command == "" {
		return &Error{Text: "You must specify a subsystem to invoke.", Usage: true}
	}
	return nil
}

func (p *parser) options() error {
	for len(p.args) > 0 {
		word := p.args[0]
		if word == "--" {
			p.args, p.terminated = p.args[1:], true
			return nil
		}
		if len(word) < 2 || word[0] != '-' {
			return nil
		}
		p.args = p.args[1:]
		if err := p.cluster(word[1:]); err != nil || p.done {
			return err
		}
	}
	return nil
}

// cluster parses the letters of a word after its dash. The argument of the last option may
// be the next word.
func (p *parser) cluster(letters string) error {
	for letters != "" && !p.done {
		letter := letters[0]
		letters = letters[1:]
		at := strings.IndexByte(Options, letter)
		if at < 0 || letter == ':' {
			return &Error{Text: "unknown option -- " + string(rune(letter)), Usage: true}
		}
		if strings.IndexByte(p.line.Given, letter) < 0 {
			p.line.Given += string(letter)
		}
		if at+1 == len(Options) || Options[at+1] != ':' {
			if err := p.flag(letter); err != nil {
				return err
			}
			continue
		}
		value := letters
		if value == "" {
			if len(p.args) == 0 {
				return &Error{Text: "option requires an argument -- " + string(letter), Usage: true}
			}
			value, p.args = p.args[0], p.args[1:]
		}
		return p.option(letter, value)
	}
	return nil
}

func (p *parser) destination(word string) error {
	if strings.HasPrefix(word, "ssh://") {
		d, err := sshconfig.ParseDestination(word)
		if err != nil {
			return &Error{Usage: true}
		}
		p.line.Host = d.Host
		p.user(d.User)
		p.port(d.Port)
		return nil
	}
	p.line.Host = word
	if at := strings.LastIndexByte(word, '@'); at >= 0 {
		if at == 0 {
			return &Error{Usage: true}
		}
		p.user(word[:at])
		p.line.Host = word[at+1:]
	}
	switch {
	case p.line.Host == "":
		return fatal("ssh: Could not resolve hostname : Name or service not known")
	case !sshconfig.ValidHost(p.line.Host):
		return fatal("hostname contains invalid characters")
	}
	return nil
}
