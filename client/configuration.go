package client

import (
	"cmp"
	"context"
	"fmt"
	"gm/internal/sanitize"
	"gm/wire/control"
	"gm/wire/state"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"gm/client/configfile"
	"gm/client/predict"
	"gm/client/route"
	"gm/sshboot"
	"gm/sshboot/sshconfig"
	"gm/vt"
	"gm/wire"
)

// keyword is a keyword of gm's configuration. An option or a variable overrides it.
type keyword struct {
	name string
	def  string // the default; "" is not printed
	// overrides are the options and variables that override it, separated by blanks. One with
	// =VALUE stands for that value, and others have their own.
	overrides string
	check     func(source, value string) error
	set       func(o *options, value string)
}

// keywords are in the order of the manual.
var keywords = []keyword{
	{"Predict", string(predict.Adaptive),
		"--predict --predict-always=always --predict-never=never GM_PREDICTION_DISPLAY MOSH_PREDICTION_DISPLAY",
		oneOf(string(predict.Adaptive), string(predict.Always), string(predict.Never), string(predict.Experimental)),
		func(o *options, value string) { o.predict = value }},
	{"PredictOverwrite", no, "--predict-overwrite=yes GM_PREDICTION_OVERWRITE MOSH_PREDICTION_OVERWRITE", oneOf(yes, no),
		func(o *options, value string) { o.overwrite = value == yes }},
	{"EscapeKey", "^^", "GM_ESCAPE_KEY MOSH_ESCAPE_KEY", checkEscapeKey,
		func(o *options, value string) { o.setEscape(value) }},
	{"TitlePrefix", yes, "GM_TITLE_NOPREFIX=no MOSH_TITLE_NOPREFIX=no", oneOf(yes, no),
		func(o *options, value string) { o.noPrefix = value == no }},
	{"Notices", yes, "", oneOf(yes, no), func(o *options, value string) { o.noNotice = value == no }},
	{"TermInit", yes, "--no-init=no GM_NO_TERM_INIT=no MOSH_NO_TERM_INIT=no", oneOf(yes, no),
		func(o *options, value string) { o.noInit = value == no }},
	{"Scrollback", scrollbackNative, "--scrollback GM_SCROLLBACK", oneOf(scrollbackNative, scrollbackOff),
		func(o *options, value string) { o.scrollback = value }},
	{"Passthrough", yes, "GM_PASSTHROUGH MOSH_PASSTHROUGH", oneOf(yes, no),
		func(o *options, value string) { o.noPassages = value == no }},
	{"Plain", no, "--plain=yes GM_PLAIN", oneOf(yes, no),
		func(o *options, value string) { o.plain = value == yes }},
	{"ScrollbackLines", strconv.Itoa(state.DefaultHistory), "--scrollback-lines", checkScrollbackLines,
		func(o *options, value string) { o.scrollbackLines, _ = strconv.Atoi(value) }},
	{"Name", "", "--name", checkName, func(o *options, value string) { o.setName(value) }},
	{"Linger", "7d", "--linger GM_LINGER", checkLinger,
		func(o *options, value string) { o.setSession(&o.linger, value) }},
	{"Size", control.SizeLatest.String(), "--size GM_SESSION_SIZE", checkSize,
		func(o *options, value string) { o.setSession(&o.size, value) }},
	{"UDPPort", "60001:60999", "--port GM_PORT", checkPort, func(o *options, value string) { o.port = value }},
	{"Path", route.Auto.String(), "--path GM_PATH", oneOf(route.Auto.String(), route.UDP.String(), route.SSH.String()),
		func(o *options, value string) { o.setRemote(&o.path, value) }},
	{"Family", string(sshboot.PreferInet), "--family --inet=inet --inet6=inet6", oneOf(families()...),
		func(o *options, value string) { o.family = value }},
	{"BindServer", "ssh", "--bind-server", checkBindServer, func(o *options, value string) { o.bindServer = value }},
	{"ConfirmAgent", no, "--confirm-agent=yes", oneOf(yes, no),
		func(o *options, value string) { o.confirm = value == yes }},
	{"Server", "", "--server", anyValue, func(o *options, value string) { o.server = value }},
	{"Deploy", string(sshboot.DeployAuto), "--deploy", oneOf(deployModes()...),
		func(o *options, value string) { o.deploy = value }},
}

const (
	yes = "yes"
	no  = "no"
)

func anyValue(string, string) error { return nil }

// oneOf returns a check for one of the words.
func oneOf(words ...string) func(source, value string) error {
	return func(source, value string) error {
		if slices.Contains(words, value) {
			return nil
		}
		last := len(words) - 1
		return fmt.Errorf("%s is %s or %s, not %q", source, strings.Join(words[:last], ", "), words[last], value)
	}
}

