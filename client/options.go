package client

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"gm/client/forwarding"
	"gm/client/predict"
	"gm/internal/shellquote"
	"gm/sshboot"
	"gm/wire/udp"
)

// localhost is the address of the server of gm --local.
const localhost = "127.0.0.1"

// options holds the command line of gm or mosh.
type options struct {
	sessionOptions

	program       string            // programGM or programMosh
	given         map[string]string // options of the command line, and their values
	help, version bool
	printConfig   bool
	printHosts    bool
	uninstall     bool

	noTTY     bool   // -T
	stdio     bool   // the session has no terminal
	noProgram bool   // -N
	agent     bool   // the agent is forwarded
	confirm   bool   // its user confirms each signature
	x11       bool   // X11 is forwarded
	screen    int    // of the X server
	shell     bool   // command is one word for the login shell
	subsystem string // of sshd, whose program runs
	control   forwarding.Control

	local       bool
	link        string   // the network to simulate with --local, in the form of simnet.Parse
	destination string   // [user@]host or a URL; with mosh --local, the address to bind
	command     []string // an argument vector; empty for the login shell

	predict    string // a predict.Mode, or empty
	overwrite  bool
	noInit     bool
	noNotice   bool // the login mentions no sessions without a client
	noPrefix   bool // of the window's title
	noPassages bool
	plain      bool    // for screen readers
	escape     *string // the escape key, in the form of parseEscapeKey; nil for the default
	family     string  // an sshboot.Family
	port       string  // PORT[:PORT2], or empty
	bindServer string  // ssh, any, or an IP address
	path       string  // a route.Mode, or empty
	scrollback string  // scrollbackNative, scrollbackOff or empty
	// scrollbackLines is the number of lines of the session's history; 0 for the default.
	scrollbackLines int
	ssh             string
	sshPort         int
	sshOptions      []string // KEY=VALUE of ssh_config
	sshWords        []string // the options shared with ssh, in ssh's form
	forwardWords    []string // those of forwardings
	x11Word         string   // -X, -Y or -x
	client          string   // a mosh-client to run instead of the built-in one
	server          string
	deploy          string // an sshboot.Deploy
	remoteIP        string
}

// readOptions parses and checks the arguments of gm or mosh. Options of gm end at the
// first operand, so that options of the remote command follow it; those of mosh end at
// "--".
func readOptions(program string, args []string) (options, error) {
	o := options{program: program, given: map[string]string{}}
	flags := o.flags(program)
	if err := flags.Parse(args); err != nil {
		return options{}, parseError(err)
	}
	flags.Visit(func(f *pflag.Flag) { o.given[f.Name] = f.Value.String() })
	if o.isVerb(flags) {
		err := o.readVerb(flags)
		return o, err
	}
	if o.help || o.version || o.printHosts {
		return o, nil
	}
	if err := o.positional(program, flags.Args()); err != nil {
		return options{}, err
	}
	return o, o.check()
}

func (o *options) flags(program string) *pflag.FlagSet {
	f := pflag.NewFlagSet(program, pflag.ContinueOnError)
	f.SetInterspersed(program == programMosh)
	f.SortFlags = false
	f.SetOutput(io.Discard)
	f.Usage = func() {}

	f.BoolVarP(&o.help, "help", "h", false, "")
	f.BoolVar(&o.version, "version", false, "")
	f.BoolVar(&o.local, "local", false, "")
	f.StringVar(&o.link, "link", "", "")
	f.StringVar(&o.predict, "predict", "", "")
	f.BoolFuncP("predict-always", "a", "", setFlag(&o.predict, string(predict.Always)))
	f.BoolFuncP("predict-never", "n", "", setFlag(&o.predict, string(predict.Never)))
	f.BoolVarP(&o.overwrite, "predict-overwrite", "o", false, "")
	f.BoolVar(&o.noInit, "no-init", false, "")
	f.StringVar(&o.family, "family", string(sshboot.PreferInet), "")
	f.BoolFuncP("inet", "4", "", setFlag(&o.family, string(sshboot.Inet)))
	f.BoolFuncP("inet6", "6", "", setFlag(&o.family, string(sshboot.Inet6)))
	f.StringVarP(&o.port, "port", "p", "", "")
	f.StringVar(&o.bindServer, "bind-server", "ssh", "")
	if program != programMosh {
		f.BoolVar(&o.plain, "plain", false, "")
		f.StringVar(&o.path, "path", "", "")
		f.StringVar(&o.scrollback, "scrollback", "", "")
		f.IntVar(&o.scrollbackLines, "scrollback-lines", 0, "")
	}
	f.StringVar(&o.ssh, "ssh", "ssh", "")
	f.IntVar(&o.sshPort, "ssh-port", 0, "")
	f.StringArrayVar(&o.sshOptions, "ssh-option", nil, "")
	f.Bool("no-ssh-pty", false, "") // gm never requests one
	f.StringVar(&o.client, "client", "", "")
	f.StringVar(&o.server, "server", "", "")
	f.StringVar(&o.deploy, "deploy", string(sshboot.DeployAuto), "")
	f.BoolVar(&o.uninstall, "uninstall", false, "")
	f.StringVar(&o.remoteIP, "experimental-remote-ip", "proxy", "")
	f.BoolVar(&o.printConfig, "print-config", false, "")
	f.BoolVar(&o.printHosts, "print-hosts", false, "")
	o.sshFlags(f)
	if program != programMosh {
		f.BoolVarP(&o.noTTY, "no-tty", "T", false, "")
		o.forwardFlags(f)
		o.sessionFlags(f)
	}
	return f
}

