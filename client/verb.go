package client

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/pflag"

	"gm/internal/hint"
	"gm/sshboot"
	"gm/wire"
	"gm/wire/control"
	"gm/wire/state"
)

// sessionOptions holds the part of gm's command line that is about sessions.
type sessionOptions struct {
	verb       sshboot.Verb // empty to begin a session
	hosts      []string     // of VerbList
	name       string       // of the session to begin or to enter; empty for any
	names      []string     // of VerbDetach and VerbKill
	role       string       // share or read-only; empty to take over
	size       string       // a control.SizePolicy, or empty
	linger     string       // a duration, or empty
	json       bool
	printNames bool
	nat        time.Duration // of gm doctor; 0 for the default
	by         string        // user@host of this machine, or empty
}

// verbDoctor is the reserved word of gm doctor, which no server gets.
const verbDoctor sshboot.Verb = "doctor"

// verbs are the reserved words. As the first operand they are no host.
var verbs = []string{string(sshboot.VerbList), string(sshboot.VerbAttach), string(sshboot.VerbDetach), string(sshboot.VerbKill), string(verbDoctor)}

func (o *options) sessionFlags(f *pflag.FlagSet) {
	f.StringVar(&o.name, "name", "", "")
	f.StringVar(&o.linger, "linger", "", "")
	f.BoolFunc("share", "", setFlag(&o.role, control.Share.String()))
	f.BoolFunc("read-only", "", setFlag(&o.role, control.ReadOnly.String()))
	f.StringVar(&o.size, "size", "", "")
	f.BoolVar(&o.json, "json", false, "")
	f.BoolVar(&o.printNames, "names", false, "")
	f.DurationVar(&o.nat, "nat", 0, "")
}

// isVerb reports whether the first operand is a verb. After "--" it is a host, and after
// --local a command.
func (o *options) isVerb(flags *pflag.FlagSet) bool {
	return o.program == programGM && !o.local && flags.ArgsLenAtDash() < 0 && slices.Contains(verbs, flags.Arg(0))
}

// readVerb parses the operands of a verb. Options may precede and follow them.
func (o *options) readVerb(flags *pflag.FlagSet) error {
	o.verb = sshboot.Verb(flags.Arg(0))
	flags.SetInterspersed(true)
	err := flags.Parse(flags.Args()[1:])
	flags.Visit(func(f *pflag.Flag) { o.given[f.Name] = f.Value.String() })
	switch {
	case err != nil:
		err = parseError(err)
	case o.help || o.version:
		return nil
	default:
		err = o.verbOperands(flags.Args())
	}
	if err = cmp.Or(err, o.checkSSHUsage(o.program, true), o.check()); err == nil {
		return nil
	}
	if hintOf(err) != "" {
		return err
	}
	return &hint.Error{Err: err, Hint: fmt.Sprintf("gm help %s has the command; to log in to a host called %[2]s: gm -- %[2]s", verbTopic(o.verb), o.verb)}
}

// verbTopic returns the topic of the manual that describes the verb.
func verbTopic(verb sshboot.Verb) string {
	if verb == verbDoctor {
		return string(verbDoctor)
	}
	return "sessions"
}

func (o *options) verbOperands(words []string) error {
	if slices.Contains(words, "") {
		return errors.New("an operand is empty")
	}
	if o.verb == sshboot.VerbList {
		if o.hosts = words; o.local && len(words) > 0 {
			return errors.New("--local and a host exclude each other")
		}
		return nil
	}
	if o.verb == verbDoctor {
		return o.doctorOperands(words)
	}
	if o.local {
		o.destination = localhost
	} else if len(words) > 0 {
		o.destination, words = words[0], words[1:]
	} else if o.verb != sshboot.VerbDetach {
		return errors.New("no host given")
	}
	return o.verbNames(words)
}

func (o *options) verbNames(names []string) error {
	if o.name != "" {
		return errors.New("the name of the session follows the host, without --name")
	}
	for _, name := range names {
		if err := wire.CheckSessionName(name); err != nil {
			return err
		}
	}
	switch {
	case o.verb == sshboot.VerbKill && len(names) == 0:
		return errors.New("kill needs the name of a session")
	case o.verb != sshboot.VerbKill && len(names) > 1:
		return fmt.Errorf("%s takes one name of a session, not %d", o.verb, len(names))
	case o.verb == sshboot.VerbAttach && len(names) == 1:
		o.name = names[0]
	case o.verb != sshboot.VerbAttach:
		o.names = names
	}
	return nil
}

func (o *options) checkSession() error {
	enters := o.verb == sshboot.VerbAttach || o.verb == "" && o.name != ""
	switch {
	case o.uninstall && (o.verb != "" || o.name != ""):
		return errors.New("--uninstall takes a host and no command")
	case o.printConfig && o.verb != "":
		return errors.New("--print-config takes a host and no command")
	case o.verb != sshboot.VerbList && o.printNames:
		return errors.New("--names belongs to gm ls")
	case o.verb == verbDoctor && o.name != "":
		return errors.New("--name belongs to a session")
	case o.verb != sshboot.VerbList && o.verb != verbDoctor && o.json:
		return errors.New("--json belongs to gm ls and gm doctor")
	case o.nat != 0 && o.verb != verbDoctor:
		return errors.New("--nat belongs to gm doctor")
	case o.nat < 0 || o.nat > maxNAT:
		return fmt.Errorf("--nat is at most %s, not %s", maxNAT, o.nat)
	case o.role != "" && !enters:
		return errors.New("--share and --read-only belong to gm attach and to --name")
	case o.size != "" && o.verb != "" && !enters:
		return errors.New("--size belongs to a session and to gm attach")
	case o.linger != "" && o.verb != "":
		return errors.New("--linger is for a new session")
	case o.name != "":
		if err := wire.CheckSessionName(o.name); err != nil {
			return err
		}
	}
	return cmp.Or(checkSize("--size", o.size), checkLinger("--linger", o.linger))
}

