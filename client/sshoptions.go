package client

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"gm/internal/hint"
	"gm/internal/shellquote"
	"gm/sshboot"
)

// sshOption describes an option of ssh that gm does not have.
type sshOption struct{ means, hint string }

// Hints of several options.
const (
	useSSHBeside = "run ssh with this option beside the session"
	leaveItOut   = "leave it out"
)

// sshOnlyOptions holds the options of ssh that gm does not have.
var sshOnlyOptions = map[byte]sshOption{
	'1': {"gm supports only version 2 of SSH", leaveItOut},
	'2': {"gm supports only version 2 of SSH", leaveItOut},
	'B': {"this is an option of ssh only", "use --ssh-option=BindInterface=NAME"},
	'C': {"gm always compresses", leaveItOut},
	'E': {"gm does not write logs", "use -v, and redirect the standard error"},
	'G': {"this is an option of ssh only", "use --print-config"},
	'I': {"gm does not read smart cards", "add their keys to ssh-agent: ssh-add -s LIBRARY"},
	'K': {"gm does not support GSSAPI", "log in with a key or a password"},
	'M': {"gm does not share SSH connections", leaveItOut},
	'O': {"gm does not share SSH connections", leaveItOut},
	'P': {"this is an option of ssh only", "use --ssh-option=Tag=NAME"},
	'Q': {"this is an option of ssh only", "gm help ssh_config lists the algorithms that gm lacks"},
	'S': {"gm does not share SSH connections", leaveItOut},
	'V': {"this is an option of ssh only", "use --version"},
	'W': {"gm does not forward ports", "use gmssh -W, or -J to go through a host"},
	'b': {"this is an option of ssh only", "use --ssh-option=BindAddress=ADDRESS"},
	'c': {"this is an option of ssh only", "use --ssh-option=Ciphers=NAMES"},
	'e': {"this is an option of ssh only", "set GM_ESCAPE_KEY; see gm help keys"},
	'f': {"a session of gm has a terminal, and cannot go to the background", "use gmssh -f, which has the command line of ssh"},
	'g': {"gm does not forward ports", useSSHBeside},
	'k': {"gm does not support GSSAPI", leaveItOut},
	'm': {"this is an option of ssh only", "use --ssh-option=MACs=NAMES"},
	'q': {"this is an option of ssh only", "use --ssh-option=LogLevel=QUIET"},
	's': {"gm supports only sessions", "use sftp, or gmssh -s for another subsystem"},
	't': {"a session of gm always has a terminal", leaveItOut},
	'w': {"gm does not support tunnels", useSSHBeside},
	'y': {"gm does not write logs", leaveItOut},
}

// parseError returns an error of pflag in gm's words, with a hint for options of ssh.
func parseError(err error) error {
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	missing, isMissing := errors.AsType[*pflag.ValueRequiredError](err)
	switch {
	case isMissing && missing.GetSpecifiedShortnames() != "":
		return fmt.Errorf("option -%s needs an argument", missing.GetSpecifiedName())
	case isMissing:
		return fmt.Errorf("option --%s needs an argument", missing.GetSpecifiedName())
	case !ok:
		return err
	case unknown.GetSpecifiedShortnames() == "":
		return fmt.Errorf("unknown option --%s", unknown.GetSpecifiedName())
	}
	if setting := unknown.GetSpecifiedShortnames(); isSSHSetting(setting) { // after -o
		return sshOptionError(setting)
	}
	name := unknown.GetSpecifiedName()
	if h, ok := sshOnlyOptions[name[0]]; ok {
		return &hint.Error{Err: fmt.Errorf("option -%s: %s", name, h.means), Hint: h.hint}
	}
	return fmt.Errorf("unknown option -%s", name)
}

// isSSHSetting reports whether text has the form of a line in ssh_config, not of a
// host: three letters or digits at least, then "=" or white space and a value.
func isSSHSetting(text string) bool {
	end := strings.IndexAny(text, "= \t")
	if end < 3 || strings.ContainsFunc(text[:end], isNoKeywordRune) {
		return false
	}
	return text[end] == '=' || strings.TrimSpace(text[end:]) != ""
}

func isNoKeywordRune(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

func sshOptionError(setting string) error {
	end := strings.IndexAny(setting, "= \t")
	name, value := setting[:end], strings.TrimLeft(setting[end:], "= \t")
	return &hint.Error{
		Err:  errors.New("option -o: in gm this is --predict-overwrite"),
		Hint: "ssh's -o is --ssh-option=" + shellquote.Quote(name+"="+value),
	}
}

// sshSetting returns the setting after an -o that is used as in ssh: the next word, or
// the rest of the same word, whose first letter was parsed as another option.
func (o *options) sshSetting() (string, bool) {
	if !o.overwrite {
		return "", false
	}
	for _, operand := range append([]string{o.destination}, o.hosts...) {
		if isSSHSetting(operand) {
			return operand, true
		}
	}
	for i := 0; i+1 < len(o.sshWords); i++ {
		if letter, ok := strings.CutPrefix(o.sshWords[i], "-"); ok && isSSHSetting(letter+o.sshWords[i+1]) {
			return letter + o.sshWords[i+1], true
		}
	}
	return "", false
}

// checkSSHUsage returns an error for operands that are valid for ssh only. dashes
// reports whether "--" precedes the command.
func (o *options) checkSSHUsage(program string, dashes bool) error {
	if setting, ok := o.sshSetting(); ok {
		return sshOptionError(setting)
	}
	if len(o.command) == 0 {
		return nil
	}
	first := o.command[0]
	host := o.destination
	if o.local {
		host = "--local"
	}
	switch {
	case program != programMosh && !dashes && len(first) > 1 && first[0] == '-':
		return &hint.Error{
			Err:  fmt.Errorf("%s is after the host, where the command begins", shellquote.Quote(first)),
			Hint: fmt.Sprintf("options go before the host; for a command of that name: %s %s -- %s", program, host, shellquote.Quote(first)),
		}
	case len(o.command) == 1 && strings.ContainsAny(first, " \t\n;&|<>$`()"):
		return &hint.Error{
			Err:  fmt.Errorf("%s is not the name of a program: gm runs commands without a shell", shellquote.Quote(first)),
			Hint: fmt.Sprintf("to run it in a shell: %s %s sh -c %s", program, host, shellquote.Quote(first)),
		}
	}
	return nil
}

// explainPort adds a hint to a login's error if the host was not reached and -p may
// have been meant as SSH's port.
func (o *options) explainPort(err error) error {
	if o.port == "" || !sshboot.IsUnreachable(err) {
		return err
	}
	return &hint.Error{Err: err, Hint: fmt.Sprintf("-p is the UDP port of the session; the port of SSH is --ssh-port=%s", o.port)}
}