func (o *options) sshFlags(f *pflag.FlagSet) {
	for _, option := range []struct{ name, short string }{
		{"login", "l"}, {"identity", "i"}, {"ssh-config", "F"}, {"jump", "J"},
	} {
		f.FuncP(option.name, option.short, "", func(value string) error {
			o.sshWords = append(o.sshWords, "-"+option.short, value)
			return nil
		})
	}
	f.BoolFuncP("verbose", "v", "", func(string) error {
		o.sshWords = append(o.sshWords, "-v")
		return nil
	})
}

func (o *options) forwardFlags(f *pflag.FlagSet) {
	for _, option := range []struct{ name, short string }{
		{"local-forward", "L"}, {"remote-forward", "R"}, {"dynamic-forward", "D"},
	} {
		f.FuncP(option.name, option.short, "", func(value string) error {
			o.forwardWords = append(o.forwardWords, "-"+option.short, value)
			return nil
		})
	}
	f.BoolFuncP("forward-agent", "A", "", func(string) error {
		o.forwardWords = append(o.forwardWords, "-A")
		return nil
	})
	for _, option := range []struct{ name, short string }{{"forward-x11", "X"}, {"forward-x11-trusted", "Y"}, {"no-forward-x11", "x"}} {
		f.BoolFuncP(option.name, option.short, "", func(string) error {
			if o.x11Word != "-Y" || option.short != "X" {
				o.x11Word = "-" + option.short
			}
			return nil
		})
	}
	f.BoolVar(&o.confirm, "confirm-agent", false, "")
	f.BoolVarP(&o.noProgram, "no-command", "N", false, "")
}

func setFlag(target *string, value string) func(string) error {
	return func(string) error {
		*target = value
		return nil
	}
}

// positional parses the operands: a host and a command, with an optional "--" before
// the command of gm. "gm --local" has only a command; "mosh --local" has an address of
// this machine before it.
func (o *options) positional(program string, words []string) error {
	if o.local && program != programMosh {
		o.destination, o.command = localhost, words
		return o.checkSSHUsage(program, true)
	}
	if len(words) == 0 || words[0] == "" {
		return errors.New("no host given")
	}
	o.destination, o.command = words[0], words[1:]
	dashes := program != programMosh && len(o.command) > 0 && o.command[0] == "--"
	if dashes {
		o.command = o.command[1:]
	}
	return o.checkSSHUsage(program, dashes)
}

