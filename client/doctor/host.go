package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"gm/sshboot"
	"gm/sshboot/prompt"
	"gm/sshboot/sshclient"
	"gm/sshboot/sshconfig"
)

// ExamineHost logs in to the host of c.Request and reports each step, then the state of the host and
// how UDP reaches it. It leaves nothing on the host. The report is incomplete if ctx ends.
func ExamineHost(ctx context.Context, c Config) *Report {
	e := newExaminer(c, c.Request.Destination)
	e.shown = Warning
	e.here(ctx)
	e.shown = OK
	e.examine(ctx)
	e.busy("")
	return &e.report
}

func (e *examiner) wrap(p prompt.Prompter) prompt.Prompter { return &prompter{p, e} }

func (e *examiner) examine(ctx context.Context) {
	began := e.start()
	config, ok := e.resolve(ctx)
	if !ok {
		return
	}
	request, args, err := e.Configure(ctx, config)
	if err != nil {
		e.add(ownConfigFailure(Login, err))
		return
	}
	request.Config, e.command = config, request.ServerCommand
	e.shown = Warning
	_, agent := sshclient.Keys(ctx, config)
	e.add(agentStep(agent))
	e.shown = OK
	login, watched := e.connect(ctx, request)
	if login == nil {
		return
	}
	defer login.Close()
	e.otherAddresses(ctx, watched, config.Number("port"))
	if !e.shell(ctx, login) {
		return
	}
	ready := began.elapsed()
	e.report.Good = fmt.Sprintf("sessions on %s work: a login takes %s", config.Alias, duration(ready))
	e.server(ctx, login, args)
}

// resolve resolves the configuration of ssh for the host.
func (e *examiner) resolve(ctx context.Context) (*sshconfig.Config, bool) {
	clock := e.start()
	config, err := sshboot.Resolve(ctx, e.Request)
	if err != nil {
		e.add(e.configFailure(err))
		return nil, false
	}
	s := Step{Part: Login, Name: "ssh_config", Text: describe(config)}
	if took := clock.elapsed(); took > slowConfig {
		s.State, s.Cause = Note, "slow-config"
		s.Took, s.Text = took, s.Text+"; Match exec or canonical names take time"
	}
	e.add(s)
	return config, true
}

// slowConfig is the time from which on reading the configuration is worth a note.
const slowConfig = 500 * time.Millisecond

func (e *examiner) configFailure(err error) Step {
	s := failed(Login, "ssh_config", "ssh-config", err)
	s.Verdict = "ssh_config cannot be used for this host: " + strings.ReplaceAll(err.Error(), "\n", "; ")
	if sshconfig.IsLineError(err) {
		s.Advice = cmp.Or(s.Advice, "mend the line: ssh refuses it, too")
	}
	return s
}

func ownConfigFailure(part Part, err error) Step {
	s := failed(part, "config", "config", err)
	s.Verdict = "gm's own configuration has an error: " + err.Error()
	return s
}

func describe(c *sshconfig.Config) string {
	text := fmt.Sprintf("%s is %s@%s", c.Alias, c.User(), net.JoinHostPort(c.HostName(), c.Word("port")))
	if jump := c.Jump(); jump != "" {
		text += " through " + jump
	} else if command := c.Word("proxycommand"); command != "" && !strings.EqualFold(command, "none") {
		text += " through a ProxyCommand"
	}
	return text
}

const (
	// addressTimeout bounds the attempts to connect to further addresses.
	addressTimeout = 3 * time.Second
	// maxAddresses bounds the addresses of a host that are tried.
	maxAddresses = 8
)

// otherAddresses tries the addresses of the host that the login did not.
func (e *examiner) otherAddresses(ctx context.Context, l *loginWatch, port int) {
	l.mu.Lock()
	first := l.first
	l.mu.Unlock()
	if first == nil || first.prefix != "" {
		return // behind a proxy
	}
	ctx, cancel := context.WithTimeout(ctx, addressTimeout)
	defer cancel()
	var done sync.WaitGroup
	results := make(chan attempt, maxAddresses)
	for _, a := range first.addrs[:min(len(first.addrs), maxAddresses)] {
		if slices.ContainsFunc(first.attempts, func(t attempt) bool { return t.addr.Addr() == a }) {
			continue
		}
		done.Go(func() {
			began, at := time.Now(), netip.AddrPortFrom(a, uint16(port))
			conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", at.String())
			if err == nil {
				conn.Close()
			}
			results <- attempt{at, time.Since(began), err}
		})
	}
	done.Wait()
	close(results)
	for r := range results {
		s := r.step()
		s.Part = Login
		e.add(s)
	}
}

// shell reports how the account's shell runs commands.
func (e *examiner) shell(ctx context.Context, login *sshboot.Login) bool {
	e.busy("waiting for the shell of the account")
	alias := login.Config().Alias
	i, err := login.Inspect(ctx)
	if err != nil {
		e.add(shellFailure(alias, err))
		return false
	}
	e.add(shellStep(alias, i))
	e.add(placeStep(alias, i))
	return true
}

