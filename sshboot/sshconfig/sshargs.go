package sshconfig

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gm/internal/hint"
)

// Args are the options in --ssh. gm does not run ssh but implements its options.
type Args struct {
	// ConfigFile is the argument of -F: the only configuration file to read, "none" for
	// none, or "" for the usual ones.
	ConfigFile string
	Options    []sshOption
}

// sshOption is -o, or an option that is equivalent to a line of ssh_config.
type sshOption struct {
	line string // of ssh_config
	file string // ignore the option if this file is missing; "" for none
	// forward is set for -L, -R and -D, whose argument is in line.
	forward ForwardKind
}

// optionKeywords are the options of ssh that are equivalent to a keyword with the same
// argument.
var optionKeywords = map[byte]string{
	'b': "BindAddress", 'B': "BindInterface", 'c': "Ciphers", 'i': "IdentityFile", 'J': "ProxyJump",
	'l': "User", 'm': "MACs", 'p': "Port", 'P': "Tag",
}

// optionLines are the options without argument that are equivalent to lines.
var optionLines = map[byte][]string{
	'4': {"AddressFamily inet"}, '6': {"AddressFamily inet6"}, 'q': {"LogLevel QUIET"}, 'v': {"LogLevel DEBUG"},
	'A': {"ForwardAgent yes"}, 'a': {"ForwardAgent no"}, 'g': {"GatewayPorts yes"},
	'X': {"ForwardX11 yes"}, 'x': {"ForwardX11 no"}, 'Y': {"ForwardX11 yes", "ForwardX11Trusted yes"},
}

const (
	// optionsIgnored are accepted without effect. They are about terminals and
	// multiplexing, and some users of mosh pass them.
	optionsIgnored         = "CfGkKMnNstTVy12"
	optionsIgnoredWithWord = "eEIOSwWQ"
)

// ParseArgs parses "ssh" and its options.
func ParseArgs(words []string) (Args, error) {
	var args Args
	if len(words) == 0 {
		return args, nil
	}
	if program := strings.TrimSuffix(filepath.Base(words[0]), ".exe"); program != "ssh" {
		return args, &hint.Error{
			Err:  fmt.Errorf("--ssh: %q is not ssh", words[0]),
			Hint: `gm speaks SSH itself; --ssh="ssh OPTIONS" passes options, and ProxyCommand runs programs`,
		}
	}
	for words = words[1:]; len(words) > 0; {
		rest, err := args.parseWord(words[0], words[1:])
		if err != nil {
			return args, fmt.Errorf("--ssh: %w", err)
		}
		words = rest
	}
	return args, nil
}

func (a *Args) parseWord(word string, rest []string) ([]string, error) {
	flags, ok := strings.CutPrefix(word, "-")
	if !ok || flags == "" {
		return nil, fmt.Errorf("%q is not an option; name the host outside of --ssh", word)
	}
	for flags != "" {
		flag := flags[0]
		flags = flags[1:]
		if a.parseFlag(flag) {
			continue
		}
		if flags == "" {
			if len(rest) == 0 {
				return nil, fmt.Errorf("-%c needs an argument", flag)
			}
			flags, rest = rest[0], rest[1:]
		}
		return rest, a.setValue(flag, flags)
	}
	return rest, nil
}

func (a *Args) parseFlag(flag byte) bool {
	if lines, ok := optionLines[flag]; ok {
		for _, line := range lines {
			a.Options = append(a.Options, sshOption{line: line})
		}
		return true
	}
	return !strings.ContainsRune(optionsIgnoredWithWord, rune(flag)) && strings.ContainsRune(optionsIgnored, rune(flag))
}

func (a *Args) setValue(flag byte, value string) error {
	if value == "" {
		return fmt.Errorf("-%c needs an argument", flag)
	}
	switch keyword, ok := optionKeywords[flag]; {
	case flag == 'i':
		a.Options = append(a.Options, sshOption{line: keyword + " " + Quote(value), file: value})
	case ok:
		a.Options = append(a.Options, sshOption{line: keyword + " " + Quote(value)})
	case flag == 'L' || flag == 'R' || flag == 'D':
		a.Options = append(a.Options, sshOption{line: value, forward: ForwardKind(flag)})
	case flag == 'F':
		a.ConfigFile = value
	case flag == 'o':
		a.Options = append(a.Options, sshOption{line: value})
	case strings.ContainsRune(optionsIgnoredWithWord, rune(flag)):
	default:
		return fmt.Errorf("unknown option -%c", flag)
	}
	return nil
}

// Quote returns s as one argument of a line of ssh_config.
func Quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// apply sets the options in c, then the user and port of the destination: as with ssh,
// options take precedence.
func (a Args) apply(c *Config, d Destination, port int) error {
	var options []sshOption
	if port != 0 {
		options = append(options, sshOption{line: fmt.Sprintf("Port %d", port)})
	}
	options = append(options, a.Options...)
	if d.User != "" {
		options = append(options, sshOption{line: "User " + Quote(d.User)})
	}
	if d.Port != 0 {
		options = append(options, sshOption{line: fmt.Sprintf("Port %d", d.Port)})
	}
	var errs []error
	for _, option := range options {
		if err := c.setOption(option); err != nil {
			errs = append(errs, fmt.Errorf("option %q: %w", option.line, err))
		}
	}
	return errors.Join(errs...)
}

func (c *Config) setOption(o sshOption) error {
	switch {
	case o.isMissing(c.Env):
		c.note(false, "gm: warning: identity file %s is not there", o.file)
		return nil
	case o.forward != 0:
		return c.addForward(o.forward, o.line)
	}
	return c.SetLine(o.line)
}

// isMissing reports whether none of the option's identity files exists. Without the
// option, the default identities are tried.
func (o sshOption) isMissing(env Environment) bool {
	if o.file == "" || strings.ContainsAny(o.file, "%$") {
		return false
	}
	path := env.expandHome(o.file)
	return !slices.ContainsFunc([]string{"", ".pub", "-cert.pub"}, func(suffix string) bool {
		_, err := os.Stat(path + suffix)
		return err == nil
	})
}
