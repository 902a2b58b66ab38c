package deploy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"gm/internal/hint"
	"gm/internal/sanitize"
	"gm/sshboot/payload"
	"gm/sshboot/prompt"
)

var (
	// errShellTimeout: the account's shell did not run the command in time.
	errShellTimeout = errors.New("the account's shell does not run gm's command")
	// errExpired: the password of the account has to be changed first.
	errExpired = errors.New("the password has expired")
)

// shellHint returns the hint for a shell that does not run commands.
func (s *Bootstrap) shellHint() string { return shellHint + "; gm doctor " + s.Host + " tries it" }

const shellHint = "does one of its startup files (~/.bashrc, ~/.zshenv, ~/.cshrc, config.fish) ask a question, show a menu, or run another shell or tmux? " +
	"Restrict that to interactive shells: case $- in *i*) ... ;; esac"

// protocolError is for a host that violates the protocol of the script. It could otherwise
// make gm send and compile programs forever.
func (s *Bootstrap) protocolError(what string) error {
	return &hint.Error{Err: fmt.Errorf("%s %s", s.Host, what), Hint: "does another program run there instead of a shell?"}
}

func (s *Bootstrap) tooMuchError() error {
	if s.stage != prompt.StageShell {
		return s.protocolError("sends more output than a server has")
	}
	return &hint.Error{
		Err:  fmt.Errorf("%s: the shell of %s printed %d MB instead of running gm's command%s", s.Host, s.Account, maxOutput>>20, s.printedSuffix()),
		Hint: s.shellHint(),
	}
}

func (s *Bootstrap) timeoutError() error {
	switch s.stage {
	case prompt.StageServer:
		return &hint.Error{
			Err:  fmt.Errorf("%s: the server did not answer within %s%s", s.Host, s.Limits.Server, s.printedSuffix()),
			Hint: "gm --deploy=always uploads it again",
		}
	case prompt.StageScript:
		return &hint.Error{
			Err:  fmt.Errorf("%s: the search for a server there made no progress for %s%s", s.Host, s.Limits.Script, s.printedSuffix()),
			Hint: "does the host still answer, and its home directory (NFS)?",
		}
	}
	return errShellTimeout
}

// maxPlaces is the number of places that the script knows.
const maxPlaces = 6

func (s *Bootstrap) handleNoSpace(rest string) error {
	number, dir, _ := strings.Cut(rest, " ")
	if len(s.Launch.fullPlaces) >= maxPlaces || slices.Contains(s.Launch.fullPlaces, number) || len(number) != 1 {
		return s.handleFail("the program did not arrive completely in " + dir)
	}
	s.Launch.fullPlaces = append(s.Launch.fullPlaces, number)
	s.result.Full = append(s.result.Full, sanitize.Line(dir))
	return errRetry
}

func (s *Bootstrap) handleTaken(rest string) error {
	_, path, _ := strings.Cut(rest, " ")
	err := s.handleNoSpace(rest)
	if errors.Is(err, errRetry) && path != s.lastTaken { // two places may be one
		s.lastTaken = path
		s.Ask.Notice(fmt.Sprintf("gm: %s on %s is not a program of gm and cannot be replaced: another place is used", sanitize.Line(path), s.Host))
	}
	return err
}

// handleNoServer handles "none": neither gm nor the host has a server.
func (s *Bootstrap) handleNoServer(uname string) error {
	system, machine, _ := strings.Cut(sanitize.Line(uname), " ")
	if s.Launch.Deploy == Never {
		return &hint.Error{
			Err:  fmt.Errorf("%s: neither gm nor mosh-server is installed there, and gm was not uploaded before", s.Host),
			Hint: "leave out --deploy=never, or install either there" + s.result.OpenDirsSuffix(),
		}
	}
	candidates := payload.Host{System: system, Machine: machine}.Candidates()
	for _, p := range candidates {
		if slices.Contains(s.failed, p) {
			return &hint.Error{
				Err:  fmt.Errorf("%s is %s %s: no server that gm has for it starts there, and no mosh-server is installed", s.Host, system, machine),
				Hint: "install mosh there, or name a server that is there: --server=COMMAND",
			}
		}
	}
	advice := "install mosh there, or name a server that is there: --server=COMMAND"
	if len(candidates) > 0 {
		advice = fmt.Sprintf("put %s beside gm or into %s, or install mosh there", candidates[0].File(), s.Binaries.Cache)
	}
	return &hint.Error{
		Err:  fmt.Errorf("%s is %s %s: this gm has no server for it, and no mosh-server is installed", s.Host, system, machine),
		Hint: advice,
	}
}