// checkPort returns an error unless the port, which the option or variable name has set, is
// a port, a range of ports or empty.
func checkPort(name, port string) error {
	if port == "" {
		return nil
	}
	if _, err := udp.ParsePortRange(port); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func families() []string {
	return []string{string(sshboot.PreferInet), string(sshboot.PreferInet6), string(sshboot.Inet), string(sshboot.Inet6),
		string(sshboot.Auto), string(sshboot.All)}
}

func deployModes() []string {
	return []string{string(sshboot.DeployAuto), string(sshboot.DeployAlways), string(sshboot.DeployNever)}
}

func checkBindServer(source, value string) error {
	if value == "ssh" || value == "any" {
		return nil
	}
	if _, err := netip.ParseAddr(value); err != nil {
		return fmt.Errorf("%s is ssh, any or an IP address, not %q", source, value)
	}
	return nil
}

func (o *options) check() error {
	if o.predict != "" && !predict.Mode(o.predict).Valid() {
		return fmt.Errorf("unknown prediction mode %q", o.predict)
	}
	if !slices.Contains(families(), o.family) {
		return fmt.Errorf("unknown address family %q", o.family)
	}
	if err := checkPort("-p", o.port); err != nil {
		return err
	}
	if err := cmp.Or(o.checkPath("--path"), o.checkScrollback("--scrollback")); err != nil {
		return err
	}
	if err := cmp.Or(checkBindServer("--bind-server", o.bindServer), o.checkLink()); err != nil {
		return err
	}
	if err := o.checkSession(); err != nil {
		return err
	}
	if err := oneOf(deployModes()...)("--deploy", o.deploy); err != nil {
		return err
	}
	if o.uninstall && (o.local || len(o.command) > 0) {
		return errors.New("--uninstall takes a host and no command")
	}
	if !slices.Contains([]string{"local", "remote", "proxy"}, o.remoteIP) {
		return fmt.Errorf("--experimental-remote-ip takes local, remote or proxy, not %q", o.remoteIP)
	}
	if o.sshPort < 0 || o.sshPort > 65535 {
		return fmt.Errorf("SSH port %d is not between 1 and 65535", o.sshPort)
	}
	for _, option := range o.sshOptions {
		if key, _, ok := strings.Cut(option, "="); !ok || key == "" {
			return fmt.Errorf("--ssh-option takes KEY=VALUE, not %q", option)
		}
	}
	return nil
}

// sshCommand returns an ssh command line of --ssh, the options shared with ssh, and the
// --ssh-options.
func (o *options) sshCommand() ([]string, error) {
	words, err := shellquote.Split(o.ssh)
	if err != nil {
		return nil, fmt.Errorf("read --ssh: %w", err)
	}
	words = slices.Concat(words, o.sshWords, o.forwardWords)
	if o.x11Word != "" {
		words = append(words, o.x11Word)
	}
	for _, option := range o.sshOptions {
		words = append(words, "-o", option)
	}
	return words, nil
}

// loginWords returns the options of the command line that the way to the host depends on.
func (o *options) loginWords() (words []string) {
	if o.ssh != "ssh" {
		words = append(words, "--ssh="+o.ssh)
	}
	if o.sshPort != 0 {
		words = append(words, "--ssh-port="+strconv.Itoa(o.sshPort))
	}
	for _, option := range o.sshOptions {
		words = append(words, "--ssh-option="+option)
	}
	for i := 0; i < len(o.sshWords); i++ {
		if o.sshWords[i] != "-v" {
			words = append(words, o.sshWords[i], o.sshWords[i+1])
			i++
		}
	}
	return words
}

// clientOptions holds the command line of mosh-client.
type clientOptions struct {
	colors, version bool
	server          netip.AddrPort
}

// errUsage is the error of a command line of mosh-client without its two operands.
var errUsage = errors.New("an IP address and a port are needed")

// readClientOptions parses the arguments of mosh-client. -v, with which mosh-client
// logs each datagram, has no effect. -# carries the wrapper's command line for ps.
func readClientOptions(args []string) (clientOptions, error) {
	var o clientOptions
	f := pflag.NewFlagSet(programMoshClient, pflag.ContinueOnError)
	f.SetInterspersed(false)
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	f.StringP("args", "#", "", "")
	f.BoolVarP(&o.colors, "colors", "c", false, "")
	f.CountP("verbose", "v", "")
	f.BoolVar(&o.version, "version", false, "")
	if err := f.Parse(args); err != nil {
		return clientOptions{}, err
	}
	if o.colors || o.version {
		return o, nil
	}
	if f.NArg() != 2 {
		return clientOptions{}, errUsage
	}
	return o, o.endpoint(f.Arg(0), f.Arg(1))
}

func (o *clientOptions) endpoint(ip, port string) error {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return fmt.Errorf("%q is not an IP address", ip)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return fmt.Errorf("%q is not a UDP port", port)
	}
	o.server = netip.AddrPortFrom(addr, uint16(n))
	return nil
}
