package sshboot

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/internal/sanitize"
	"gm/sshboot/payload"
)

var (
	// errSilent is for an account whose shell does not run the command in time.
	errSilent = errors.New("the account's shell does not run gm's command")
	// errExpired is for an account whose password has to be changed first.
	errExpired = errors.New("the password has expired")
)

// shellHint is what to do about a shell that does not run commands.
const shellHint = "does a file that it reads at its start (~/.bashrc, ~/.zshenv, config.fish) run another shell, ask something or show a menu? " +
	"Keep that to interactive shells: case $- in *i*) ... ;; esac"

// nonsense is for a host that does not keep to the script's protocol. It could have
// gm send and compile programs for ever.
func (s *starter) nonsense(what string) error {
	return &Error{Err: fmt.Errorf("%s %s", s.host, what), Hint: "does another program answer there in place of a shell?"}
}

// silence is for a host that has sent no line for gm in time.
func (s *starter) silence() error {
	switch s.stage {
	case stageServer:
		return &Error{
			Err:  fmt.Errorf("%s: the server did not announce itself within %s%s", s.host, s.limits.server, s.printed()),
			Hint: "gm --deploy=always uploads it anew",
		}
	case stageScript:
		return &Error{
			Err:  fmt.Errorf("%s: looking for a server there came to a halt for %s%s", s.host, s.limits.script, s.printed()),
			Hint: "does the host still answer, and its home directory (NFS)?",
		}
	}
	return errSilent
}

// maxPlaces is how many the script knows.
const maxPlaces = 6

// cramped is for a line "short": a place that has no room for the program.
func (s *starter) cramped(rest string) error {
	number, dir, _ := strings.Cut(rest, " ")
	if len(s.launch.avoid) >= maxPlaces || slices.Contains(s.launch.avoid, number) || len(number) != 1 {
		return s.refused("the program did not arrive whole in " + dir)
	}
	s.launch.avoid = append(s.launch.avoid, number)
	return errAnother
}

// taken is for a line "taken": a place where something else has the program's name.
func (s *starter) taken(rest string) error {
	_, path, _ := strings.Cut(rest, " ")
	err := s.cramped(rest)
	if errors.Is(err, errAnother) && path != s.inTheWay { // two places may be one
		s.inTheWay = path
		s.meter.say(fmt.Sprintf("gm: %s on %s is not gm's and cannot be replaced: another place is used", sanitize.Line(path), s.host))
	}
	return err
}

// nothing is for a line "none": neither gm nor the host has a server.
func (s *starter) nothing(uname string) error {
	system, machine, _ := strings.Cut(sanitize.Line(uname), " ")
	if s.launch.deploy == DeployNever {
		return &Error{
			Err:  fmt.Errorf("%s: neither gm nor mosh-server is installed there, nor was gm put there before", s.host),
			Hint: "leave out --deploy=never, or install either there" + s.result.why(),
		}
	}
	candidates := payload.Host{System: system, Machine: machine}.Candidates()
	for _, p := range candidates {
		if slices.Contains(s.tried, p) {
			return &Error{
				Err:  fmt.Errorf("%s is %s %s: no server that gm has for it starts there, and no mosh-server is installed", s.host, system, machine),
				Hint: "install mosh there, or name a server that is there: --server=COMMAND",
			}
		}
	}
	advice := "install mosh there, or name a server that is there: --server=COMMAND"
	if len(candidates) > 0 {
		advice = fmt.Sprintf("put %s beside gm or into %s, or install mosh there", candidates[0].File(), s.programs.cache)
	}
	return &Error{
		Err:  fmt.Errorf("%s is %s %s: this gm carries no server for it, and no mosh-server is there", s.host, system, machine),
		Hint: advice,
	}
}

// refused is for a line "fail".
func (s *starter) refused(why string) error {
	advice := "is its disk full or read-only? XDG_CACHE_HOME there can name a better place"
	if len(s.launch.avoid) > 0 {
		why += " with enough room for the program"
	}
	return &Error{Err: fmt.Errorf("%s: %s%s", s.host, sanitize.Line(why), s.errors.suffix()), Hint: advice + s.result.why()}
}

// statusNotFound is a shell's exit status for a command that it does not find.
const statusNotFound = 127

// passwordExpired is what hosts print that want a new password, of which sshd's
// words are "Password change required but no TTY available."
var passwordExpired = regexp.MustCompile(`(?i)password change required|password has expired|password is expired|change your password`)

// failure is for a host that ended without an announcement.
func (s *starter) failure(wait error) error {
	var exit *ssh.ExitError
	said := s.output.suffix() + s.errors.suffix()
	if wait != nil && !errors.As(wait, &exit) {
		return s.disconnected(said)
	}
	status := 0
	if exit != nil {
		status = exit.ExitStatus()
	}
	switch {
	case s.stage == stageShell && !s.launch.terminal && passwordExpired.MatchString(said):
		return errExpired
	case s.stage == stageShell && status == statusNotFound && !s.launch.noPath:
		s.launch.noPath = true
		return errAnother
	case s.stage == stageShell:
		return &Error{
			Err: fmt.Errorf("%s: the host runs a command of its own for this account, and not gm's (status %d)%s", s.host, status, s.printed()),
			Hint: "ForceCommand of sshd_config, command= in authorized_keys, or a login shell such as nologin: " +
				"gm needs an account whose shell runs commands with sh",
		}
	case s.mayReplace(exit):
		s.replaced, s.launch.known = true, nil
		return errAnother
	case s.launch.command != "" && status == statusNotFound:
		return &Error{
			Err:  fmt.Errorf("%s: the server was not found%s", s.host, said),
			Hint: "install mosh there, or leave out --server to have gm upload its own server",
		}
	}
	return &Error{Err: fmt.Errorf("%s: the server did not start (status %d)%s", s.host, status, said)}
}

// mayReplace reports whether a server that ended so has not started at all, though
// it was there: gm then uploads it, once.
func (s *starter) mayReplace(exit *ssh.ExitError) bool {
	if s.replaced || s.sent != nil || s.launch.command != "" || s.launch.deploy == DeployNever {
		return false
	}
	return exit != nil && (exit.ExitStatus() >= 126 || exit.Signal() != "")
}

// disconnected is for a connection that ended.
func (s *starter) disconnected(said string) error {
	if s.lost.Load() {
		return &Error{
			Err:  fmt.Errorf("%s: the host has stopped answering%s", s.host, said),
			Hint: "is the network still there? ServerAliveInterval and ServerAliveCountMax set how long gm waits",
		}
	}
	return &Error{Err: fmt.Errorf("%s: the connection ended before the server was started%s", s.host, said), Hint: "the log of its sshd may have the reason"}
}