func shellStep(alias string, i sshboot.Inspection) Step {
	name := cmp.Or(i.Shell, "the shell")
	s := Step{Part: Host, Name: "shell", Took: i.Took, Text: fmt.Sprintf("%s runs commands; %s %s", name, i.System, i.Machine)}
	switch {
	case strings.TrimSpace(i.Errors) != "":
		s.State, s.Cause, s.Printed = Warning, "shell-errors", i.Errors
		s.Text = name + " runs commands, but its login files print errors:"
		s.Advice = "mend " + startupFile(i.Shell) + " there"
		s.Verdict = "sessions work, but the login files of the account on " + alias + " print errors"
	case strings.TrimSpace(i.Printed) != "":
		s.State, s.Cause, s.Printed = Warning, "shell-prints", i.Printed
		s.Text = name + " runs commands, but its login files print this before each:"
		s.Advice = "print in interactive shells only: case $- in *i*) ... ;; esac in " + startupFile(i.Shell)
		s.Verdict = "sessions work, but the login files of the account on " + alias + " print text before each command, which breaks rsync, scp and sftp"
	case i.Took > slowShell:
		s.State, s.Cause = Warning, "shell-slow"
		s.Text = name + " runs commands, but its login files take long"
		s.Advice = "look at what " + startupFile(i.Shell) + " does there"
		s.Verdict = fmt.Sprintf("sessions work, but the login files of the account on %s take %s before each command", alias, duration(i.Took))
	}
	return s
}

// slowShell is the time from which on the start of a shell is worth a warning.
const slowShell = 2 * time.Second

// startupFile returns the file that a shell reads before each command of sshd.
func startupFile(shell string) string {
	switch shell[strings.LastIndexByte(shell, '/')+1:] {
	case "bash", "rbash":
		return "~/.bashrc"
	case "zsh":
		return "~/.zshenv"
	case "fish":
		return "~/.config/fish/config.fish"
	case "csh", "tcsh":
		return "~/.cshrc"
	}
	return "the shell's startup files (~/.bashrc, ~/.zshenv)"
}

func shellFailure(alias string, err error) Step {
	s := failed(Host, "shell", "shell", err)
	shell, ok := errors.AsType[*sshboot.ShellError](err)
	if !ok {
		return s
	}
	s.Printed = shell.Printed
	printed := "prints nothing"
	if strings.TrimSpace(s.Printed) != "" {
		printed = "prints this:"
	}
	file := startupFile("")
	switch {
	case shell.Expired():
		s.Cause, s.Text = "password-expired", "the account needs a new password:"
		s.Verdict = "the password of the account on " + alias + " has expired"
		s.Advice = "gm " + alias + " asks for the new one"
	case shell.Late:
		s.Cause, s.Text = "shell-hangs", "does not run a command, and "+printed
		s.Verdict = "the shell of the account on " + alias + " hangs before it runs a command: a startup file waits for something"
		s.Advice = "look in " + file + " there for a program that asks, waits or starts another shell, and restrict it to interactive shells: case $- in *i*) ... ;; esac"
	case shell.Login:
		s.Cause, s.Text = "shell-ends", fmt.Sprintf("ends without running a command (status %d), and %s", shell.Status, printed)
		s.Verdict = "a startup file that the shell on " + alias + " reads before each command ends it"
		s.Advice = "look for exit, exec or return in " + file + " there"
	default:
		s.Cause, s.Text = "shell-ends", fmt.Sprintf("ends without running a command (status %d), and %s", shell.Status, printed)
		s.Verdict = "the account on " + alias + " runs no commands: a startup file ends its shell, or sshd runs another program in place of commands"
		s.Advice = "look for exit and exec in " + file + " there; for a login shell such as nologin; for command= in authorized_keys and ForceCommand in sshd_config"
	}
	return s
}

// placeStep reports where a server can be put. The first two places are in the home.
func placeStep(alias string, i sshboot.Inspection) Step {
	s := Step{Part: Host, Name: "home"}
	if len(i.Places) == 0 {
		s.State, s.Cause, s.Text = Warning, "home", "no directory for a server is known there"
		s.Verdict = "the account on " + alias + " has no home directory"
		return s
	}
	home := i.Places[0]
	dir := shorten(home.Dir, i.Home)
	s.Text = dir + " can hold the server"
	if home.Free >= 0 {
		s.Text += ", " + size(home.Free) + " free"
	}
	if home.State == sshboot.PlaceOK {
		return s
	}
	s.State = Warning
	other := "; a server is put outside of it"
	switch home.State {
	case sshboot.PlaceFull:
		s.Cause, s.Text, s.Verdict = "disk-full", "the disk of "+dir+" is full", "the disk of the home on "+alias+" is full"
		s.Advice = "make room there; df -h ~ and du -sh ~/* show what takes it"
	case sshboot.PlaceNoExec:
		s.Cause, s.Text, s.Verdict = "home-noexec", "no program in "+dir+" can run: the file system is mounted noexec", "the home on "+alias+" is mounted noexec: no program can run in it"
		s.Advice = "XDG_CACHE_HOME there can name a place where programs run; mount shows the options"
	case sshboot.PlaceUnsafe:
		s.Cause, s.Text, s.Verdict = "home-unsafe", "other accounts can change "+shorten(strings.Join(i.OpenDirs, " and "), i.Home), "other accounts can change the home on "+alias+", so that gm puts no program into it"
		s.Advice = "chmod go-w or chown mends it"
	default:
		s.Cause, s.Text, s.Verdict = "home-closed", "no file can be made in "+dir, "the account on "+alias+" cannot write to its home"
		s.Advice = "does the home exist, is it the account's, and is its disk full or read-only? ls -ld ~ and df ~ show it"
	}
	if slices.ContainsFunc(i.Places, func(p sshboot.Place) bool { return p.State == sshboot.PlaceOK }) {
		s.Verdict += other
		return s
	}
	s.State = Failure
	s.Verdict += ", and no other directory there can hold a server"
	return s
}

// size returns a number of bytes as "12 MB" or "3.4 GB".
func size(n int64) string {
	switch {
	case n < 1e6:
		return fmt.Sprintf("%d kB", n/1e3)
	case n < 1e9:
		return fmt.Sprintf("%d MB", n/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}