func (s *Bootstrap) handleFail(why string) error {
	advice := "is its disk full or read-only? XDG_CACHE_HOME there can name a better place"
	if len(s.Launch.fullPlaces) > 0 {
		why += " with enough room for the program"
	}
	return &hint.Error{Err: fmt.Errorf("%s: %s%s", s.Host, sanitize.Line(why), s.errors.suffix()), Hint: advice + s.result.OpenDirsSuffix()}
}

// statusNotFound is a shell's exit status for a command that was not found.
const statusNotFound = 127

// expiredMessages are in the messages of hosts that require a new password, in any case.
// That of sshd is "Password change required but no TTY available."
var expiredMessages = []string{"password change required", "password has expired", "password is expired", "change your password"}

func passwordExpired(message string) bool {
	message = strings.ToLower(message)
	return slices.ContainsFunc(expiredMessages, func(text string) bool { return strings.Contains(message, text) })
}

func (s *Bootstrap) exitError(wait error) error {
	var exit *ssh.ExitError
	said := s.output.suffix() + s.errors.suffix()
	if wait != nil && !errors.As(wait, &exit) {
		return s.disconnectedError(said)
	}
	status := 0
	if exit != nil {
		status = exit.ExitStatus()
	}
	switch {
	case s.stage == prompt.StageShell && !s.Launch.terminal && passwordExpired(said):
		return errExpired
	case s.stage == prompt.StageShell && status == statusNotFound && !s.Launch.noPath:
		s.Launch.noPath = true
		return errRetry
	case s.stage == prompt.StageShell:
		return &hint.Error{
			Err: fmt.Errorf("%s: the host ran another command than gm's for this account (status %d)%s", s.Host, status, s.printedSuffix()),
			Hint: "ForceCommand of sshd_config, command= in authorized_keys, a login shell such as nologin, or exec in a startup file of the shell: " +
				"gm needs an account whose shell runs commands with sh",
		}
	case s.mayReplace(exit):
		s.replaced, s.Launch.Known = true, nil
		return errRetry
	case s.Launch.verb() != VerbNew && (s.Launch.Command == "" || status != statusNotFound):
		return s.unknownVerbError(status, said)
	case s.Launch.Command != "" && status == statusNotFound:
		return &hint.Error{
			Err:  fmt.Errorf("%s: the server was not found%s", s.Host, said),
			Hint: "install mosh there, or leave out --server to have gm upload its own server",
		}
	}
	return &hint.Error{Err: fmt.Errorf("%s: the server did not start (status %d)%s", s.Host, status, said)}
}

// mayReplace reports whether an installed server ended without having started. gm uploads
// it again in that case, once.
func (s *Bootstrap) mayReplace(exit *ssh.ExitError) bool {
	if s.replaced || s.sent != nil || s.Launch.Command != "" || s.Launch.Deploy == Never {
		return false
	}
	return exit != nil && (exit.ExitStatus() >= 126 || exit.Signal() != "")
}

func (s *Bootstrap) disconnectedError(said string) error {
	if s.lost.Load() {
		return &hint.Error{
			Err:  fmt.Errorf("%s: the host has stopped answering%s", s.Host, said),
			Hint: "is the network up? ServerAliveInterval and ServerAliveCountMax set how long gm waits",
		}
	}
	return &hint.Error{Err: fmt.Errorf("%s: the connection ended before the server was started%s", s.Host, said), Hint: "the log of its sshd may have the reason"}
}