// maxNAT bounds --nat: routers that follow RFC 4787 keep bindings for at least 2 minutes.
const maxNAT = 10 * time.Minute

func checkSize(source, value string) error {
	if policy, ok := control.ParseSizePolicy(value); value == "" || ok && policy != control.SizeKeep {
		return nil
	}
	return fmt.Errorf("%s is latest, smallest or largest, not %q", source, value)
}

// checkLinger checks a duration as the server does: never, a number of days such as 7d, or
// one of package time of at least a second.
func checkLinger(source, value string) error {
	if value == "" || value == "never" {
		return nil
	}
	days, isDays := strings.CutSuffix(value, "d")
	text := value
	if isDays {
		text = days + "s" // the same numbers
	}
	if d, err := time.ParseDuration(text); err == nil && d >= time.Second && (!isDays || isNumber(days)) {
		return nil
	}
	return fmt.Errorf("%s is a duration such as 7d, 12h or 90m, or never, not %q", source, value)
}

func isNumber(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

// readSessionEnvironment sets options that are not on the command line by variables.
func (o *options) readSessionEnvironment(lookup func(string) (string, bool)) error {
	if o.port == "" && (o.verb == "" || o.verb == sshboot.VerbAttach || o.verb == verbDoctor) {
		o.port, _ = lookup("GM_PORT")
	}
	if err := checkPort("GM_PORT", o.port); err != nil {
		return err
	}
	if o.program == programMosh {
		return nil
	}
	if o.linger == "" && o.verb == "" {
		o.linger, _ = lookup("GM_LINGER")
	}
	if o.size == "" && (o.verb == "" || o.verb == sshboot.VerbAttach) {
		o.size, _ = lookup("GM_SESSION_SIZE")
	}
	pathSource := "--path"
	if o.path == "" && !o.local {
		pathSource = "GM_PATH"
		o.path, _ = lookup(pathSource)
	}
	if o.scrollback == "" {
		o.scrollback, _ = lookup("GM_SCROLLBACK")
	}
	o.by = whoami()
	return cmp.Or(checkLinger("GM_LINGER", o.linger), checkSize("GM_SESSION_SIZE", o.size), o.checkPath(pathSource), o.checkScrollback("GM_SCROLLBACK"))
}

// maxWho bounds the text that names the user for others, in bytes.
const maxWho = 255

// whoami returns user@host of this machine, or "" if it is unknown.
func whoami() string {
	host, err := os.Hostname()
	me, userErr := user.Current()
	if err != nil || userErr != nil {
		return ""
	}
	host, _, _ = strings.Cut(host, ".")
	name := me.Username[strings.LastIndex(me.Username, `\`)+1:] // DOMAIN\name on Windows
	return name + "@" + host
}

func (o *options) sessionArgs(lookup func(string) (string, bool)) (args []string) {
	if o.program == programMosh || o.verb == sshboot.VerbList {
		return nil
	}
	alias := o.destination
	if o.local {
		alias = ""
	}
	inside := ""
	if socket, _ := lookup("GM_SOCKET"); socket != "" {
		inside = filepath.Base(socket)
	}
	name, families, history, notice := o.name, "", "", ""
	if o.noNotice && o.verb == "" {
		notice = "no"
	}
	if o.extensions().Has(state.ExtHistory) && o.scrollbackLines > 0 {
		history = strconv.Itoa(o.scrollbackLines)
	}
	if o.verb != "" {
		name = "" // an operand
	}
	if o.anyFamily() {
		families = "all"
	}
	for _, option := range []struct{ key, value string }{
		{"name", name}, {"role", o.role}, {"size", o.size}, {"linger", o.linger}, {"by", o.by}, {"host", alias}, {"inside", inside}, {"families", families}, {"history", history}, {"notice", notice},
	} {
		if option.value != "" && len(option.value) <= maxWho && !strings.ContainsFunc(option.value, unicode.IsControl) {
			args = append(args, "-@", "gm-"+option.key+"="+option.value)
		}
	}
	switch {
	case o.noProgram:
		args = append(args, "-@", "gm-stdio=none")
	case o.stdio:
		args = append(args, "-@", "gm-stdio")
	}
	if o.subsystem != "" {
		args = append(args, "-@", "gm-subsystem="+o.subsystem)
	}
	if o.agent {
		args = append(args, "-@", "gm-agent")
	}
	if o.x11 {
		args = append(args, "-@", "gm-x11="+strconv.Itoa(o.screen))
	}
	if o.shell {
		args = append(args, "-@", "gm-shell")
	}
	return args
}

func (o *options) operands() []string {
	if o.verb == sshboot.VerbAttach && o.name != "" {
		return []string{o.name}
	}
	return o.names
}