func checkScrollbackLines(source, value string) error {
	if n, err := strconv.Atoi(value); err != nil || n < 1 || n > vt.MaxHistory {
		return fmt.Errorf("%s is a number from 1 to %d, not %q", source, vt.MaxHistory, value)
	}
	return nil
}

func checkName(_, value string) error { return wire.CheckSessionName(value) }

// noEscapeKey is the value of EscapeKey for no escape key.
const noEscapeKey = "none"

// checkEscapeKey accepts a character, or ^ and one for a control character, as EscapeChar of
// ssh_config(5).
func checkEscapeKey(source, value string) error {
	if _, ok := escapeText(value); !ok {
		return fmt.Errorf("%s is a character, ^ and a letter for Ctrl, or none, not %q", source, value)
	}
	return nil
}

// escapeText returns the value of EscapeKey in the form of parseEscapeKey.
func escapeText(value string) (text string, ok bool) {
	switch {
	case value == noEscapeKey:
		return "", true
	case len(value) == 2 && value[0] == '^' && value[1] >= '?' && value[1] < 127:
		text = string(rune(value[1] & 0x1f))
		if value[1] == '?' {
			text = "\x7f"
		}
	case len(value) == 1:
		text = value
	default:
		return "", false
	}
	return text, text == "\x1e" || parseEscapeKey(text) != defaultEscapeKey()
}

func (o *options) setEscape(value string) {
	text, _ := escapeText(value)
	o.escape = &text
}

// setSession sets an option of a new session.
func (o *options) setSession(option *string, value string) {
	if o.verb == "" && !o.uninstall {
		*option = value
	}
}

// setName sets the name of a session with the login shell; that of a command has its own.
func (o *options) setName(name string) {
	if !o.stdio && len(o.command) == 0 {
		o.setSession(&o.name, name)
	}
}

// setRemote sets an option of a session on another machine.
func (o *options) setRemote(option *string, value string) {
	if !o.local {
		*option = value
	}
}

// readConfig sets what neither the command line nor a variable has set by gm's configuration
// for the host. mosh has none.
func (o *options) readConfig(ctx context.Context) error {
	env := sshconfig.LocalEnvironment()
	if o.program == programMosh || !configfile.Exists(env) {
		return nil
	}
	host := sshconfig.New(o.destination, env)
	if !o.local {
		request, err := o.request(os.LookupEnv)
		if err == nil {
			host, err = sshboot.Resolve(ctx, request)
		}
		if err != nil {
			return err
		}
	}
	return o.readConfigOf(ctx, host)
}

// readConfigOf is readConfig for a host whose configuration of ssh is known.
func (o *options) readConfigOf(ctx context.Context, host *sshconfig.Config) error {
	values, err := configfile.Read(ctx, host, configKeywords())
	if err != nil {
		return err
	}
	for _, k := range keywords {
		if v, ok := values[k.name]; ok && o.override(k, os.LookupEnv).Source == "" {
			k.set(o, v.Text)
		}
	}
	return nil
}

func configKeywords() []configfile.Keyword {
	list := make([]configfile.Keyword, len(keywords))
	for i, k := range keywords {
		list[i] = configfile.Keyword{Name: k.name, Check: func(value string) error { return k.check(k.name, value) }}
	}
	return list
}

// override returns the value of the option or the variable that overrides k, with the zero
// Source if none does.
func (o *options) override(k keyword, lookup func(string) (string, bool)) configfile.Value {
	for override := range strings.FieldsSeq(k.overrides) {
		name, fixed, _ := strings.Cut(override, "=")
		find := lookup
		option, isOption := strings.CutPrefix(name, "--")
		if isOption {
			find = func(string) (string, bool) { value, ok := o.given[option]; return value, ok }
		}
		if value, ok := find(name); ok {
			return configfile.Value{Text: cmp.Or(fixed, value), Source: name}
		}
	}
	return configfile.Value{}
}

// printConfig writes the configuration of the host, that of ssh and that of gm, with the
// sources of what is not the default.
func printConfig(w io.Writer, o options) (status int, err error) {
	request, err := o.request(os.LookupEnv)
	if err != nil {
		return exitUsage, err
	}
	err = interruptible(func(ctx context.Context) error {
		host, err := sshboot.PrintConfig(ctx, w, request)
		if err != nil || o.program == programMosh {
			return err
		}
		values, err := configfile.Read(ctx, host, configKeywords())
		if err != nil {
			return err
		}
		for _, k := range keywords {
			v := values[k.name]
			if over := o.override(k, os.LookupEnv); over.Source != "" {
				v = over
			}
			if v.Source != "" {
				v.Source = "  # " + v.Source
			} else if v.Text = k.def; v.Text == "" {
				continue
			}
			fmt.Fprintf(w, "%s %s%s\n", strings.ToLower(k.name), sanitize.Line(v.Text), v.Source)
		}
		return nil
	})
	if err != nil {
		return exitBoot, err
	}
	return exitOK, nil
}
